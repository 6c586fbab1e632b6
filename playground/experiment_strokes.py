"""A change of the points of a run: the value of "data.table" in a log of changes.

The value is an object of JSON values; whatever is empty may be left out:

    added     rows, inputs then target, a class as its index: new training points, at the end of the table
    removed   rows of the table before the change, counted from 0
    moved     [row, its new numbers], …, of the table before the change
    put_back  [row of the table after the change, its numbers, whether it is a test point], …

`put_back` is what taking back a removal needs: the points come back to their old places, in their old part.
Points that stay keep their order, and a test point stays one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.experiment_checks import ExperimentError, show
from playground.experiment_json import JsonRows
from playground.experiment_table import FIELD, MAX_NUMBERS, MAX_ROWS, class_indices, row_fault

Places = NDArray[np.intp]
PARTS = ("added", "removed", "moved", "put_back")
_NO_PLACES: Places = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Stroke:
    """A checked change of the points of a table with `width` columns, inputs and target.

    added           (k, width)
    removed         (r,) rising
    moved           (m,) rising, with moved_rows (m, width)
    put_back        (p,) rising, with put_back_rows (p, width) and put_back_test (p,)
    """

    width: int
    added: Floats
    removed: Places = field(default_factory=lambda: _NO_PLACES)
    moved: Places = field(default_factory=lambda: _NO_PLACES)
    moved_rows: Floats = field(default_factory=lambda: np.empty((0, 0)))
    put_back: Places = field(default_factory=lambda: _NO_PLACES)
    put_back_rows: Floats = field(default_factory=lambda: np.empty((0, 0)))
    put_back_test: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))

    def applied(self, rows: Floats, is_test: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the rows (n, width) after the change, and which of them are test points (n,)."""
        rows = np.array(rows)
        if self.moved.size:
            rows[self.moved] = self.moved_rows
        if self.removed.size:
            rows, is_test = np.delete(rows, self.removed, axis=0), np.delete(is_test, self.removed)
        if self.put_back.size:
            # np.insert counts places before the insertion.
            places = self.put_back - np.arange(self.put_back.size)
            rows = np.insert(rows, places, self.put_back_rows, axis=0)
            is_test = np.insert(is_test, places, self.put_back_test)
        if len(self.added):
            rows = np.concatenate([rows, self.added])
            is_test = np.concatenate([is_test, np.zeros(len(self.added), dtype=bool)])
        return rows, is_test

    def count_after(self, count: int) -> int:
        """Return the number of rows after the change, of this many."""
        return count - self.removed.size + self.put_back.size + len(self.added)

    def parts_after(self, is_test: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which points are test points after the change, without the points themselves."""
        return self.applied(np.empty((len(is_test), self.width)), is_test)[1]

    def taken_back(self, rows: Floats, is_test: NDArray[np.bool_]) -> Stroke:
        """Return the change that leads back to the rows (n, width) and parts (n,) that this is made to."""
        n, removed, put_back = len(rows), self.removed, self.put_back
        stays = np.ones(n, dtype=bool)
        stays[removed] = False
        n_before_added = n - removed.size + put_back.size
        kept_place = np.full(n, -1, dtype=np.intp)
        kept_place[stays] = np.setdiff1d(np.arange(n_before_added), put_back)
        added = np.arange(n_before_added, n_before_added + len(self.added))
        return Stroke(
            self.width,
            np.empty((0, self.width)),
            np.concatenate([put_back, added]),
            kept_place[self.moved],
            rows[self.moved],
            removed,
            rows[removed],
            is_test[removed],
        )

    def as_value(self) -> dict[str, Any]:
        """Return the value in the log, which stroke_of reads."""
        value: dict[str, Any] = {
            "added": self.added.tolist(),
            "removed": self.removed.tolist(),
            "moved": [list(pair) for pair in zip(self.moved.tolist(), self.moved_rows.tolist(), strict=True)],
        }
        if self.put_back.size:
            parts = self.put_back.tolist(), self.put_back_rows.tolist(), self.put_back_test.tolist()
            value["put_back"] = [list(entry) for entry in zip(*parts, strict=True)]
        return value


def stroke_of(value: Any, n_rows: int, width: int, classes: int) -> Stroke:
    """Return the change of such a value, for a table of n_rows rows and this many columns.

    classes: the number of classes that the target may have; 0: it is a value, or several. Raises
    ExperimentError, with one sentence.
    """
    if not isinstance(value, Mapping):
        raise ExperimentError(FIELD, f"must change by an object with {', '.join(PARTS)}, not {show(value)}.")
    for name in value:
        if name not in PARTS:
            raise ExperimentError(f"{FIELD}.{name}", "is an unknown field.")
    parts = {name: _entries(name, value.get(name, ())) for name in PARTS}
    removed, added = (
        _places("removed", parts["removed"], n_rows),
        _rows("added", parts["added"], width, classes),
    )
    moved, moved_rows, _ = _placed("moved", parts["moved"], n_rows, width, classes, 2)
    if (both := np.intersect1d(moved, removed)).size:
        raise _refused("moved", f"hold row {int(both[0])}, which is removed too.")
    left = n_rows - removed.size
    after = left + len(parts["put_back"])
    put_back, put_back_rows, test = _placed("put_back", parts["put_back"], after, width, classes, 3)
    if not (removed.size or len(added) or moved.size or put_back.size):
        raise ExperimentError(FIELD, "has a change of no point.")
    count = after + len(added)
    if not 1 <= count <= MAX_ROWS:
        what = (
            "no points are left"
            if count < 1
            else f"there would be {count} points, and {MAX_ROWS} are the most"
        )
        raise _refused("removed" if count < 1 else "added", f"cannot be taken: {what}.")
    if count * width > MAX_NUMBERS:
        raise _refused(
            "added", f"cannot be taken: {count} × {width} numbers, and {MAX_NUMBERS} are the most."
        )
    return Stroke(width, added, removed, moved, moved_rows, put_back, put_back_rows, test)


def plain_value(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value that stroke_of has accepted as a log keeps it: with lists, every part but put_back."""

    def numbers(row: Any) -> list[float]:
        return [float(number) for number in row]

    plain: dict[str, Any] = {
        "added": [numbers(row) for row in value.get("added", ())],
        "removed": list(value.get("removed", ())),
        "moved": [[place, numbers(row)] for place, row in value.get("moved", ())],
    }
    if value.get("put_back"):
        plain["put_back"] = [[place, numbers(row), test] for place, row, test in value["put_back"]]
    return plain


def stroke_as_json(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for a file, each row in a line of its own."""
    plain = plain_value(value)
    return {
        part: JsonRows(entries) if entries and part != "removed" else entries
        for part, entries in plain.items()
    }


def stroke_words(value: Mapping[str, Any]) -> str:
    """Return what a change of the points did, in a few words: "3 points added, 1 moved"."""
    counts = {
        "added": len(value.get("added", ())),
        "put back": len(value.get("put_back", ())),
        "moved": len(value.get("moved", ())),
        "removed": len(value.get("removed", ())),
    }
    parts = [(count, word) for word, count in counts.items() if count]
    words = [f"{count} {word}" for count, word in parts]
    if words:
        words[0] = f"{parts[0][0]} point{'s' * (parts[0][0] != 1)} {parts[0][1]}"
    return ", ".join(words)


def stroke_mark(value: Mapping[str, Any]) -> str:
    """Return the name of a change of the points on a plot: "+3 points", "1 point moved"."""
    added = len(value.get("added", ())) + len(value.get("put_back", ()))
    removed, moved = len(value.get("removed", ())), len(value.get("moved", ()))
    gained = added - removed
    if gained:
        return f"{'+' if gained > 0 else '−'}{abs(gained)} point{'s' * (abs(gained) != 1)}"
    changed = max(added, moved)
    return f"{changed} point{'s' * (changed != 1)} {'changed' if added else 'moved'}"


def _refused(part: str, reason: str) -> ExperimentError:
    return ExperimentError(f"{FIELD}.{part}", reason)


def _entries(part: str, given: Any) -> list[Any]:
    if not isinstance(given, list | tuple):
        raise _refused(part, f"must be a list, not {show(given)}.")
    return list(given)


def _places(part: str, given: list[Any], count: int) -> Places:
    for place in given:
        if isinstance(place, bool) or not isinstance(place, int):
            raise _refused(part, f"must be row numbers from 0, not {show(place)}.")
        if not 0 <= place < count:
            rows = f"are rows 0 to {count - 1}" if count else "is no row"
            raise _refused(part, f"hold row {show(place)}, and there {rows}.")
    places = np.array(sorted(given), dtype=np.intp)
    if (twice := places[1:][places[1:] == places[:-1]]).size:
        raise _refused(part, f"hold row {int(twice[0])} twice.")
    return places


def _placed(
    part: str, given: list[Any], count: int, width: int, classes: int, length: int
) -> tuple[Places, Floats, NDArray[np.bool_]]:
    """Return places, rows and flags of entries of this length, in the order of their places."""
    for entry in given:
        if not isinstance(entry, list | tuple) or len(entry) != length:
            what = (
                "a row number and its numbers" if length == 2 else "a row number, its numbers, true or false"
            )
            raise _refused(part, f"must be lists of {what}, not {show(entry)}.")
        if length == 3 and not isinstance(entry[2], bool):
            raise _refused(part, f"must say by true or false what is a test point, not by {show(entry[2])}.")
    _places(part, [entry[0] for entry in given], count)
    ordered = sorted(given, key=lambda entry: int(entry[0]))
    rows = _rows(part, [entry[1] for entry in ordered], width, classes)
    flags = np.array([entry[2] for entry in ordered] if length == 3 else [], dtype=bool)
    return np.array([entry[0] for entry in ordered], dtype=np.intp), rows, flags


def _rows(part: str, given: list[Any], width: int, classes: int) -> Floats:
    for row in given:
        if fault := row_fault(row, width):
            raise _refused(part, f"must be rows of numbers; one {fault}.")
        if classes and row[-1] not in range(classes):
            raise _refused(part, f"must have {class_indices(classes)} as the class, not {show(row[-1])}.")
    rows: Floats = np.array(given, dtype=np.float64).reshape(len(given), width)
    return rows
