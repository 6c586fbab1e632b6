"""What the training thread tells the window of: what happens seldom."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class TrainingSignals(QObject):
    """Emitted in the training thread, and delivered in that of whoever is connected."""

    state_changed = Signal(str)
    run_begun = Signal(int, object, str, int, str)
    """Number of the run, its experiment with the settings of now, a sentence, number of the last instruction,
    and what the user calls the run."""
    run_named = Signal(int, str)
    """Number of the present run, and what the user has called it while it had another."""
    carried_out = Signal(int, object)
    """Number of the last instruction that was carried out or refused, and the experiment as it is then."""
    run_left = Signal(object, int)
    """The RunView of a run that goes on from an earlier step on another branch, and that step."""
    diverged = Signal(str, object)
    """A sentence, and an engine.branches.recovery.Recovery, None where nothing goes on."""
    failed = Signal(str)
    notice = Signal(str)
    undo_changed = Signal(bool, bool)
