"""What the picture of one variable shows of a run."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

from playground.drawing.curve.picture import PAST, picture_of_run, words
from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.recording.saved_run import saved_run_of
from playground.engine.trainer import Trainer
from playground.experiment_formula import FormulaSettings
from playground.export.carried_run import carried_run
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
