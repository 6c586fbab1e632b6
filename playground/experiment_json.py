"""The text of a saved experiment: one JSON object that names its format and its version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from playground.experiment_checks import ExperimentError, show
from playground.text_files import BYTE_ORDER_MARK

FORMAT = "loss-landscape-playground-experiment"
VERSION = 1


def write_object(fields: Mapping[str, Any]) -> str:
    """These fields as JSON text, behind format and version."""
    content = {"format": FORMAT, "version": VERSION, **fields}
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def read_object(text: str) -> dict[str, Any]:
    """The fields of a text that write_object could have written, without format and version.

    A text without these two is taken for one of this program. Raises ExperimentError, naming the field,
    or "file" where the text is no JSON object.
    """
    try:
        content = json.loads(text.removeprefix(BYTE_ORDER_MARK), object_pairs_hook=_once)
    except ExperimentError:
        raise
    except json.JSONDecodeError as error:
        raise ExperimentError("file", f"is no experiment (not JSON, line {error.lineno}).") from None
    except RecursionError:
        raise ExperimentError("file", "is no experiment (nested too deeply).") from None
    except ValueError:
        # Python reads no whole number of thousands of digits.
        raise ExperimentError("file", "is no experiment (a number in it is too long).") from None
    if not isinstance(content, dict):
        raise ExperimentError("file", "is no experiment (it must hold one JSON object).")
    if content.get("format", FORMAT) != FORMAT:
        raise ExperimentError("format", f'is not "{FORMAT}": this is no experiment of this program.')
    version = content.get("version", VERSION)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ExperimentError("version", f"must be a whole number from 1, not {show(version)}.")
    if version > VERSION:
        raise ExperimentError("version", f"is {version}, newer than this program reads ({VERSION}).")
    return {name: value for name, value in content.items() if name not in ("format", "version")}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a JSON file; of two fields of one name only one could count, so there may be only one."""
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ExperimentError(twice, "stands there twice.")
    return content
