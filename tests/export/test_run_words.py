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
        "Changed by hand: α 0.01 at step 3."
    )


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
    for rate in (0.1, 0.2, 0.3, 0.4, 0.5):
        trainer.advance(5)
        trainer.change("training.learning_rate", rate)
    sentence = run_sentence(trainer.view())
    assert "(cosine from slider’s α 0.5, T 50, γ 0.1) at step 25" in sentence
    assert "Changed by hand 5 times, lastly: slider’s α 0.2 at step 10, " in sentence


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
