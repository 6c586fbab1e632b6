"""The map of learning rates, as a page beside the surface: computed seed by seed; a click opens a run."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.drawing.rate_map import MapPicture
from playground.experiment import Experiment, TrainingSettings
from playground.export.map_csv import map_table
from playground.export.map_figure import map_figure
from playground.export.table import Table
from playground.files.atomic import ExportError
from playground.lab.snapshot import Snapshot
from playground.landscape.questions.rate_map import RateMapAnswer, RateMapQuestion
from playground.landscape.rate_map import RATES, SEEDS, RateMap
from playground.ui.frame.actions import Command
from playground.ui.frame.feature import Page
from playground.ui.frame.page_feature import PageFeature
from playground.ui.rate_map.view import MapView

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

PAGE = "map"


class MapFeature(PageFeature):
    """The rows of the present map. A run that is opened from it keeps the map as it is.

    After a restart only the missing seeds are asked for again.
    """

    page = Page(
        name=PAGE,
        title="Map of α",
        place="centre",
        opened_by="rate_map",
        command=Command(
            "The &map of learning rates",
            "Ctrl+M",
            "Show or hide what 48 learning rates reach from 20 first weights, as one picture",
            on_off=True,
        ),
    )
    slots = (RateMapQuestion.slot,)
    view: MapView

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view = MapView()
        self.rows: RateMap | None = None
        self._about: Hashable = None
        self._found: dict[int, tuple[np.ndarray, float]] = {}
        self._seeds: tuple[int, ...] = ()
        self._rates = np.empty(0)
        self._ticket = 0
        self._asked = 0
        self._share: float | None = None
        self._stopped = self._end_requested = False
        self._now: tuple[float, int] | None = None
        self._schedule = "constant"
        self._experiment: Experiment | None = None
        self._training: TrainingSettings | None = None
        self.add_plot()
        window.exporter.offer(PAGE, "Map of learning rates", self.figure)
        window.exporter.offer_numbers(
            "map_numbers",
            "Numbers of the map of learning rates (CSV)",
            "A table: for each seed and learning rate of the map the J that was reached.",
            self.table,
        )
        self.view.opened.connect(self.open_run)
        self.view.stopped.connect(self.stop)
        self.view.recompute_requested.connect(self.go_on)

    @property
    def complete(self) -> bool:
        """Whether every seed of the present map is there."""
        return bool(self._seeds) and all(seed in self._found for seed in self._seeds)

    def stop(self) -> None:
        """Stop the computation and keep the rows so far."""
        self._stopped = self._end_requested = True
        self._ticket += 1
        self._asked, self._share = 0, None

    def go_on(self) -> None:
        """Continue a computation that was stopped."""
        self._stopped = False

    def open_run(self, row: int, column: int) -> None:
        """Begin the run of this cell, and make its steps."""
        rows = self.rows
        if rows is None:
            return
        experiment = self.window.lab.experiment.with_value("network.seed", rows.seeds[row])
        experiment = experiment.with_value("training.learning_rate", float(rows.learning_rates[column]))
        self.window.lab.set_experiment(experiment, steps=rows.n_steps)

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if snapshot is None:
            return None
        if self._end_requested:
            self._end_requested = False
            return self._question(snapshot, ())
        if not self.page_on_screen:
            return None
        self._look_at(snapshot)
        missing = tuple(seed for seed in self._seeds if seed not in self._found)
        if self._asked == self._ticket or self._stopped or not missing:
            return None
        self._asked = self._ticket
        self._share = self._share or 0.0
        return self._question(snapshot, missing)

    def _question(self, snapshot: Snapshot, seeds: tuple[int, ...]) -> RateMapQuestion:
        settings, steps = snapshot.view.settings, self.view.n_steps
        return RateMapQuestion(snapshot.run, self._ticket, settings, seeds, self._rates, steps)

    def _look_at(self, snapshot: Snapshot) -> None:
        """Begin another map where the present one is not about this experiment."""
        view = snapshot.view
        experiment = view.experiment
        seed = experiment.start_seed
        first = seed // SEEDS * SEEDS
        scale = self.window.strip.scale
        training = replace(view.settings, learning_rate=1.0)
        about = (_of_any_start(experiment), training, self.view.n_steps, scale, first)
        if about == self._about:
            return
        self._about, self._schedule = about, view.settings.schedule
        self._experiment, self._training = view.experiment, view.settings
        self._found = {}
        self._seeds = tuple(range(first, first + SEEDS))
        self._rates = np.logspace(math.log10(scale[0]), math.log10(scale[1]), RATES)
        self._ticket += 1
        self._share, self._stopped, self.rows, self._stale = None, False, None, True

    def take_answer(self, slot: str, answer: RateMapAnswer) -> None:
        if answer.ticket != self._ticket or self._stopped:
            return
        rows = answer.rows
        fresh = [index for index, seed in enumerate(rows.seeds) if seed not in self._found]
        for index in fresh:
            self._found[rows.seeds[index]] = rows.losses[index], float(rows.starts[index])
        asked = len(self._seeds) - len(self._found) + len(rows.seeds)
        self._share = 1.0 - asked * (1.0 - answer.progress) / len(self._seeds)
        if fresh:
            seeds = tuple(seed for seed in self._seeds if seed in self._found)
            losses = np.array([self._found[seed][0] for seed in seeds])
            starts = np.array([self._found[seed][1] for seed in seeds])
            self.rows = RateMap(seeds, self._rates, losses, starts, rows.n_steps)
            self._stale = True
        if answer.complete:
            self._share = None

    def clear_questions(self) -> None:
        # A new ticket: an answer that is on its way belongs to a question that was dropped.
        self._ticket += 1
        self._share = None

    def frame(self) -> None:
        snapshot = self.window.snapshot
        if snapshot is None or not self.page_on_screen:
            return
        now = snapshot.view.settings.learning_rate, snapshot.view.experiment.start_seed
        if self._stale or now != self._now:
            self._stale, self._now = False, now
            self.view.show_picture(MapPicture(self.rows, self._seeds, now, schedule=self._schedule))

    def read(self) -> None:
        super().read()
        if self.page_on_screen:
            self.view.show_progress(self._share, self._stopped and not self.complete)
            self.view.say()

    def run_replaced(self, experiment: Experiment) -> None:
        self._stale = True

    def figure(self, snapshot: Snapshot) -> Any:
        """Return the function that makes the figure of the map. Raises ExportError where there is none."""
        rows, view = self._rows_of(snapshot), snapshot.view
        now = view.settings.learning_rate, view.experiment.start_seed
        picture = MapPicture(rows, rows.seeds, now, schedule=self._schedule)
        return map_figure(picture, view)

    def table(self, snapshot: Snapshot) -> Table:
        """Return the table of the map. Raises ExportError where there is none."""
        rows = self._rows_of(snapshot)
        assert self._experiment is not None
        assert self._training is not None
        return map_table(rows, self._seeds, self._experiment, self._training)

    def _rows_of(self, snapshot: Snapshot) -> RateMap:
        """Return the rows so far, of the present experiment."""
        # No question was asked while the page was hidden: the rows may be of another experiment.
        self._look_at(snapshot)
        if self.rows is None:
            raise ExportError("There is no map to export yet: open its page and wait for the first row.")
        return self.rows


def _of_any_start(experiment: Experiment) -> tuple[object, ...]:
    """Return what is trained, whatever the start."""
    if experiment.formula is not None:
        return (*experiment.formula.function, experiment.formula.limits, experiment.formula.noise)
    assert experiment.network is not None
    return experiment.data, replace(experiment.network, seed=0)
