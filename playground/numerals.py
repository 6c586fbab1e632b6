"""Numbers as text, to be read by people."""

from __future__ import annotations

import math

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
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    power = "10" + str(exponent).translate(_SUPERSCRIPTS)
    return sign + (power if mantissa == "1" else f"{mantissa}·{power}")


def grouped(text: str) -> str:
    """Thousands, given with commas, apart by a narrow space from five digits on."""
    # "1,200" and "9,999" gain nothing from a gap.
    whole = text.partition(".")[0]
    return text.replace(",", "" if len(whole) < 6 else "\u202f")
