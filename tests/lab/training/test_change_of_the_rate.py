"""A change of α on its way from the lab to the next step: checked once, no network made, no loss computed."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from playground import experiment_settings as experiments
from playground.engine.network import Network
from playground.engine.stepping.measuring import AllPoints
from playground.experiment import Experiment, TrainingSettings
from playground.experiment_checks import ExperimentError, check_number
from playground.lab.snapshot import Snapshot
from tests.support.watching import Watcher


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often α was checked, a network made, and all points read, counted where it is done."""
    counts = {"checks": 0, "networks": 0, "passes": 0}
    check, make, losses = check_number, Network.__init__, AllPoints.losses

    def checked(field: str, *rest: Any) -> None:
        counts["checks"] += field == "training.learning_rate"
        check(field, *rest)

    def made(network: Network, *rest: Any) -> None:
        counts["networks"] += 1
        make(network, *rest)

    def read(points: AllPoints) -> list[float]:
        counts["passes"] += 1
        return losses(points)

    monkeypatch.setattr(experiments, "check_number", checked)
    monkeypatch.setattr(Network, "__init__", made)
    monkeypatch.setattr(AllPoints, "losses", read)
    return counts


def shows(order: int, snapshot: Snapshot) -> bool:
    return snapshot.instruction >= order


def test_it_is_checked_once_and_costs_nothing_of_J(watcher: Watcher, counted: dict[str, int]) -> None:
    watcher.lab.run_exactly(20)
    watcher.until(lambda snapshot: snapshot.view.step == 20 and snapshot.state == "paused")
    before = dict(counted)
    rates = [0.01 * (1 + index) for index in range(10)]
    for rate in rates:
        order = watcher.lab.set_learning_rate(rate)
        view = watcher.until(partial(shows, order))
        assert view.settings.learning_rate == rate
    assert {name: counted[name] - before[name] for name in counted} == {
        "checks": len(rates),
        "networks": 0,
        "passes": 0,
    }


def test_what_no_run_may_have_is_refused_at_the_door(watcher: Watcher) -> None:
    view = watcher.until_state("ready")
    with pytest.raises(ExperimentError, match="learning_rate"):
        watcher.lab.set_learning_rate(-1.0)
    assert watcher.lab.experiment.training == view.settings


def test_an_accepted_value_makes_the_experiment_that_a_checked_one_makes() -> None:
    checked = Experiment().with_value("training.optimizer", "adam")
    accepted = Experiment().with_accepted("training.optimizer", "adam")
    assert accepted == checked
    assert hash(accepted) == hash(checked)
    assert isinstance(accepted.training, TrainingSettings)
    assert Experiment().training.optimizer == "gradient_descent"
