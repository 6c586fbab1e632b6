"""Reading JSON from anywhere, in time and memory that its size bounds."""

from __future__ import annotations

import json
import re
from typing import Any

from playground.files.foreign_names import shown_name
from playground.files.text import BYTE_ORDER_MARK
from playground.number_reader import LONGEST_SHOWN, is_lost

MOST_VALUES = 16_000_000
MOST_GROUPS = 4_000_000
"""Maximum number of lists and objects; an empty one takes forty times the memory of its two characters.

A change of a run is one: more than an hour of dragging without a pause.
"""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class JsonError(ValueError):
    """A text that is no readable JSON. The message is a reason without a full stop.

    is_other: whether it is no JSON at all.
    """

    def __init__(self, reason: str, is_other: bool = False):
        super().__init__(reason)
        self.is_other = is_other


class TwiceError(JsonError):
    """An object with two fields of one name, of which only one could count; `.name` is the name."""

    def __init__(self, name: str):
        super().__init__("two fields of one object have the same name")
        self.name = name


def is_bounded(text: str) -> bool:
    """Return whether a JSON text has no more values than json_of reads."""
    return text.count("[") + text.count("{") <= MOST_GROUPS and text.count(",") <= MOST_VALUES


def json_of(text: str) -> Any:
    """Return the content of a JSON text. Raises JsonError.

    Excess is found by counting before anything is built.
    """
    if not is_bounded(text):
        raise JsonError("too many values")
    try:
        content = json.loads(text.removeprefix(BYTE_ORDER_MARK), object_pairs_hook=_once, parse_float=_number)
    except JsonError:
        raise
    except json.JSONDecodeError as error:
        raise JsonError(f"not JSON, line {error.lineno}", is_other=True) from None
    except RecursionError:
        raise JsonError("nested too deeply") from None
    except ValueError:
        # Python does not read a whole number of thousands of digits.
        raise JsonError("a number in it is too long") from None
    if _SURROGATE.search(text) and not _can_be_written(content):
        raise JsonError("half a character in it")
    return content


def _number(text: str) -> float:
    value = float(text)
    if value == 0.0 and is_lost(text, value):
        raise JsonError(f"{shown_name(text, LONGEST_SHOWN)} in it cannot be told from 0")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise TwiceError(name)
            seen.add(name)
    return content


def _can_be_written(content: Any) -> bool:
    """Return whether every text in it is valid: JSON can hold half a character, which cannot be written."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                return False
    return True
