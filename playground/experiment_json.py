"""The text of a saved experiment: one JSON object that names its format and its version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from playground.bounded_json import JsonError, TwiceError, json_of
from playground.experiment_checks import ExperimentError, show


class JsonRows(list[list[Any]]):
    """Rows of numbers, each of which stands on one line of the text."""


FORMAT = "loss-landscape-playground-experiment"
FORMULA_VERSION = 2
"""Of files with a formula. A file has the lowest version that can say what it says, from 1."""
TABLE_VERSION = 3
"""Of files with a table, or with any other field or value that came with it."""
VERSION = TABLE_VERSION
"""The newest that is read."""


def write_object(fields: Mapping[str, Any], version: int) -> str:
    """Return these fields as JSON text, after format and version."""
    return _written({"format": FORMAT, "version": version, **fields}, "") + "\n"


def _written(value: Any, indent: str) -> str:
    """Return a value as JSON text over several lines, rows of numbers on one line each."""
    inner = f"{indent}  "
    if isinstance(value, Mapping) and value:
        entries = [f"{inner}{_on_one_line(name)}: {_written(part, inner)}" for name, part in value.items()]
        return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
    if isinstance(value, list) and value and all(isinstance(entry, Mapping) for entry in value):
        return "[\n" + ",\n".join(inner + _written(entry, inner) for entry in value) + f"\n{indent}]"
    if isinstance(value, JsonRows) and value:
        return "[\n" + ",\n".join(inner + _on_one_line(row) for row in value) + f"\n{indent}]"
    return json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False).replace("\n", f"\n{indent}")


def _on_one_line(value: Any) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False)


def read_object(text: str) -> dict[str, Any]:
    """Return the fields of a text written by write_object, without format and version.

    A text without these two counts as one of this program. Raises ExperimentError, naming the field, or
    "file" where the text is no JSON object.
    """
    try:
        content = json_of(text)
    except TwiceError as error:
        raise ExperimentError(error.name, "stands there twice.") from None
    except JsonError as error:
        raise ExperimentError("file", f"is no experiment ({error}).") from None
    return fields_of(content)


def fields_of(content: Any) -> dict[str, Any]:
    """Return the same for parsed JSON."""
    if not isinstance(content, dict):
        raise ExperimentError("file", "is no experiment (it must hold one JSON object).")
    if content.get("format", FORMAT) != FORMAT:
        raise ExperimentError("format", f'is not "{FORMAT}": this is no experiment of this program.')
    version = content.get("version", 1)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ExperimentError("version", f"must be a whole number from 1, not {show(version)}.")
    if version > VERSION:
        raise ExperimentError("version", f"is {show(version)}, newer than this program reads ({VERSION}).")
    return {name: value for name, value in content.items() if name not in ("format", "version")}
