"""What the picture of one variable shows of a run."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from playground.drawing.curve.drawing import CurveInk
from playground.drawing.curve.picture import PAST, CurvePicture, picture_of_run, words
from playground.drawing.kit.theme import DARK
from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.recording.saved_run import saved_run_of
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.export.carried_run import carried_run
from playground.landscape.one_variable import LossCurve
from playground.landscape.stability import stability_on
from playground.numerals import rate_text
from playground.sessions import load_session


def test_the_zigzag_holds_no_step_that_was_not_recorded() -> None:
    trainer = Trainer(FORMULA_PRESETS["parabola"].experiment)
    trainer.advance(3)
    view, formula = trainer.view(), trainer.problem
    assert isinstance(formula, Formula)
    whole = picture_of_run(formula, view)
    assert len(whole.past) == 4
    opened = Trainer.resumed(saved_run_of(load_session(io.BytesIO(carried_run(view))).run))
    opened.advance(2)
    begun = picture_of_run(formula, opened.view())
    assert len(begun.past) == 3
    np.testing.assert_array_equal(begun.past[0], whole.past[-1])
    opened.advance(10 * PAST)
    assert len(picture_of_run(formula, opened.view()).past) == PAST


def test_only_points_that_one_step_joins_have_a_line_between_them() -> None:
    experiment = FORMULA_PRESETS["parabola"].experiment
    # α is the limit: w := −w at every step, for ever.
    trainer = Trainer(replace(experiment, training=replace(experiment.training, learning_rate=1.0)))
    formula = trainer.problem
    assert isinstance(formula, Formula)
    for made in (100, 9_900):
        trainer.advance(made)
        view = trainer.view()
        picture = picture_of_run(formula, view)
        steps = view.history.path_steps[-len(picture.past) :]
        assert len(picture.past) == PAST
        assert len(picture.one_step) == PAST - 1
        pairs = zip(steps, steps[1:], picture.past[:, 0], picture.past[1:, 0], picture.one_step, strict=False)
        for earlier, later, w, next_w, joined in pairs:
            assert joined == (later - earlier == 1)
            assert not joined or next_w == -w
    # The step that led here is one of a path that leaves others out.
    assert not picture.one_step.all()
    assert picture.one_step[-1]


def test_points_that_no_step_joins_are_dots() -> None:
    curve = LossCurve(np.linspace(-3.0, 3.0, 61), np.linspace(-3.0, 3.0, 61) ** 2)
    past = np.array([[-2.0, 4.0], [2.0, 4.0], [-2.0, 4.0]])
    apart = CurvePicture("w", curve, past=past, one_step=np.array([False, False]))
    assert not zigzag_crosses(apart, 0.0, 4.0)
    assert zigzag_crosses(replace(apart, one_step=np.array([False, True])), 0.0, 4.0)


def zigzag_crosses(picture: CurvePicture, w: float, loss: float) -> bool:
    """Return whether something is drawn at a place."""
    ink, image = CurveInk(DARK), QImage(600, 300, QImage.Format.Format_RGB32)
    ink.show(picture)
    image.fill(QColor(DARK.card))
    transform = QTransform(90.0, 0.0, 0.0, -25.0, 300.0, 260.0)
    painter = QPainter(image)
    ink.draw(painter, transform, (0.0, 0.0, 600.0, 300.0))
    painter.end()
    return image.pixelColor(transform.map(QPointF(w, loss)).toPoint()) != QColor(DARK.card)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_limit_in_the_sentence_is_that_of_the_optimiser(name: str) -> None:
    experiment = FORMULA_PRESETS["parabola"].experiment
    training = replace(experiment.training, optimizer=name, learning_rate=1.5)
    trainer = Trainer(replace(experiment, training=training))
    trainer.advance(3)
    view, formula = trainer.view(), trainer.problem
    assert isinstance(formula, Formula)
    text = words(picture_of_run(formula, view))
    limit = stability_on(formula, view.checkpoint).limit
    if limit is None or OPTIMIZERS[name].divisor is not None:
        # It has none, or not one of J″ alone: that stands on the strip.
        assert "limit" not in text
        return
    assert f"/J″ = {rate_text(limit)}" in text.replace("((1 + 2β)·J″)", "/J″")
    assert text.endswith("α is above it." if limit < 1.5 else "α is below it.")


def test_where_the_curve_bends_down_there_is_no_limit() -> None:
    experiment = FORMULA_PRESETS["parabola"].experiment
    trainer = Trainer(replace(experiment, formula=FormulaSettings("-(w^2)", start=(1.0,))))
    formula = trainer.problem
    assert isinstance(formula, Formula)
    assert "J″ = −2: not positive here" in words(picture_of_run(formula, trainer.view()))


def test_a_negative_slope_stands_in_brackets_behind_its_sign() -> None:
    """J = w² at w = −3 with α = 0.5: w := −3 − 0.5 · (−6) = 0."""
    trainer = Trainer(
        Experiment(
            formula=FormulaSettings("w^2", start=(-3.0,)), training=TrainingSettings(learning_rate=0.5)
        )
    )
    assert isinstance(trainer.problem, Formula)
    text = words(picture_of_run(trainer.problem, trainer.view()))
    assert text.startswith("w := −3 − 0.5 · (−6) = 0.")


@pytest.mark.parametrize("expression", ["x^1.5", "x^1.2 + 3"])
def test_where_the_second_derivative_is_infinite_neither_limit_nor_parabola_is_claimed(
    expression: str,
) -> None:
    trainer = Trainer(Experiment(formula=FormulaSettings(expression, start=(0.0,))))
    assert isinstance(trainer.problem, Formula)
    picture = picture_of_run(trainer.problem, trainer.view())
    assert picture.step is not None
    assert picture.step.bend == np.inf
    assert picture.limit is None
    said = words(picture)
    assert "not finite" in said
    assert "α is" not in said
    with np.errstate(all="ignore"):
        assert np.isnan(picture.step.parabola(picture.curve.w)).all()
