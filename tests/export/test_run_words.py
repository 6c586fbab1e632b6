"""The caption of a figure holds what is needed to make the same run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from playground.engine.loss_words import parts_sentence
from playground.engine.trainer import Trainer
from playground.experiment import OPTIMIZERS, DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.export.figures import loss_figure
from playground.export.picture import save_svg
from playground.export.run_words import run_sentence


def test_a_caption_names_everything_that_makes_the_run() -> None:
    data = DataSettings("sine", 120, noise=0.05, test_share=0.25, standardize=True, seed=3)
    training = TrainingSettings("momentum", 0.05, momentum=0.8, batch_size=16, l2=0.02, seed=5)
    trainer = Trainer(Experiment(data, NetworkSettings((6,), "relu", seed=4), training))
    trainer.advance(3)
    trainer.change("training.learning_rate", 0.01)
    trainer.advance(2)
    assert run_sentence(trainer.view()) == (
        "Sine, 120 points (90 to train on), noise 5 %, inputs standardised; "
        "network 1-6-1 ReLU, first weights Xavier normal; J: half squared error with the penalty L2 0.02; "
        "momentum 0.8, batches of 16, α 0.01 at step 5; seeds: points 3, weights 4, batches 5. "
        "It began with α 0.05. Changed by hand: α 0.01 at step 3."
    )


@pytest.fixture(scope="module")
def full_sentence() -> str:
    """The caption of a run with L2, momentum, mini-batches, a schedule, three α and weights by hand."""
    training = TrainingSettings(
        "momentum", 0.3, momentum=0.8, batch_size=16, l2=0.02, seed=5, schedule="cosine", schedule_steps=300
    )
    network = NetworkSettings((6, 4), "relu", seed=4)
    trainer = Trainer(Experiment(DataSettings(noise=0.1, seed=3), network, training))
    for rate in (0.5, 0.2, 0.4):
        trainer.advance(10)
        trainer.learning_rate = rate
    trainer.advance(10)
    trainer.set_parameters(trainer.view().parameters + 0.1)
    trainer.advance(5)
    return run_sentence(trainer.view())


@pytest.mark.parametrize(
    "fact",
    [
        "Two circles, 200 points (160 to train on), noise 10 %",
        "network 2-6-4-1 ReLU, first weights Xavier normal",
        "J: binary cross-entropy with the penalty L2 0.02",
        "momentum 0.8",
        "batches of 16",
        "α 0.380381 (cosine from slider’s α 0.4, T 300, γ 0.1) at step 45",
        "seeds: points 3, weights 4, batches 5",
        "It began with cosine from slider’s α 0.3, T 300, γ 0.1.",
        "slider’s α 0.5 at step 10, slider’s α 0.2 at step 20, slider’s α 0.4 at step 30",
        "set by hand at step 40",
    ],
)
def test_no_fact_is_missing_in_a_caption(full_sentence: str, fact: str) -> None:
    assert fact in full_sentence


@pytest.mark.parametrize(
    ("field", "value", "before"),
    [
        ("training.optimizer", "adam", "It began with momentum 0.8."),
        ("training.momentum", 0.5, "It began with momentum 0.8."),
        ("training.batch_size", None, "It began with batches of 16."),
        ("training.learning_rate", 0.4, "It began with α 0.3."),
        ("training.schedule", "cosine", "It began with α 0.3."),
        ("training.l2", 0.0, "It began with the penalty L2 0.02."),
        ("training.l1", 0.01, "It began with the penalty L2 0.02."),
    ],
)
def test_what_a_changed_setting_was_before_is_told(field: str, value: Any, before: str) -> None:
    training = TrainingSettings("momentum", 0.3, momentum=0.8, batch_size=16, l2=0.02, seed=5)
    trainer = Trainer(Experiment(training=training))
    assert "It began with" not in run_sentence(trainer.view())
    trainer.advance(3)
    trainer.change(field, value)
    trainer.advance(3)
    sentence = run_sentence(trainer.view())
    assert before in sentence
    assert sentence.count(" at step 3") == 1
    assert "batches 5" in sentence, "its seed made the batches of the first steps"


def test_what_was_set_before_the_first_step_is_what_a_run_began_with() -> None:
    trainer = Trainer(Experiment())
    trainer.change("training.learning_rate", 0.7)
    trainer.advance(3)
    assert "It began with" not in run_sentence(trainer.view())
    trainer.change("training.learning_rate", 0.1)
    trainer.advance(1)
    assert "It began with α 0.7. Changed by hand: α 0.1 at step 3." in run_sentence(trainer.view())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_numbers_of_an_optimiser_that_matter_are_told(optimizer: str) -> None:
    told = {
        "gradient_descent": "; gradient descent, full",
        "momentum": "; momentum 0.9, full",
        "nesterov": "; Nesterov (momentum 0.9), full",
        "rmsprop": "; RMSProp (ρ 0.99), full",
        "adagrad": "; AdaGrad, full",
        "adam": "; Adam (β 0.9, 0.999), full",
        "adamw": "; AdamW (β 0.9, 0.999, weight decay 0.01), full",
    }[optimizer]
    sentence = run_sentence(Trainer(Experiment(training=TrainingSettings(optimizer))).view())
    assert told in sentence
    assert "J: binary cross-entropy, no penalty" in sentence


def test_a_schedule_and_many_changes_are_told() -> None:
    trainer = Trainer(Experiment(training=TrainingSettings(schedule="cosine", schedule_steps=50)))
    for number in range(1, 10):
        trainer.advance(5)
        trainer.change("training.learning_rate", number / 10)
    sentence = run_sentence(trainer.view())
    assert "(cosine from slider’s α 0.9, T 50, γ 0.1) at step 45" in sentence
    assert "Changed by hand 9 times, lastly: slider’s α 0.2 at step 10, " in sentence


@pytest.mark.parametrize("settings", [{"l1": 0.01}, {"l2": 0.1}, {"l1": 0.01, "l2": 0.1}])
@pytest.mark.parametrize("batch_size", [None, 10])
def test_a_view_holds_the_part_of_j_that_comes_from_the_points(settings: Any, batch_size: int | None) -> None:
    trainer = Trainer(Experiment(training=TrainingSettings(batch_size=batch_size, **settings)))
    trainer.advance(7)
    view, samples = trainer.view(), trainer.samples
    plain = trainer.network.with_penalties(0.0, 0.0)
    points_loss = plain.loss(view.parameters, samples.X_train, samples.y_train)
    assert view.train_points_loss == pytest.approx(points_loss)
    test_loss = plain.loss(view.parameters, samples.X_test, samples.y_test)
    assert view.test_points_loss == pytest.approx(test_loss)
    assert view.penalty == pytest.approx(trainer.network.penalty(view.parameters))
    assert view.train_loss == view.train_points_loss + view.penalty
    assert parts_sentence(view).startswith("J includes the penalty of L")
    assert parts_sentence(view).count("over the points") == 2


def test_the_figure_of_the_loss_says_that_j_includes_the_penalty(qapp: Any, tmp_path: Path) -> None:
    trainer = Trainer(Experiment(training=TrainingSettings(l2=0.1)))
    trainer.advance(5)
    save_svg(loss_figure(trainer.view()), tmp_path / "loss.svg", 900, 600)
    nodes = ElementTree.parse(tmp_path / "loss.svg").getroot().iter()
    text = " ".join("".join(node.itertext()).strip() for node in nodes if node.tag.endswith("}text"))
    assert "At step 5 J includes the penalty of L2 0.1: training J " in text
    assert parts_sentence(Trainer(Experiment()).view()) == ""
