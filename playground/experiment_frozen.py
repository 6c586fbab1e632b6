"""Frozen parameters: which entries of θ the names of an experiment mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from playground.experiment_checks import ExperimentError, show

FIELD = "network.frozen"
MOST_NAMES = 10_000
_NAME = re.compile(r"([Wb])\[([0-9]{1,2})\](?:([0-9]{1,3})(?:,([0-9]{1,3}))?)?")
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def frozen_names(given: Any) -> tuple[str, ...]:
    """Return the names as they are written. Raises ExperimentError for what is no list of texts."""
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise ExperimentError(FIELD, f"must be a list of names, not {show(given)}.")
    names = tuple(given)
    if len(names) > MOST_NAMES:
        raise ExperimentError(FIELD, f"may hold at most {MOST_NAMES} names, not {len(names)}.")
    seen: set[str] = set()
    for name in names:
        if not isinstance(name, str):
            raise ExperimentError(FIELD, f"must hold names, not {show(name)}.")
        if name in seen:
            raise ExperimentError(FIELD, f"names {show(name)} twice.")
        seen.add(name)
    return names


def with_layer_frozen(
    names: Sequence[str], layer: int, layer_sizes: Sequence[int], on: bool
) -> tuple[str, ...]:
    """Return the names after all weights and biases of a layer were frozen, or freed; layers count from 1."""
    own = _layer_entries(layer, layer_sizes)
    kept = [name for name in names if not own.issuperset(_entries(name, layer_sizes) or ())]
    return (*kept, f"W[{layer}]", f"b[{layer}]") if on else tuple(kept)


def with_entry_frozen(
    names: Sequence[str], index: int, layer_sizes: Sequence[int], on: bool, name_of: Callable[[int], str]
) -> tuple[str, ...]:
    """Return the names after θ[index] was frozen, or freed: a group that it was in is then named one by one.

    name_of gives the name of an entry of θ.
    """
    result = []
    for name in names:
        entries = _entries(name, layer_sizes) or range(0)
        if index not in entries:
            result.append(name)
        elif not on:
            result += [name_of(other) for other in entries if other != index]
    return (*result, name_of(index)) if on else tuple(result)


def frozen_layers(names: Sequence[str], layer_sizes: Sequence[int]) -> tuple[bool, ...]:
    """Return for each layer, the output last, whether all of its weights and biases are frozen."""
    frozen = frozenset(frozen_entries(names, layer_sizes))
    return tuple(
        frozen.issuperset(_layer_entries(layer, layer_sizes)) for layer in range(1, len(layer_sizes))
    )


def frozen_entries(names: Sequence[str], layer_sizes: Sequence[int]) -> tuple[int, ...]:
    """Return the indices in θ of these groups and single parameters of a network, in rising order.

    "W[1]" and "b[1]" are all weights and biases of a layer, "W[1]₂₃" (or W[1]23, W[1]2,3) and "b[1]₂" one;
    w and b the two of a network that has no others. Raises ExperimentError for another name, and where
    nothing is left to train.
    """
    found: set[int] = set()
    for name in names:
        entries = _entries(name, layer_sizes)
        if entries is None:
            raise ExperimentError(
                FIELD, f"has {show(name)}, which is no group of parameters of this network."
            )
        found.update(entries)
    size = sum((n_in + 1) * n_out for n_in, n_out in pairwise(layer_sizes))
    if names and len(found) == size:
        raise ExperimentError(FIELD, "leaves no parameter to train.")
    return tuple(sorted(found))


def still_frozen(names: Sequence[str], layer_sizes: Sequence[int]) -> tuple[str, ...]:
    """Return the names that another network has too; none where they would leave nothing to train."""
    kept = tuple(name for name in names if _entries(name, layer_sizes) is not None)
    try:
        frozen_entries(kept, layer_sizes)
    except ExperimentError:
        return ()
    return kept


def _entries(name: str, layer_sizes: Sequence[int]) -> range | None:
    if tuple(layer_sizes) == (1, 1) and name in ("w", "b"):
        return range(1) if name == "w" else range(1, 2)
    match = _NAME.fullmatch(name.translate(_DIGITS))
    if match is None:
        return None
    kind, layer, first, second = match[1], int(match[2]), match[3], match[4]
    if not 1 <= layer < len(layer_sizes):
        return None
    start = sum((n_in + 1) * n_out for n_in, n_out in pairwise(layer_sizes[:layer]))
    n_in, n_out = layer_sizes[layer - 1], layer_sizes[layer]
    weights = n_in * n_out
    if first is None:
        return (
            range(start, start + weights) if kind == "W" else range(start + weights, start + weights + n_out)
        )
    if kind == "b":
        row = int(first) if second is None else 0
        return _one(start + weights + row - 1) if 1 <= row <= n_out else None
    if second is None:
        if len(first) != 2:
            return None
        first, second = first[0], first[1]
    row, column = int(first), int(second)
    inside = 1 <= row <= n_out and 1 <= column <= n_in
    return _one(start + (row - 1) * n_in + column - 1) if inside else None


def _layer_entries(layer: int, layer_sizes: Sequence[int]) -> frozenset[int]:
    """Return the indices in θ of a layer's weights and biases."""
    return frozenset(
        (*(_entries(f"W[{layer}]", layer_sizes) or ()), *(_entries(f"b[{layer}]", layer_sizes) or ()))
    )


def _one(index: int) -> range:
    return range(index, index + 1)
