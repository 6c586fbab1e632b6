"""The result of comparing backpropagation with central differences, in words."""

from __future__ import annotations

import re
from itertools import pairwise

from playground.engine.backprop.gradient_check import GradientCheck
from playground.engine.network import parameter_name
from playground.numerals import count_text, number_text


def check_text(check: GradientCheck, step: int, with_cost: bool = True) -> str:
    """Return the verdict, the worst entry, and, where it may be told, the cost of both ways."""
    done = len(check.differences)
    if not check.complete:
        checked = min(check.n_parameters, max(done, 1))
        return f"Comparing at step {count_text(step)}: {count_text(checked)} parameters so far …"
    whole = done == check.n_parameters
    looked = f"all {count_text(done)}" if whole else f"{count_text(done)} of {count_text(check.n_parameters)}"
    if check.n_parameters < len(check.gradient):
        looked += " free"
    worst = check.worst
    at = f" (at {parameter_name(check.layer_sizes, worst)})" if worst is not None else ""
    error = f"worst relative error {number_text(check.worst_error, 2)}{at}"
    if check.agrees:
        verdict = (
            f"Right at step {count_text(step)}: {looked} entries agree with central differences, {error}."
        )
        if check.kinks.any():
            kinks = int(check.kinks.sum())
            verdict += f" {kinks} lie at a corner of J, where a difference tells nothing."
        return f"{verdict} {cost_text(check)}" if with_cost else verdict
    blocks = [
        f"{block.name} {block.wrong} of {block.checked} wrong" if block.wrong else f"{block.name} right"
        for block in check.blocks()
    ]
    wrong = int(check.wrong.sum())
    return (
        f"Something is wrong: {wrong} of {done} entries differ from central differences, {error}. "
        f"{', '.join(blocks)}."
    )


def cost_text(check: GradientCheck) -> str:
    """Return 2·P forward passes against one backward, with the two times."""
    forward, backward = check.forward_seconds, max(check.backward_seconds, 1e-9)
    passes = check.forward_passes
    every = 2 * check.n_parameters
    text = f"{count_text(passes)} forward passes take {seconds_text(forward)}"
    if passes < every:
        forward *= every / max(passes, 1)
        text += f" (all {count_text(every)} would take {seconds_text(forward)})"
    return (
        f"{text}; one forward and one backward pass give all of ∂J/∂θ in {seconds_text(backward)}: "
        f"{number_text(forward / backward, 2)} times faster. That is why backpropagation matters."
    )


def seconds_text(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    if seconds >= 1.0:
        return f"{number_text(seconds, 2)} s"
    if seconds >= 1e-3:
        return f"{number_text(1e3 * seconds, 2)} ms"
    return f"{number_text(1e6 * seconds, 2)} µs"


def entry_difference(check: GradientCheck, matrix: str, row: int, column: int) -> str:
    """Return the central difference of an entry of ∂J/∂W[l] or ∂J/∂b[l]; empty where it was not checked."""
    found = re.fullmatch(r"∂J/∂([Wb])\[(\d+)\]", matrix)
    if found is None:
        return ""
    kind, layer = found[1], int(found[2])
    start = 0
    for number, (n_in, n_out) in enumerate(pairwise(check.layer_sizes), start=1):
        if number == layer:
            index = start + (row * n_in + column if kind == "W" else n_in * n_out + row)
            difference = check.difference_of(index)
            return "" if difference is None else f" By central difference: {number_text(difference, 3)}."
        start += n_in * n_out + n_out
    return ""
