"""The map of learning rates, as a page beside the surface: computed row by row; a click opens a run."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.drawing.rate_map import MapPicture
from playground.engine.formula import start_of_seed
from playground.engine.painted_points import in_one_form, started_again
from playground.experiment import Change, Experiment, TrainingSettings
from playground.export.map_csv import map_table
from playground.export.map_figure import map_figure
from playground.export.table import Table
from playground.files.atomic import ExportError
from playground.lab.snapshot import Snapshot
from playground.landscape.momentum_map import MOMENTA, momentum_of, momentum_plan, of_momenta
from playground.landscape.questions.rate_map import RateMapAnswer, RateMapQuestion
from playground.landscape.rate_map import RATES, SEEDS, RateMap
from playground.landscape.stability_region import StabilityRegion, optimizer_with_momentum
from playground.same_landscape import all_but_the_start
from playground.ui.frame.actions import Command
from playground.ui.frame.feature import Page
from playground.ui.frame.page_feature import PageFeature
from playground.ui.rate_map.view import MapView

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

PAGE = "map"


class MapFeature(PageFeature):
    """The rows of the present map. A run that is opened from it keeps the map as it is.

    Its rows are seeds or momenta. After a restart only the missing ones are asked for again.
    """

    page = Page(
        name=PAGE,
        title="Map of α",
        place="centre",
        opened_by="rate_map",
        command=Command(
            "The &map of learning rates",
            "Ctrl+M",
            "Show or hide what 48 learning rates reach, from 20 starts or with 20 momenta",
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
        self._found: dict[float, tuple[np.ndarray, float]] = {}
        self._seeds: tuple[int, ...] = ()
        self._momenta: tuple[float, ...] = ()
        self._region: StabilityRegion | None = None
        self._why_no_region = ""
        self._rates = np.empty(0)
        self._ticket = 0
        self._asked = 0
        self._share: float | None = None
        self._stopped = self._end_requested = False
        self._now: tuple[float, float | None] | None = None
        self._seed_of_start: dict[tuple[float, ...], int] = {}
        self._by_hand: tuple[tuple[Change, ...], bool] = (), False
        self._schedule = "constant"
        self._experiment: Experiment | None = None
        self._training: TrainingSettings | None = None
        self.add_plot()
        window.exporter.offer(PAGE, "Map of learning rates", self.figure)
        window.exporter.offer_numbers(
            "map_numbers",
            "Numbers of the map of learning rates (CSV)",
            "A table: for each seed or momentum and each learning rate of the map the J that was reached.",
            self.table,
        )
        self.view.opened.connect(self.open_run)
        self.view.stopped.connect(self.stop)
        self.view.recompute_requested.connect(self.go_on)

    @property
    def complete(self) -> bool:
        """Whether every row of the present map is there."""
        return bool(self._rows) and all(row in self._found for row in self._rows)

    @property
    def _rows(self) -> tuple[float, ...]:
        """What tells the rows of the present map apart: momenta, or seeds."""
        return self._momenta or self._seeds

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
        assert self._experiment is not None
        assert self._training is not None
        # Those of the map: a change on its way to the screen is not in the cell that was clicked.
        experiment = replace(self._experiment, training=self._training)
        rate = float(rows.learning_rates[column])
        experiment = run_of_cell(experiment, rows, row).with_value("training.learning_rate", rate)
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
        missing = tuple(row for row in self._rows if row not in self._found)
        if self._asked == self._ticket or self._stopped or not missing:
            return None
        self._asked = self._ticket
        self._share = self._share or 0.0
        return self._question(snapshot, missing)

    def _question(self, snapshot: Snapshot, rows: tuple[float, ...]) -> RateMapQuestion:
        settings, steps = snapshot.view.settings, self.view.n_steps
        if not self._momenta:
            seeds = tuple(int(row) for row in rows)
            return RateMapQuestion(snapshot.run, self._ticket, settings, seeds, self._rates, steps)
        seeds = self._seeds[: len(rows)]
        training = of_momenta(settings)
        return RateMapQuestion(snapshot.run, self._ticket, training, seeds, self._rates, steps, rows)

    def _look_at(self, snapshot: Snapshot) -> None:
        """Begin another map where the present one is not about this experiment."""
        view = snapshot.view
        experiment = replace(view.experiment, data=started_again(view.data))
        seed = experiment.start_seed
        first = seed // SEEDS * SEEDS
        scale = self.window.strip.scale
        of_seeds = not self.view.of_momenta or optimizer_with_momentum(view.settings.optimizer) is None
        settings = view.settings if of_seeds else of_momenta(view.settings)
        training = replace(settings, learning_rate=1.0)
        points = in_one_form(experiment)
        which = (all_but_the_start(points), first) if of_seeds else replace(points, training=training)
        about = (which, training, self.view.n_steps, scale, of_seeds)
        if about == self._about:
            return
        self._about, self._schedule = about, view.settings.schedule
        self._experiment, self._training = experiment, settings
        self._found = {}
        self._momenta, self._region, self._why_no_region = (), None, ""
        if of_seeds:
            self._seeds = tuple(range(first, first + SEEDS))
            if (formula := experiment.formula) is not None:
                starts = {row: tuple(start_of_seed(formula, row).tolist()) for row in self._seeds}
                self._seed_of_start = {start: row for row, start in starts.items()}
            self._rates = np.logspace(math.log10(scale[0]), math.log10(scale[1]), RATES)
        else:
            plan = momentum_plan(snapshot.problem, settings, scale)
            self._momenta, self._seeds = MOMENTA, (seed,) * len(MOMENTA)
            self._region, self._why_no_region = plan.region, plan.why_no_region
            self._rates = plan.learning_rates
        self._ticket += 1
        self._share, self._stopped, self.rows, self._stale = None, False, None, True

    def take_answer(self, slot: str, answer: RateMapAnswer) -> None:
        if answer.ticket != self._ticket or self._stopped:
            return
        rows = answer.rows
        answered = rows.momenta or rows.seeds
        fresh = [index for index, row in enumerate(answered) if row not in self._found]
        for index in fresh:
            self._found[answered[index]] = rows.losses[index], float(rows.starts[index])
        asked = len(self._rows) - len(self._found) + len(answered)
        self._share = 1.0 - asked * (1.0 - answer.progress) / len(self._rows)
        if fresh:
            there = [index for index, row in enumerate(self._rows) if row in self._found]
            found = [self._found[self._rows[index]] for index in there]
            self.rows = RateMap(
                tuple(self._seeds[index] for index in there),
                self._rates,
                np.array([losses for losses, _ in found]),
                np.array([start for _, start in found]),
                rows.n_steps,
                tuple(self._momenta[index] for index in there) if self._momenta else (),
            )
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
        now = self._place_of(snapshot)
        if self._stale or now != self._now:
            self._stale, self._now = False, now
            self.view.show_picture(self._picture(self.rows, self._seeds, self._momenta, snapshot))

    def _place_of(self, snapshot: Snapshot) -> tuple[float, float | None]:
        """Return where the run on the screen stands: its α, and its momentum or the seed of its row.

        None in place of a seed where it comes from the start of no row.
        """
        settings, experiment = snapshot.view.settings, snapshot.view.experiment
        rate = settings.learning_rate
        if self._momenta:
            return rate, momentum_of(settings)
        if self._was_set_by_hand(snapshot.view.history.changes):
            return rate, None
        formula = experiment.formula
        return rate, experiment.start_seed if formula is None else self._seed_of_start.get(formula.first)

    def _was_set_by_hand(self, changes: tuple[Change, ...]) -> bool:
        # A long log is the same object from frame to frame.
        if changes is not self._by_hand[0]:
            self._by_hand = changes, any(change.field == "parameters" for change in changes)
        return self._by_hand[1]

    def _picture(
        self, rows: RateMap | None, seeds: tuple[int, ...], momenta: tuple[float, ...], snapshot: Snapshot
    ) -> MapPicture:
        return MapPicture(
            rows,
            seeds,
            self._place_of(snapshot),
            schedule=self._schedule,
            momenta=momenta,
            region=self._region,
            why_no_region=self._why_no_region,
            has_weights=snapshot.view.experiment.formula is None,
        )

    def read(self) -> None:
        super().read()
        if self.page_on_screen:
            if self.window.snapshot is not None:
                self.view.allow_momenta(self.window.snapshot.view.settings.optimizer)
            self.view.show_progress(self._share, self._stopped and not self.complete)
            self.view.say()

    def run_replaced(self, experiment: Experiment) -> None:
        self._stale = True

    def figure(self, snapshot: Snapshot) -> Any:
        """Return the function that makes the figure of the map. Raises ExportError where there is none."""
        rows, view = self._rows_of(snapshot), snapshot.view
        return map_figure(self._picture(rows, rows.seeds, rows.momenta, snapshot), view)

    def table(self, snapshot: Snapshot) -> Table:
        """Return the table of the map. Raises ExportError where there is none."""
        rows = self._rows_of(snapshot)
        assert self._experiment is not None
        assert self._training is not None
        return map_table(rows, self._rows, self._experiment, self._training, self._region)

    def _rows_of(self, snapshot: Snapshot) -> RateMap:
        """Return the rows so far, of the present experiment."""
        # No question was asked while the page was hidden: the rows may be of another experiment.
        self._look_at(snapshot)
        if self.rows is None:
            raise ExportError("There is no map to export yet: open its page and wait for the first row.")
        return self.rows


def run_of_cell(experiment: Experiment, rows: RateMap, row: int) -> Experiment:
    """Return the experiment of a row of a map of this one, but for its α."""
    if rows.momenta:
        training = replace(of_momenta(experiment.training), momentum=rows.momenta[row])
        return replace(experiment, training=training)
    seed, formula = rows.seeds[row], experiment.formula
    if formula is None:
        return experiment.with_value("network.seed", seed)
    start = tuple(start_of_seed(formula, seed).tolist())
    # All rows have the noise of the experiment's own seed.
    kept = formula.seed if formula.noise else seed
    return experiment.with_value("formula", replace(formula, start=start, seed=kept))
