"""The entries of Undo and Redo: runs that were left, changes of settings, and views.

Nothing is taken out of the log of changes: to undo a change is another change, to the value before. So a log
replays everything, also where something was undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from playground.lab.training.runs import Beginning, LeftRun, Run


@dataclass(frozen=True)
class ChangeEntry:
    """A change of a live field of the experiment, from one value to another.

    gesture: changes of one field with the same number, as those of one drag, are one entry; None: an entry of
    its own.
    """

    field: str
    before: Any
    after: Any
    gesture: int | None
    text: str

    @property
    def of(self) -> tuple[str, str]:
        """What it changes."""
        return "field", self.field


@dataclass(frozen=True)
class ViewEntry:
    """A change of something that the window shows; the values are interpreted by the window alone.

    gesture: as that of a ChangeEntry.
    """

    kind: str
    before: Any
    after: Any
    text: str
    gesture: int | None = None

    @property
    def of(self) -> tuple[str, str]:
        """What it changes."""
        return "view", self.kind


@dataclass(frozen=True)
class RunEntry:
    """A run that another one replaced; text: what replaced it ("new weights").

    view: what the window showed with each of the two, where that was replaced with it. by_hand: whether
    parameters that were set by hand replaced it.
    """

    run: LeftRun
    text: str
    view: ViewEntry | None = None
    by_hand: bool = False


Entry = RunEntry | ChangeEntry | ViewEntry


class UndoStack:
    """The entries in their order. Beyond the maximum number the oldest are dropped."""

    LIMIT = 12
    """Maximum number of runs; each holds its history."""
    MOST_ENTRIES = 500

    def __init__(self) -> None:
        self._past: list[Entry] = []
        self._future: list[Entry] = []
        self._last_reason = ""

    @property
    def undo_text(self) -> str:
        """The change that Undo takes back; empty where there is none."""
        return self._past[-1].text if self._past else ""

    @property
    def last_was_by_hand(self) -> bool:
        """Whether Undo would take back parameters that were set by hand."""
        last = self._past[-1] if self._past else None
        return isinstance(last, RunEntry) and last.by_hand

    @property
    def redo_text(self) -> str:
        """The change that Redo makes again; empty where there is none."""
        return self._future[-1].text if self._future else ""

    @property
    def entries(self) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """The entries of Undo and those of Redo, the next one last."""
        return tuple(self._past), tuple(self._future)

    @property
    def _both(self) -> tuple[list[Entry], list[Entry]]:
        return self._past, self._future

    def push_run(
        self, run: Run, reason: str, text: str, by_hand: bool = False, begun: Beginning | None = None
    ) -> bool:
        """Keep the run that a new one replaces; return whether Undo brings another than the new one back.

        Dragging one control through many values starts many runs. A run without a step that was left for the
        same reason as the one before is not kept, and none that stands where the new one begins. begun: how
        the new one begins, None where it goes on from the old one.
        """
        if begun is not None and run.beginning == begun:
            return False
        if run.untouched and reason and reason == self._last_reason and self._past:
            last = self._past[-1]
            if begun is not None and isinstance(last, RunEntry) and last.run.beginning == begun:
                # A drag away and back changes nothing.
                self._past.pop()
                self._last_reason = ""
                return False
            self._past[-1] = replace(last, text=text)
        else:
            self._past.append(RunEntry(run.left(), text, by_hand=by_hand))
        self._last_reason = reason
        self._future.clear()
        self._drop_oldest()
        return True

    def push(self, entry: ChangeEntry | ViewEntry) -> None:
        """Keep a change. One of the same gesture as the change before becomes part of that."""
        last = self._part_of(entry)
        if last is None:
            self._past.append(entry)
        elif last.before == entry.after:
            # A drag away and back changes nothing.
            self._past.pop()
        else:
            self._past[-1] = replace(last, after=entry.after, text=entry.text)
        self._begin_anew()

    def _part_of(self, entry: ChangeEntry | ViewEntry) -> ChangeEntry | ViewEntry | None:
        """Return the newest entry, where a change belongs to the same gesture."""
        last = self._past[-1] if self._past else None
        if isinstance(last, RunEntry | None) or entry.gesture is None:
            return None
        return last if (last.gesture, last.of) == (entry.gesture, entry.of) else None

    def before_gesture(self, field: str, gesture: int | None, value: Any) -> Any:
        """Return the value that this field had before the gesture; value, where this is its beginning."""
        last = self._past[-1] if self._past else None
        same = isinstance(last, ChangeEntry) and (last.field, last.gesture) == (field, gesture)
        return last.before if isinstance(last, ChangeEntry) and same and gesture is not None else value

    def drop_changes_of_the_last_run(self) -> None:
        """Drop what was changed since the newest run began: that run is gone."""
        while self._past and not isinstance(self._past[-1], RunEntry):
            self._past.pop()
        self._future.clear()
        self._last_reason = ""

    def undo(self, present: Run | None) -> Entry | None:
        """Return the newest entry, which becomes the next one of Redo. present: the present run."""
        return self._swap(self._past, self._future, present)

    def redo(self, present: Run | None) -> Entry | None:
        """Return the entry that the last undo returned, which becomes the next one of Undo."""
        return self._swap(self._future, self._past, present)

    def replace(self, past: Sequence[Entry], future: Sequence[Entry]) -> None:
        """Replace all entries by these."""
        self._past[:], self._future[:] = past, future
        self._last_reason = ""
        self._drop_oldest()

    def name_run(self, number: int, name: str) -> None:
        """Name the run that has or had this number."""
        for entries in self._both:
            for index, entry in enumerate(entries):
                if isinstance(entry, RunEntry) and number in entry.run.numbers:
                    entries[index] = replace(entry, run=replace(entry.run, name=name))

    def _swap(self, source: list[Entry], target: list[Entry], present: Run | None) -> Entry | None:
        if not source:
            return None
        self._last_reason = ""
        entry = source.pop()
        if isinstance(entry, ChangeEntry | ViewEntry):
            # The gesture is over.
            target.append(replace(entry, gesture=None))
        elif present is not None:
            target.append(replace(entry, run=present.left()))
        self._drop_oldest()
        return entry

    def _begin_anew(self) -> None:
        """Drop what was undone, since something new was done; runs, which hold a history, stay."""
        self._last_reason = ""
        self._future[:] = [entry for entry in self._future if isinstance(entry, RunEntry)]
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        for entries in self._both:
            runs = sum(isinstance(entry, RunEntry) for entry in entries)
            while runs > self.LIMIT or len(entries) > self.MOST_ENTRIES:
                runs -= isinstance(entries.pop(0), RunEntry)
