"""A widget of the window alone with a lab: what the window does for it each frame, done by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot


class Stage:
    """Carries snapshots from a lab to a widget and keeps the newest."""

    def __init__(self, qtbot: Any, lab: Lab, widget: Any):
        self.qtbot, self.lab, self.widget = qtbot, lab, widget
        self.snapshot: Snapshot | None = None
        qtbot.addWidget(widget)

    def show(self, width: int, height: int) -> None:
        self.widget.resize(width, height)
        self.widget.show()
        self.qtbot.waitExposed(self.widget)
        self.until(lambda snapshot: True)

    def frame(self) -> None:
        snapshot = self.lab.latest()
        if snapshot is not None:
            self.snapshot = snapshot
            self.widget.show_snapshot(snapshot)

    def until(self, fulfilled: Callable[[Snapshot], bool]) -> Snapshot:
        """Frames until a snapshot fulfils what is asked; that snapshot."""

        def looked() -> bool:
            self.frame()
            return self.snapshot is not None and fulfilled(self.snapshot)

        self.qtbot.waitUntil(looked)
        assert self.snapshot is not None
        return self.snapshot


def snapshot_of(experiment: Experiment, steps: int = 0, run: int = 1) -> Snapshot:
    """A snapshot of a run that was trained here and now, without a lab."""
    trainer = Trainer(experiment)
    trainer.advance(steps)
    return Snapshot(run, trainer.view(), "paused", 0.0, trainer.problem)


def visible_texts(widget: QWidget, kind: type[Any]) -> list[str]:
    """The texts of all visible children of a kind."""
    children: list[Any] = widget.findChildren(kind)
    return [child.text() for child in children if child.isVisible()]
