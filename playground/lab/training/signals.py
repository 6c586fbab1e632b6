"""The signals of the training thread, for rare events."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class TrainingSignals(QObject):
    """Emitted in the training thread, and delivered in the thread of the receiver."""

    state_changed = Signal(str)
    run_begun = Signal(int, object, str, int, str, int)
    """Number of the run, its experiment with the present settings, a sentence, number of the last
    instruction, the user's name for the run, and Run.since."""
    run_named = Signal(int, str)
    """Number of the present run, and the name that the user gave it under another number."""
    carried_out = Signal(int, object)
    """Number of the last instruction that was carried out or refused, and the experiment after it."""
    run_left = Signal(object, int)
    """The RunView of a run that continues from an earlier step on another branch, and that step."""
    diverged = Signal(str, object)
    """A sentence, and an engine.branches.recovery.Recovery, None where nothing goes on."""
    failed = Signal(str)
    notice = Signal(str)
    undo_changed = Signal(str, str)
    """What Undo takes back and what Redo makes again, in a few words; empty where there is nothing."""
    view_restored = Signal(str, object)
    """The kind of a ViewEntry and the value that the window is to show again."""
