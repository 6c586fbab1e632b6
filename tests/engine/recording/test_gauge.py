"""What is recorded does not depend on when a run was read, or went through a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from tests.support.saved_runs import csv, reopened

READ: dict[str, Callable[[Trainer], object]] = {
    "read before": Trainer.view,
    "restored before": lambda run: run.restore(run.snapshot()),
    "saved before": lambda run: reopened(run),
}


@pytest.mark.parametrize("then", [None, 5])
@pytest.mark.parametrize(
    ("dataset", "hidden", "points", "step"),
    [
        # Losses of training and test points in one pass and in two differ here in the last bit.
        ("sine", (3, 8), 32, 125),
        ("noisy_line", (3,), 241, 94),
    ],
)
def test_a_change_of_the_batch_size_leaves_the_same_numbers_however_the_run_was_read(
    dataset: str, hidden: tuple[int, ...], points: int, step: int, then: int | None
) -> None:
    experiment = Experiment().with_value("data.dataset", dataset).with_value("data.points", points)
    experiment = experiment.with_value("network.hidden_layers", hidden)
    experiment = experiment.with_value("training.batch_size", None if then else 5)

    def run(read: Callable[[Trainer], object]) -> tuple[str, str]:
        trainer = Trainer(experiment)
        trainer.advance(step)
        other = read(trainer)
        trainer = other if isinstance(other, Trainer) else trainer
        trainer.change("training.batch_size", then)
        trainer.checkpoint()
        present = csv(trainer)
        trainer.advance(3)
        return present, csv(trainer)

    unread = run(lambda _: None)
    assert {name: run(read) == unread for name, read in READ.items()} == dict.fromkeys(READ, True)
