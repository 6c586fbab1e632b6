"""Numbers as people type them: the one reader for every field, box and option of the program.

The decimal sign is a point or a comma. Thousands may be separated by spaces, apostrophes or commas, where
that can mean nothing else. Numbers as the program writes them (1 200 000, 2·10⁻⁵, −3.25) are read, too.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal

from playground.files.foreign_names import shown_name

MOST_CHARACTERS = 400
LONGEST_SHOWN = 24
_SPACES = " \u00a0\u2009\u202f"
_MARKS = "'’_"
_POWER = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?)[{_SPACES}]*"
    rf"(?P<digits>(?:[0-9.,{_MARKS}]|(?<=[0-9])[{_SPACES}](?=[0-9]))*[0-9](?:[0-9.,{_MARKS}])*)?"
    r"(?:[eE](?P<exponent>[+-]?[0-9]+)"
    rf"|[{_SPACES}]*(?P<times>[·×*⋅])?[{_SPACES}]*10(?:\^(?P<power>[+-]?[0-9]+)|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)))?"
)


class NumberError(ValueError):
    """A text that is no number. The message is the requirement: "must be a number, not “x”."."""


def read_number(text: str) -> float:
    """Return the number in a text. Raises NumberError.

    "1,5" is 1.5 and "1,000.5" is 1000.5. "1,000" alone may be meant as 1 or as 1000: it is refused.
    """
    return _read(text, whole=False)


def read_whole(text: str) -> int:
    """Return the whole number in a text. Raises NumberError.

    Among whole numbers "10,000" can only be ten thousand. "10.000" is refused: with the point that this
    program writes it would be ten.
    """
    return int(_read(text, whole=True))


def is_lost(text: str, value: float) -> bool:
    """Return whether value, read from a number as Python writes it, is 0 although the number is not."""
    return value == 0.0 and any(digit in "123456789" for digit in re.split("[eE]", text)[0])


def shown(text: str) -> str:
    """Return a typed text in quotation marks, short enough for a sentence."""
    return f"“{shown_name(' '.join(text.split()), LONGEST_SHOWN)}”"


def _read(text: str, whole: bool) -> float:
    kind = "a whole number" if whole else "a number"
    if len(text) > MOST_CHARACTERS:
        raise NumberError(f"must be {kind} of at most {MOST_CHARACTERS} characters.")
    plain = _plain(text)
    if plain.lower().lstrip("+-") in ("inf", "infinity", "∞", "nan"):
        raise NumberError(f"must be a finite number, not {shown(text)}.")
    match = _NUMBER.fullmatch(plain)
    if match is None or not _is_complete(match):
        raise NumberError(f"must be {kind}, not {shown(text)}.")
    digits = _decimal(match, whole, text)
    exponent = match["exponent"] or match["power"] or (match["raised"] or "0").translate(_POWER)
    if whole and "." not in digits and int(exponent) == 0:
        return int(match["sign"] + digits)
    written = f"{match['sign']}{digits}e{exponent}"
    value = float(written)
    if not math.isfinite(value):
        raise NumberError(f"must be a finite number, not {shown(text)}.")
    if not is_lost(written, value):
        # In full: as a float 1.00000000000000000001 would be whole.
        return _whole(written, text) if whole and value else value
    if whole:
        raise NumberError(f"must be a whole number, not {shown(text)}.")
    raise NumberError(f"is too close to 0: {shown(text)} cannot be told from 0; write 0 if that is meant.")


def _whole(written: str, text: str) -> int:
    """Return a finite number as a whole number, digit by digit. Raises NumberError."""
    exact = Decimal(written)
    if exact != exact.to_integral_value():
        raise NumberError(f"must be a whole number, not {shown(text)}.")
    return int(exact)


def _plain(text: str) -> str:
    """Return the text with a hyphen for every minus, and ASCII digits for those of other scripts."""
    text = text.strip().replace("−", "-").replace("–", "-")
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() and not sign.isascii() else sign for sign in text
    )


def _is_complete(match: re.Match[str]) -> bool:
    """Return whether a power of ten has a sign of multiplication after digits, and none without them."""
    has_power = match["power"] is not None or match["raised"] is not None
    if match["digits"] is None:
        return has_power and match["times"] is None
    return not has_power or match["times"] is not None


def _decimal(match: re.Match[str], whole: bool, text: str) -> str:
    """Return the digits with their separators as Python writes them.

    Raises NumberError where they are ambiguous.
    """
    kind = "a whole number" if whole else "a number"
    digits = (match["digits"] or "1").translate({ord(sign): "_" for sign in _SPACES + _MARKS})
    separators = [sign for sign in digits if sign in ".,"]
    if len(set(separators)) == 2:
        # The last separator is the decimal sign, and the others are thousands.
        point = separators[-1]
        thousands = "," if point == "." else "."
        if separators.count(point) > 1:
            raise NumberError(f"must be {kind}, not {shown(text)}.")
    elif len(separators) > 1:
        point, thousands = "", separators[0]
    elif separators == [","] and _is_grouped(digits, ","):
        if not whole:
            raise _unclear(digits, match, text)
        point, thousands = "", ","
    elif separators == ["."] and whole and _is_grouped(digits, "."):
        raise _unclear(digits, match, text)
    else:
        point, thousands = (separators or [""])[0], ""
    before, _, after = digits.partition(point) if point else (digits, "", "")
    used = [sign for sign in (thousands, "_") if sign and sign in before]
    grouped = len(used) <= 1 and all(_is_grouped(before, sign) for sign in used)
    if not grouped or not (after.isdecimal() or not after):
        raise NumberError(f"must be {kind}, not {shown(text)}.")
    for sign in used:
        before = before.replace(sign, "")
    return f"{before or '0'}.{after}" if after else before


def _unclear(digits: str, match: re.Match[str], text: str) -> NumberError:
    first, _, second = digits.replace(",", ".").partition(".")
    decimal = f"{first}.{second}".rstrip("0").rstrip(".")
    sign, power = match["sign"].rstrip("+"), match.string[match.end("digits") :]
    one, other = (f"{sign}{number}{power}" for number in (decimal, first + second))
    return NumberError(f"is not clear: {shown(text)} may be {one} or {other}; write one of these.")


def _is_grouped(digits: str, separator: str) -> bool:
    """Return whether the separator precedes groups of three, and no mere zero: 1,000 or 12,345,678."""
    first, *groups = digits.split(separator)
    return re.fullmatch("[1-9][0-9]{0,2}", first) is not None and all(
        re.fullmatch("[0-9]{3}", group) is not None for group in groups
    )
