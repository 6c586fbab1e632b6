"""A run that stops where J is above a bound."""

from __future__ import annotations

from playground.engine.branches.stopping import Stop, finished
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings

THROWN_OUT = Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=0.6))


def test_a_run_stops_at_the_first_step_with_a_higher_loss() -> None:
    run = Trainer(THROWN_OUT)
    run.advance(80)
    stop = Stop(loss_above=1000.0)
    assert stop
    met = finished(run, stop, 0)
    assert met is not None
    there, words = met
    steps, values = run.history.curve("train_loss")
    assert there.step == steps[values > 1000.0][0]
    assert there.train_loss() > 1000.0
    assert words == "J is above 1000"


def test_a_run_that_stays_below_does_not_stop() -> None:
    run = Trainer(THROWN_OUT.with_value("training.learning_rate", 0.4))
    run.advance(80)
    assert finished(run, Stop(loss_above=1000.0), 0) is None
