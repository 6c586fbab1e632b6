"""Texts that a spreadsheet would take for a formula: an apostrophe before them, and off again.

An apostrophe is what the spreadsheet programs themselves put before a text. A text that has some already gets
one more, so that each text comes back as it was.
"""

from __future__ import annotations

import re

FORMULA = "=+@\t\r-"
"""How a cell begins that is computed when a table is opened."""
_FORMULA = re.compile(f"'*[{FORMULA}]")


def escaped(text: str) -> str:
    """Return a text as it is safe in the cell of a spreadsheet."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """Return the text that escaped() has made into this one."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
