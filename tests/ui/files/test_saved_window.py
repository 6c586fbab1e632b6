"""The window's part of a session: nothing is lost in it, and nothing foreign gets through it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.engine.input_slice import USUAL, SliceChoice
from playground.engine.trainer import Trainer
from playground.experiment import Change, Experiment, ExperimentFile
from playground.files.kinds import FileKind
from playground.landscape.plane import Window
from playground.sessions import Session, SessionError
from playground.ui.files.saved_window import NamedFile, SavedWindow, saved_window_of, window_value
from playground.ui.hall.scenes import Scene
from playground.ui.lessons.feature import LessonPlace
from playground.ui.rate.guess_feature import PendingGuess
from playground.ui.runs.kept_runs import KeptRun
from playground.ui.surface.wish import Kept, PictureChoice, PlaneSettings
from tests.support.saved_runs import leaves, with_other
from tests.support.sessions import read, written
from tests.support.watching import same_history

FOREIGN: tuple[Any, ...] = (
    None, True, -1, 2**60, 1e300, "", "x" * 3000, [], {}, [[]], [1, 2], {"a": 1},
    np.zeros(3), np.full((2, 2), np.nan), np.arange(4), np.array([True, False]),
)  # fmt: skip


def small_window() -> SavedWindow:
    trainer = Trainer(Experiment())
    trainer.advance(12)
    view = trainer.view()
    return SavedWindow(
        Scene(
            ExperimentFile(Experiment()),
            "full",
            PlaneSettings("random", 3, "layer", (2, 5)),
            Window(-1.0, 1.0, -2.0, 0.5),
            None,
            {"left": "experiment", "right": "kept_runs"},
            ("data",),
        ),
        follow=False,
        log_scale=False,
        contours=False,
        equal_units=False,
        cells_told=True,
        arrows=False,
        third=Kept(view.parameters, 12),
        kept=(KeptRun("first", view, 4, shown=False, chosen=True),),
        guesses={"limit": (1.5, 2.0), "fastest": (3.0,)},
        file=NamedFile("/home/a/run.landscape", FileKind.SESSION, True),
        picture=PictureChoice("typed", 0.01, 2.5, 101, 12),
        lesson=LessonPlace("02_learning_rate", 3, 7, 0.5, False),
        guess=PendingGuess("limit", 0.75),
        slice=SliceChoice(3, 1, True, 7, 2),
    )


@pytest.fixture(scope="module")
def value() -> Any:
    return window_value(small_window())


def test_it_comes_back_from_the_file_as_it_was(value: Any) -> None:
    before, after = small_window(), saved_window_of(read(written(Session(window=value))).window)
    assert after.view == before.view
    for name in (
        "follow",
        "log_scale",
        "contours",
        "arrows",
        "equal_units",
        "cells_told",
        "slice",
        "guesses",
        "file",
        "picture",
        "lesson",
        "guess",
    ):
        assert getattr(after, name) == getattr(before, name)
    assert after.third.step == 12
    np.testing.assert_array_equal(after.third.parameters, before.third.parameters)
    (one,), (other,) = before.kept, after.kept
    assert (other.name, other.number, other.shown, other.chosen) == ("first", 4, False, True)
    assert same_history(one.view, other.view)
    assert (one.view.settings, one.view.train_loss) == (other.view.settings, other.view.train_loss)


@pytest.mark.slow
def test_twelve_kept_runs_with_long_logs_are_saved_and_read_again() -> None:
    trainer = Trainer(Experiment())
    trainer.advance(100_000)
    view = trainer.view()
    changes = tuple(Change(step, "training.learning_rate", 0.1 + 1e-7 * step) for step in range(100_000))
    long = replace(view, history=replace(view.history, changes=changes))
    kept = tuple(KeptRun(f"run {number}", long, number) for number in range(12))
    window = window_value(replace(small_window(), kept=kept))
    after = saved_window_of(read(written(Session(window=window))).window)
    assert [run.name for run in after.kept] == [run.name for run in kept]
    assert all(same_history(run.view, long) for run in after.kept)


def test_a_file_whose_name_is_no_text_is_not_taken_for_another() -> None:
    window = replace(small_window(), file=NamedFile("/home/a/\udcff.json", FileKind.EXPERIMENT, True))
    assert saved_window_of(read(written(Session(window=window_value(window)))).window).file is None


def test_without_third_weights_kept_runs_and_file(value: Any) -> None:
    plain = SavedWindow(small_window().view)
    after = saved_window_of(read(written(Session(window=window_value(plain)))).window)
    assert (after.third, after.kept, after.guesses, after.file) == (None, (), {}, None)
    older = {name: part for name, part in window_value(plain).items() if name != "slice"}
    assert saved_window_of(older).slice == USUAL
    place = {"lesson": "02", "step": 1, "since": None}
    assert saved_window_of({**window_value(plain), "lesson": place}).lesson == LessonPlace("02", 1, None)
    of_one_target = window_value(replace(plain, slice=SliceChoice(3, 1)))
    del of_one_target["slice"]["output"]
    assert saved_window_of(of_one_target).slice == SliceChoice(3, 1)


def tried(value: Any, ways: list[tuple[Any, ...]], others: tuple[Any, ...]) -> int:
    """Put others at the end of ways; return how often that was refused, in one sentence each time."""
    refused = 0
    for way in ways:
        for other in others:
            try:
                saved_window_of(with_other(value, way, other))
            except SessionError as error:
                refused += 1
                assert str(error).startswith("The session was not opened: ")
                assert len(str(error)) < 500
                assert "\n" not in str(error)
    return refused


def test_every_foreign_value_is_a_default_or_one_sentence(value: Any) -> None:
    rng = random.Random(5)
    ways = [*leaves(value)]
    assert tried(value, ways, tuple(rng.sample(FOREIGN, 3))) > len(ways)


@pytest.mark.slow
def test_every_foreign_value_at_every_place(value: Any) -> None:
    assert tried(value, [*leaves(value)], FOREIGN) > 0


def test_what_is_missing_is_one_sentence(value: Any) -> None:
    # Sessions of earlier versions have none of these.
    later = {"picture", "lesson", "guess", "equal_units", "slice", "cells_told"}
    assert saved_window_of({field: part for field, part in value.items() if field not in later}).guess is None
    for name in set(value) - later:
        with pytest.raises(SessionError, match=f"window must have a field {name}"):
            saved_window_of({field: part for field, part in value.items() if field != name})


def test_two_kept_runs_of_one_number_are_refused(value: Any) -> None:
    with pytest.raises(SessionError, match="must have numbers of their own"):
        saved_window_of({**value, "kept": value["kept"] * 2})
