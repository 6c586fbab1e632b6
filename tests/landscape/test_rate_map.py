"""Every cell of the map is a run of its own: what Trainer reaches with that α and that network seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings
from playground.landscape import rate_map
from playground.landscape.questions.context import Context
from playground.landscape.questions.rate_map import RateMapAnswer, RateMapQuestion
from playground.landscape.rate_map import SAME, RateMap

RATES = np.logspace(-2, 1.5, 8)
CASES: dict[str, dict[str, Any]] = {
    "full batch": {},
    "mini-batches": {"training.batch_size": 24, "training.seed": 5},
    "Adam with penalties": {"training.optimizer": "adam", "training.l2": 0.01, "training.l1": 0.001},
    "a schedule": {"training.schedule": "cosine", "training.schedule_steps": 30},
    "momentum": {"training.optimizer": "momentum", "training.momentum": 0.8},
}


def answers(experiment: Experiment, seeds: tuple[int, ...], n_steps: int) -> list[RateMapAnswer]:
    question = RateMapQuestion(3, 7, experiment.training, seeds, RATES, n_steps)
    return [answer for answer in question.answers(Context(experiment)) if answer is not None]


def run(experiment: Experiment, seed: int, rate: float, n_steps: int) -> Trainer:
    experiment = experiment.with_value("network.seed", seed)
    trainer = Trainer(experiment.with_value("training.learning_rate", rate))
    trainer.advance(n_steps)
    return trainer


def nudged(experiment: Experiment, seed: int, rate: float, n_steps: int) -> float:
    """J of the same run, begun a hair beside its first weights."""
    trainer = run(experiment, seed, rate, 0)
    trainer.set_parameters(trainer.parameters + 1e-12)
    trainer.advance(n_steps)
    return trainer.train_loss()


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_a_cell_is_what_its_run_reaches(changes: dict[str, Any]) -> None:
    experiment = Experiment(DataSettings(points=60))
    for name, value in changes.items():
        experiment = experiment.with_value(name, value)
    seeds = (4, 5, 11)
    rows = answers(experiment, seeds, 40)[-1].rows
    assert rows.losses.shape == (3, 8)
    compared = 0
    for row, seed in enumerate(seeds):
        for column, rate in enumerate(RATES):
            loss = run(experiment, seed, float(rate), 40).train_loss()
            if abs(nudged(experiment, seed, float(rate), 40) / loss - 1) < 1e-9:
                assert rows.losses[row, column] == pytest.approx(loss, rel=1e-9)
                compared += 1
    assert compared >= 12
    assert rows.starts == pytest.approx([run(experiment, seed, 0.1, 0).train_loss() for seed in seeds])


def test_a_run_that_diverges_leaves_a_cell_without_a_number() -> None:
    experiment = Experiment(DataSettings("hours_of_study", standardize=False), NetworkSettings(()))
    experiment = experiment.with_value("network.loss", "squared_error")
    rows = answers(experiment, (0, 1), 1000)[-1].rows
    diverged = [[run(experiment, seed, float(rate), 1000).diverged for rate in RATES] for seed in (0, 1)]
    assert np.array_equal(~np.isfinite(rows.losses), diverged)
    assert 0 < rows.not_finite == int(np.sum(diverged))
    assert rows.rank(0, int(np.argmax(diverged[0]))) == 0


def test_rows_come_one_after_the_other_and_splitting_changes_nothing(monkeypatch) -> None:
    experiment = Experiment(DataSettings(points=60))
    whole = answers(experiment, (0, 1, 2, 3), 30)
    monkeypatch.setattr(rate_map, "TOGETHER", 700)
    parts = answers(experiment, (0, 1, 2, 3), 30)
    assert [len(answer.rows.seeds) for answer in parts] == [1, 2, 3, 4]
    assert [answer.complete for answer in parts] == [False, False, False, True]
    assert [answer.progress for answer in parts] == [0.25, 0.5, 0.75, 1.0]
    assert {(answer.run, answer.ticket) for answer in parts} == {(3, 7)}
    assert parts[-1].rows.losses == pytest.approx(whole[-1].rows.losses, rel=1e-9)


def test_no_seeds_end_a_map_under_way() -> None:
    (only,) = answers(Experiment(), (), 10)
    assert only.complete
    assert only.rows.seeds == ()


def test_best_median_and_rank() -> None:
    losses = np.array([[3.0, 1.0, 2.0], [0.5, np.nan, 0.7], [np.nan, np.nan, np.nan], [9.0, 8.0, 7.0]])
    rows = RateMap((0, 1, 2, 3), np.array([0.1, 1.0, 10.0]), losses, np.ones(4), 10)
    assert rows.best.tolist() == [1, 0, -1, 2]
    assert rows.best_rates[[0, 1, 3]].tolist() == [1.0, 0.1, 10.0]
    assert rows.median_best == pytest.approx(1.0)
    assert [rows.rank(0, column) for column in range(3)] == [3, 1, 2]
    assert rows.rank(1, 1) == 0
    assert rows.not_finite == 4


def test_of_losses_that_cannot_be_told_apart_none_is_the_best() -> None:
    good, nearly = 0.5, 0.5 * (1 + 0.9 * SAME)
    losses = np.array(
        [
            [0.9, good, nearly, nearly, 0.9, nearly],
            [0.9, 0.9, nearly, good, nearly, np.nan],
            [0.7, 0.7, 0.7, 0.7, 0.7, 0.7],
            [np.nan] * 6,
        ]
    )
    rows = RateMap((0, 1, 2, 3), np.logspace(-3, 2, 6), losses, np.ones(4), 10)
    assert rows.as_good.sum(axis=1).tolist() == [4, 3, 6, 0]
    assert rows.best_spans.tolist() == [[1, 3], [2, 4], [0, 5], [-1, -1]], "a span has no gap"
    assert rows.shared == (2, 3)
    assert rows.best_rates[:3] == pytest.approx(np.sqrt(0.1) * np.ones(3)), "the middle of what all share"
    assert np.isnan(rows.best_rates[3])


def test_where_seeds_differ_their_best_rates_are_those_nearest_to_each_other() -> None:
    losses = np.ones((3, 6))
    losses[0, :2] = losses[1, 3:5] = 0.5
    rows = RateMap((0, 1, 2), np.logspace(-3, 2, 6), losses, np.ones(3), 10)
    assert rows.shared == (3, 1)
    assert rows.best_rates == pytest.approx([0.01, 1.0, 0.1]), "the last is as good everywhere"
    assert rows.median_best == pytest.approx(0.1)
