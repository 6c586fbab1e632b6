"""What the picture of one variable shows of a run."""

from __future__ import annotations

import io

import numpy as np

from playground.drawing.curve.picture import PAST, picture_of_run
from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.recording.saved_run import saved_run_of
from playground.engine.trainer import Trainer
from playground.export.carried_run import carried_run
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
