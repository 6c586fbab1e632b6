"""Lines of matrices with as many digits as let the printed entries give the printed result."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from playground.arrays import Array
from playground.engine.activations import ACTIVATIONS, sigmoid
from playground.engine.backprop.numbers_in_words import bracketed
from playground.engine.backprop.operation import Matrix, Operation
from playground.engine.printed_equation import SAME, digits_that_hold, rounded, worked_out
from playground.numerals import number_text

FEWEST_DIGITS, MOST_DIGITS = 3, 9
"""Of entries of matrices. Where the most are not enough, the fewest stay."""


def with_true_line(operation: Operation) -> Operation:
    """Return the operation with as many digits as let its line hold as it is printed, where some do."""
    parts, result = operation.parts, operation.result
    matrices = [part for part in parts if isinstance(part, Matrix)]
    if "=" not in parts:
        return operation
    if any(matrix.values.size != 1 for matrix in matrices):
        count = next((n for n in range(FEWEST_DIGITS, MOST_DIGITS + 1) if _holds(parts, result, n)), None)
        return operation if count in (None, FEWEST_DIGITS) else _with_digits(operation, count)

    def made(digits: int) -> str:
        terms = parts[: parts.index("=")]
        shown = (
            bracketed(part.values.item(), digits) if isinstance(part, Matrix) else part for part in terms
        )
        return "".join(shown).replace("∘", "·")

    count = digits_that_hold(lambda digits: worked_out(made(digits)), result.values.item(), result.write)
    return operation if count is None else _with_digits(operation, count)


def _with_digits(operation: Operation, digits: int) -> Operation:
    """Return the operation with this many digits in all that it is worked out from."""

    def write(value: float) -> str:
        return number_text(value, digits)

    longer = (
        part._replace(write=write) if isinstance(part, Matrix) and not part.result else part
        for part in operation.parts
    )
    return replace(operation, parts=tuple(longer))


def _holds(parts: Sequence[Matrix | str], result: Matrix, digits: int) -> bool:
    """Return whether the printed matrices give each entry of the result as it is printed."""
    # Entries that overflow come to no printed result.
    with np.errstate(all="ignore"):
        worked = _worked(parts[: parts.index("=")], digits)
    if worked is None or worked.shape != result.values.shape:
        return False
    pairs = zip(worked.ravel().tolist(), result.values.ravel().tolist(), strict=True)
    return all(
        math.isclose(made, value, rel_tol=SAME) or result.write(made) == result.write(value)
        for made, value in pairs
    )


def _worked(terms: Sequence[Matrix | str], digits: int) -> Array | None:
    """Return what a line of matrices and signs gives with this many digits; None for other signs."""
    total, product, minus = None, None, False
    sign = ""
    for term in terms:
        if isinstance(term, str):
            sign = term
            continue
        values = np.vectorize(rounded, otypes=[float])(term.values, digits)
        step = re.fullmatch("− (.+) ·", sign)
        if sign == "·" and product is not None:
            product = product @ values
        elif sign == "∘" and product is not None:
            product = product * values
        elif sign in ("", "+", "−") or step is not None:
            if product is not None:
                total = product if total is None else total - product if minus else total + product
            minus = sign == "−" or step is not None
            product = values if step is None else worked_out(step[1]) * values
        elif total is None and product is None and (function := _functions().get(sign.strip())) is not None:
            product = function(values)
        else:
            return None
    return product if total is None else total - product if minus else total + product


def _functions() -> dict[str, Callable[[Array], Array]]:
    """Return the functions that stand before a matrix, by their signs."""
    return {"σ": sigmoid, **{g.symbol: g.value for g in ACTIVATIONS.values()}}
