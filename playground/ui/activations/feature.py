"""The activation explorer as a page of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.drawing.activations.layer_bars import LayerBars
from playground.engine.loss_words import penalties_text
from playground.experiment import Experiment
from playground.export.figures import activation_figure, layer_bars_figure, layer_norm_figure
from playground.files.atomic import ExportError
from playground.lab.snapshot import Snapshot, moment_of
from playground.landscape.questions.activations import ActivationsAnswer, ActivationsQuestion
from playground.ui.activations.norm_record import NormRecord
from playground.ui.activations.view import ActivationView
from playground.ui.frame.actions import Command
from playground.ui.frame.cadence import Cadence
from playground.ui.frame.feature import Page
from playground.ui.frame.view_feature import ViewFeature

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

PAGE = "activations"
SECONDS = 0.12


class ActivationFeature(ViewFeature):
    """The question of the page, asked while it is on the screen.

    Earlier steps are filled in from the path.
    """

    page = Page(
        name=PAGE,
        title="Activations",
        place="centre",
        command=Command(
            "&Activations",
            "Ctrl+Shift+A",
            "Each activation function, what flows into it, and the gradient that comes back layer by layer",
        ),
    )
    view: ActivationView
    slots = (ActivationsQuestion.slot,)
    needs_network = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.record = NormRecord()
        self.view = ActivationView()
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self._cadence = Cadence(SECONDS)
        self._stale = False
        side = self.view.norm_side
        self.plots = (self.view.function_view, side.curves, side.bars_view)
        window.strip.concealed_changed.connect(lambda: self.view.conceal(window.strip.marks.concealed))
        self.add_page(self._page).triggered.connect(lambda _=False: self.show_page())
        window.exporter.offer("activation", "Activation function", self._function_figure)
        window.exporter.offer("layer_norms", "Gradient norm of each layer", self._figure)
        window.exporter.offer("layer_bars", "Gradient norm of each layer at one step", self._bars_figure)

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if snapshot is None or not self.page_on_screen:
            return None
        view = snapshot.view
        rows = self._missing(snapshot)
        about = (*moment_of(snapshot), tuple(rows.tolist()))
        if not self._cadence.due(about):
            return None
        self._cadence.asked(about)
        history = view.history
        return ActivationsQuestion(
            snapshot.run, view.step, view.parameters, history.path_steps[rows], history.path[rows]
        )

    def take_answer(self, slot: str, answer: ActivationsAnswer) -> None:
        self._cadence.answered()
        self.record.add(answer.steps, answer.norms)
        self.view.show_facts(answer.facts, answer.step)
        self._stale = True

    def clear_questions(self) -> None:
        self._cadence.clear()

    def another_run(self, experiment: Experiment) -> None:
        self.record = NormRecord()

    def run_replaced(self, experiment: Experiment) -> None:
        if experiment.network is not None:
            network = experiment.network
            self.view.show_network(network.activations or (str(network.activation),))
        self.view.norm_side.begin()
        self.view.show_facts(None, 0)
        self._stale = True

    def draw(self) -> bool:
        if not self._stale or not self.page_on_screen:
            return False
        self._stale = False
        snapshot = self.window.snapshot
        penalised = snapshot is not None and bool(penalties_text(snapshot.view.settings))
        frozen = snapshot is not None and len(snapshot.problem.frozen) > 0
        self.view.norm_side.show_norms(*self.record.table(), penalised, frozen)
        return True

    def read(self) -> None:
        if self.page_on_screen:
            left_out = self.view.norm_view.legend_text(self.window.theme)
            summary = self.view.norm_view.drawing.summary()
            self.view.norm_view.describe(f"{summary} {left_out.capitalize()}." if left_out else summary)
            self.view.norm_view.refresh_readout()

    def _missing(self, snapshot: Snapshot) -> np.ndarray:
        """Return rows of the path to fill in; those before the last change of the points were of others."""
        path_steps = snapshot.view.history.path_steps
        rows = np.flatnonzero(path_steps >= snapshot.view.points_since)
        return rows[self.record.missing(path_steps[rows])]

    def _figure(self, snapshot: Snapshot) -> Any:
        return layer_norm_figure(snapshot.view, *self._measured())

    def _bars_figure(self, snapshot: Snapshot) -> Any:
        steps, norms = self._measured()
        return layer_bars_figure(snapshot.view, LayerBars(int(steps[-1]), norms[-1]))

    def _measured(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the steps and norms that can be exported. Raises ExportError where there are none."""
        if self.window.strip.marks.concealed:
            raise ExportError("The gradient norms can be exported once the question is answered.")
        if not len(self.record):
            raise ExportError(
                "There is no gradient norm to export yet: open the page Activations and wait for its curves."
            )
        return self.record.table()

    def _function_figure(self, snapshot: Snapshot) -> Any:
        return activation_figure(self.view.function_view.picture, snapshot.view)
