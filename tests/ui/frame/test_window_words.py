"""Numbers and sentences: what they say, and that they say no more than was computed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.lab.words import diverged
from playground.landscape.directions import PLANE_KINDS
from playground.landscape.thinning import thinned
from playground.numerals import (
    count_text,
    loss_text,
    number_text,
    percent_text,
    rate_text,
    running_loss_text,
    signed_text,
)
from playground.ui.frame import words
from playground.ui.widgets.card import ElidingLabel


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.3712, "0.3712"),
        (0.37, "0.3700"),
        (0.0010459, "0.001046"),
        (0.0000459, "4.59·10⁻⁵"),
        (0.068, "0.06800"),
        (0.99996, "1.000"),
        (1.0, "1.000"),
        (12.345, "12.35"),
        (123.456, "123.5"),
        (12_345.6, "12\u202f346"),
        (99_990.4, "99\u202f990"),
        (123_456.0, "1.235·10⁵"),
        (7.1e7, "7.1·10⁷"),
        (-0.25, "−0.2500"),
        (0.0, "0"),
        (math.nan, "–"),
        (math.inf, "∞"),
    ],
)
def test_a_loss_is_written_with_a_steady_width(value: float, text: str) -> None:
    assert running_loss_text(value) == text
    # A caption writes the same loss in the same way.
    assert math.isnan(value) or loss_text(value) == text


def test_counts_and_shares() -> None:
    assert count_text(1234567) == "1\u202f234\u202f567"
    assert percent_text(0.9749) == "97 %"
    assert percent_text(math.nan) == "–"
    assert (percent_text(0.0), percent_text(1.0), percent_text(1.0 + 1e-15)) == ("0 %", "100 %", "100 %")
    assert (percent_text(0.995), percent_text(0.99996), percent_text(1.004)) == (
        "99.5 %",
        "99.996 %",
        "100.4 %",
    )
    assert (percent_text(0.005), percent_text(3e-7), percent_text(2.346)) == ("0.5 %", "3·10⁻⁵ %", "235 %")


@given(st.integers(1, 20_000), st.integers(0, 20_000))
def test_all_and_nothing_are_said_only_of_all_and_nothing(points: int, right: int) -> None:
    share = min(right, points) / points
    assert (percent_text(share) == "100 %") == (share == 1)
    assert (percent_text(share) == "0 %") == (share == 0)


def test_the_accuracy_of_nearly_all_points_is_not_shown_as_that_of_all(qtbot, open_window) -> None:
    window = open_window()
    snapshot = window.snapshot
    for right, text in ((995, "99.5 %"), (1, "0.1 %"), (1000, "100 %"), (0, "0 %")):
        view = replace(snapshot.view, test_accuracy=right / 1000)
        window.transport.show_snapshot(replace(snapshot, view=view))
        assert window.transport.readouts["accuracy"].value.split(" · ")[0] == text


def test_a_thinned_path_keeps_its_ends() -> None:
    path = np.arange(5000.0)[:, None] * np.ones(4)
    rows = thinned(path)
    assert len(rows) <= 256
    assert rows[0, 0] == 0
    assert rows[-1, 0] == 4999
    assert (np.diff(rows[:, 0]) > 0).all()
    assert thinned(path[:10]) is not None
    assert len(thinned(path[:10])) == 10


def test_one_gap_and_one_notation_for_all_numbers(qtbot, open_window) -> None:
    assert count_text(9999) == number_text(9999.0, 4) == "9999"
    assert count_text(1_234_567) == number_text(1_234_567.0, 7)
    assert signed_text(-1.84e134) == number_text(-1.84e134)
    assert signed_text(0.000012, 3) == "1.2·10⁻⁵"
    box = open_window().transport.exact_box
    box.setValue(100_000)
    assert box.text() == "100\u202f000 steps"


def test_the_pale_line_of_the_batches_has_its_name_beside_the_title_while_it_is_there(
    qtbot, open_window
) -> None:
    """Also in the narrow column of a small window, in one word then."""
    window = open_window()
    window.set_full(True)
    view = window.loss_view
    window.lab.set_speed(None)
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20 and len(view.drawing.shown["train"].steps) > 1)
    assert "batch" not in view.legend.shown_text
    window.lab.change("training.batch_size", 8)
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: len(view.drawing.shown["batch"].steps) > 0)
    for width in (1280, 1920):
        window.resize(width, 720)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        assert f"<span style='color:{view.drawing.faint}'>━</span>" in view.legend.shown_text
        qtbot.waitUntil(lambda: view.legend.width() >= view.legend.minimumSizeHint().width())
    assert "each batch" in view.legend.shown_text
    window.lab.new_weights()
    window.lab.change("training.batch_size", None)
    qtbot.waitUntil(lambda: "batch" not in view.legend.shown_text)


def test_what_a_plane_shows_is_said_in_full_wherever_there_is_room_for_it(qtbot, open_window) -> None:
    """Beside the title or the choice of the plane, never with its end cut off; else below, or on demand."""
    window = open_window()
    window.set_full(True)
    view = window.surface_view
    qtbot.waitUntil(lambda: view.answer is not None)
    places = set()
    for width in (1000, 1280, 1920, 2560):
        window.resize(width, 1000)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        for kind in ("rehearsal", "random", "gradient"):
            view.choose_plane(kind)
            box = view.bar.kind_box
            if width >= 1280:
                qtbot.waitUntil(lambda box=box, kind=kind: box.shown_text == PLANE_KINDS[kind].title)
            qtbot.waitUntil(lambda: view.settled)
            view.summarise()
            sentence = view.answer.choice.sentence.rstrip(".")
            said = {
                "title": view.subtitle_label.text(),
                "choice": view.bar.sentence.text(),
                "below": view.caption.text().replace("\u00a0", " "),
            }
            where = [place for place, text in said.items() if sentence in text]
            assert len(where) == 1, f"{sentence} at {width}: {said}"
            places.add(where[0])
            for label in (view.subtitle_label, view.bar.sentence):
                assert label.advance(label.text()) <= label.width()
    assert places == {"title", "choice", "below"}


def test_the_bar_says_that_j_has_a_penalty_and_what_it_is_without(qtbot, open_window) -> None:
    window = open_window()
    window.resize(1600, 800)
    show = window.transport.readouts
    assert show["points_loss"].isHidden()
    assert show["train_loss"].name == "training loss J"
    window.lab.change("training.l2", 0.1)
    qtbot.waitUntil(lambda: show["train_loss"].name == "J with penalty")
    assert show["test_loss"].name == "test with penalty"
    view = window.snapshot.view
    assert show["points_loss"].isVisible()
    assert show["points_loss"].name == "without penalty"
    assert show["points_loss"].value == loss_text(view.train_points_loss)
    beside = [show[name].x() for name in ("train_loss", "points_loss", "test_loss")]
    assert beside == sorted(beside), "beside the J that it is a part of, not beside the test loss"
    assert show["train_loss"].value == loss_text(view.train_points_loss + view.penalty)
    for name in ("train_loss", "test_loss"):
        assert f"test J {loss_text(view.test_loss)} = " in show[name].toolTip()
    assert show["train_loss"].accessibleName().startswith("J with penalty: ")
    window.lab.change("training.l2", 0.0)
    qtbot.waitUntil(lambda: show["train_loss"].name == "training loss J")
    assert show["test_loss"].name == "test loss"
    assert show["points_loss"].isHidden()
    assert "penalty" not in show["train_loss"].toolTip()


def test_a_sentence_that_has_no_room_loses_whole_clauses() -> None:
    told = diverged(184, 2.5)
    assert words.fewer_words(told) == (
        "J is no longer finite after step 185 at α = 2.5; the weights of step 184 are kept.",
        "J is no longer finite after step 185 at α = 2.5.",
    )
    assert words.fewer_words("J is not finite here.") == ()


def test_what_is_said_of_a_diverged_run_is_not_cut_in_a_small_window(qtbot, open_window) -> None:
    experiment = Experiment(
        DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=2.0)
    )
    window = open_window(ExperimentFile(experiment))
    window.transport.choose_speed(None)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.lab.state == "diverged" and len(window.notices.offers) >= 3)
    label = next(w for w in window.notices.findChildren(ElidingLabel) if w.isVisible())
    qtbot.waitUntil(lambda: label.shown_text.endswith("."))
    assert label.shown_text.startswith("J is no longer finite after step ")


def test_all_digits_of_the_learning_rate_have_room(qtbot, open_window) -> None:
    window = open_window()
    field = window.strip.field
    usual = field.width()
    for rate in (0.0277084, 0.00123457, 12.3456, 0.3):
        window.lab.set_learning_rate(rate)
        qtbot.waitUntil(lambda rate=rate: field.text() == rate_text(rate))
        qtbot.waitUntil(lambda: field.fontMetrics().horizontalAdvance(field.text()) + 20 <= field.width())
    assert field.width() == usual


def test_the_names_of_the_losses_with_a_penalty_have_room(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(Experiment(training=TrainingSettings(l2=0.001))))
    window.set_full(True)
    window.resize(1366, 768)
    bar = window.transport
    qtbot.waitUntil(lambda: bar.width() == 1366 and bar.readouts["train_loss"].name == "J with penalty")
    bar.layout().activate()
    for readout in bar.readouts.values():
        if readout.isVisible():
            assert "…" not in "".join(w.shown_text for w in readout.findChildren(ElidingLabel))
