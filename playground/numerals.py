"""Numbers as text, to be read by people."""

from __future__ import annotations

import math

MOST_DIGITS = 17
"""They tell any two float64 apart."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number_text(value: float, digits: int = 3) -> str:
    """A number to read: 0.3, 1 200 000, 2·10⁻⁵, −3.25, with a true minus sign; `digits` significant ones."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    # Rounding can carry into the next decade (0.9996 is 1.00), so the exponent is read after it.
    mantissa, _, exponent_text = f"{abs(value):.{max(digits, 1) - 1}e}".partition("e")
    exponent = int(exponent_text)
    sign = "−" if value < 0 else ""
    if -5 < exponent < 7:
        text = f"{float(f'{mantissa}e{exponent}'):,.{max(digits - 1 - exponent, 0)}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return sign + grouped(text)
    return sign + _with_power(mantissa, exponent)


def _with_power(mantissa: str, exponent: int) -> str:
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    power = "10" + str(exponent).translate(_SUPERSCRIPTS)
    return power if mantissa == "1" else f"{mantissa}·{power}"


def shorter_texts(value: float) -> tuple[str, ...]:
    """A number above 0 in ever fewer signs: three digits, two, a power of ten; no texts of another."""
    if not math.isfinite(value) or value <= 0:
        return ()
    powers = []
    for decimals in (1, 0):
        mantissa, _, exponent = f"{value:.{decimals}e}".partition("e")
        powers.append(_with_power(mantissa, int(exponent)))
    return number_text(value, 3), number_text(value, 2), *powers


def loss_text(value: float) -> str:
    """A loss as everywhere in the window: four decimals below 1 (0.3712, 0.0680), else four digits."""
    # A fixed number of decimals, so that a running number does not flicker.
    return f"{value:.4f}" if 1e-3 <= value < 1 else number_text(value, 4)


def losses_apart(before: float, after: float) -> tuple[str, str]:
    """Two losses with as many digits as it takes to tell them apart, where they differ at all."""
    first, second = loss_text(before), loss_text(after)
    digits = 4
    while _bare(first) == _bare(second) and before != after and digits < MOST_DIGITS:
        digits += 1
        first, second = number_text(before, digits), number_text(after, digits)
    if digits > 4 and "·" not in first + second:
        decimals = max(len(text.partition(".")[2]) for text in (first, second))
        first, second = _with_decimals(first, decimals), _with_decimals(second, decimals)
    return first, second


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_decimals(text: str, decimals: int) -> str:
    whole, _, tail = text.partition(".")
    return f"{whole}.{tail:0<{decimals}}" if decimals else whole


def grouped(text: str) -> str:
    """Thousands, given with commas, apart by a narrow space from five digits on."""
    # "1,200" and "9,999" gain nothing from a gap.
    whole = text.partition(".")[0]
    return text.replace(",", "" if len(whole) < 6 else "\u202f")
