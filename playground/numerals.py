"""Numbers as text for people: one function for each kind of number in the whole program.

loss_text      a loss J
rate_text      a learning rate that was set, with all its digits
percent_text   a share; 100 % and 0 % only where it is all or nothing
count_text     a count
signed_text    a parameter or a gradient with a fixed number of decimals
number_text    any other number, with a number of significant digits
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

NO_VALUE = "–"
MOST_DIGITS = 17
"""With this many digits any two float64 differ."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


ALL_DIGITS = 12
"""Of a number that was rounded to be read: as many as it has are shown."""
LIMIT_DIGITS = 3
"""Significant digits of a limit in a sentence: the same wherever one stands on the screen."""


def number_text(value: float, digits: int = 3) -> str:
    """Return a number as 0.3, 1 200 000, 2·10⁻⁵ or −3.25.

    With a true minus sign and `digits` significant digits.
    """
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
    """Return a number above 0 in fewer and fewer signs: three digits, two, a power of ten.

    Two digits stay two where the second is 0: 0.00020, 2.0·10⁻⁴. Return no text for another number.
    """
    if not math.isfinite(value) or value <= 0:
        return ()
    two = number_text(value, 2)
    rounded = f"{value:.1e}"
    if "·" not in two and float(rounded) < 10.0:
        two = f"{float(rounded):.{1 - int(rounded.partition('e')[2])}f}"
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return number_text(value, 3), two, _two_digits(value), _with_power(mantissa, int(exponent))


def _two_digits(value: float) -> str:
    """Return a number as 2.0·10⁻⁴."""
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def texts_apart(values: Iterable[float], digits: int = 3) -> list[str]:
    """Return numbers as texts with as many digits as make different ones differ, at least `digits`."""
    numbers = [float(value) for value in values]
    texts = [number_text(value, digits) for value in numbers]
    while len(set(texts)) < len(set(numbers)) and digits < MOST_DIGITS:
        digits += 1
        texts = [number_text(value, digits) for value in numbers]
    return texts


def loss_text(value: float, digits: int = 4) -> str:
    """Return a loss as everywhere in the program, with four digits: 0.3712, 0.06800, 12.35, 7.1·10⁷."""
    # Trailing zeros are kept, so that a changing number does not flicker.
    if not math.isfinite(value) or value == 0:
        return number_text(value)
    mantissa, _, exponent_text = f"{abs(value):.{digits - 1}e}".partition("e")
    exponent = int(exponent_text)
    if not -5 < exponent < 5:
        return ("−" if value < 0 else "") + _with_power(mantissa, exponent)
    return grouped(f"{value:,.{max(digits - 1 - exponent, 0)}f}").replace("-", "−")


def running_loss_text(value: float) -> str:
    """Return a loss as loss_text does; a dash where there is none (NaN: no test points)."""
    return NO_VALUE if math.isnan(value) else loss_text(value)


def rate_text(value: float, digits: int = 6) -> str:
    """Return a learning rate as one would write it, all digits that were asked for: 0.3, 12.5, 0.00001."""
    text = f"{Decimal(f'{value:.{digits}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def limit_text(limit: float) -> str:
    """Return a limit of the learning rate like one, or as a power where it is far from all: 5.69·10⁻⁴⁴."""
    return rate_text(limit) if 1e-7 < limit < 1e7 else number_text(limit, 6)


def percent_text(share: float, digits: int = 2) -> str:
    """Return a share as a percentage: 97 %, 4.3 %, 0.12 %; a dash for NaN.

    Whole per cents have all their digits. 100 % and 0 % are used only for all and nothing (to 1e-9, since a
    sum of shares may carry rounding): 995 of 1 000 is 99.5 %.
    """
    if math.isnan(share):
        return NO_VALUE
    if abs(share) < 1e-9 or abs(share - 1) < 1e-9 or math.isinf(share):
        return f"{number_text(100.0 * round(share) if math.isfinite(share) else share)} %"
    percent = 100 * share
    digits = max(digits, len(str(int(abs(percent)))))
    while (text := number_text(percent, digits)) == "100":
        digits += 1
    return f"{text} %"


def unbroken(text: str) -> str:
    """Return a text whose lines do not break between a number and its per cent sign."""
    return text.replace(" %", "\u00a0%")


def count_text(value: float) -> str:
    """Return a count, thousands apart from five digits on: 12 000."""
    return grouped(f"{value:,.0f}")


def signed_text(value: float, decimals: int = 3) -> str:
    """Return a number with a proper minus: −0.712; 1.2·10⁻⁵ where the decimals would not show it."""
    if abs(value) >= 1e6 or 0 < abs(value) < 0.5 * 10.0**-decimals:
        return number_text(value, 3)
    return f"{value:.{decimals}f}".replace("-", "−")


def subscript(number: int) -> str:
    """Return 12 as ₁₂."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))


def losses_apart(before: float, after: float) -> tuple[str, str]:
    """Return two losses with as many digits as make them differ, where they differ at all."""
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
    """Return a number with thousands separated by a narrow space from five digits on, not by commas."""
    # "1,200" and "9,999" gain nothing from a gap.
    whole = text.partition(".")[0]
    return text.replace(",", "" if len(whole) < 6 else "\u202f")
