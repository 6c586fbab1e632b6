"""Stories of the loss surface: which losses its colours show, and what is hatched and counted."""

from __future__ import annotations

import re

import numpy as np

from playground.experiment import Experiment, ExperimentFile
from tests.support.stories import LINE
from tests.support.surface_of_a_window import LONG, check_cells, settled


def test_numbers_that_are_not_finite_are_hatched_and_counted(qtbot, open_window) -> None:
    """Half squared error of weights a million times too large, and of a view that reaches beyond float64."""
    window = open_window(ExperimentFile(Experiment().with_value("network.loss", "squared_error")))
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window))
    theta = 1e6 * window.snapshot.view.parameters
    window.lab.set_parameters(theta)
    qtbot.waitUntil(lambda: window.snapshot.run == 2)
    view.choose_plane("random")
    qtbot.waitUntil(lambda: settled(window) and view.answer.choice.kind == "random")
    check_cells(window)
    assert view.answer.surface.values.max() > 1e10
    view.drawing.box.setRange(xRange=(-1e149, 1e149), yRange=(-1e149, 1e149), padding=0)
    view.drawing.box.sigRangeChangedManually.emit([True, True])
    qtbot.waitUntil(lambda: view.answer.complete and not np.isfinite(view.answer.surface.values).all())
    window.frame()
    view.summarise()
    values = view.answer.surface.values
    count = np.count_nonzero(~np.isfinite(values))
    assert view.drawing.beyond.not_finite == count > 0
    assert f"{np.count_nonzero(np.isinf(values))} cells infinite" in view.caption.text()
    assert np.isfinite([view.drawing.levels.low, view.drawing.levels.high]).all()


def test_limits_are_held_and_typed(qtbot, open_window) -> None:
    window = open_window()
    view, options = window.surface_view, window.surface_view.options
    qtbot.waitUntil(lambda: settled(window) and options.held is not None)
    window.frame()
    automatic = view.drawing.levels
    options.limits_box.set_value("held")
    options.limits_box.chosen.emit("held")
    view.drawing.box.scaleBy((0.1, 0.1))
    view.drawing.box.sigRangeChangedManually.emit([True, True])
    qtbot.waitUntil(lambda: settled(window) and view.up_to_date)
    window.frame()
    assert view.drawing.levels == automatic
    options.limits_box.set_value("typed")
    options.limits_box.chosen.emit("typed")
    options.low_field.setText("0.2")
    options.high_field.setText("0.4")
    assert options.low_field.commit()
    assert options.high_field.commit()
    window.frame()
    assert (view.drawing.levels.low, view.drawing.levels.high) == (0.2, 0.4)
    view.whole_view()
    qtbot.waitUntil(lambda: settled(window))
    window.frame()
    view.summarise()
    above = np.count_nonzero(view.answer.surface.values > 0.4 * (1 + 1e-9))
    assert f"{above} cells above 0.4" in view.caption.text()
    options.low_field.setText("0.9")
    assert not options.low_field.commit()
    window.frame()
    view.summarise()
    # It is said beside the field, and the last good limits stay.
    assert options.problem_label.text() == "Lowest J must be below the highest, 0.4."
    assert "must be" not in view.caption.text()
    assert (view.drawing.levels.low, view.drawing.levels.high) == (0.2, 0.4)
    options.high_field.setText("2")
    assert options.high_field.commit()
    window.frame()
    assert not options.problem_label.text()
    assert (view.drawing.levels.low, view.drawing.levels.high) == (0.9, 2.0)


def told(text: str, word: str) -> int:
    match = re.search(rf"(\d+) cells? {word}", text)
    return int(match[1]) if match else 0


def test_while_a_run_is_thrown_out_the_caption_counts_what_is_hatched(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(LINE.with_value("network.hidden_layers", (4,))))
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window))
    looks: list[tuple[tuple[int, ...], tuple[int, ...], float]] = []
    named: list[bool] = []
    summed: list[int] = []

    def look() -> bool:
        window.frame()
        view.summarise()
        drawn, text = view.drawing.beyond, view.caption.text()
        counts = drawn.above, drawn.below, drawn.not_finite - drawn.not_numbers, drawn.not_numbers
        reasons = ("above", "below", "infinite", "not a number")
        if view.drawing.picture.finer is None:
            words = tuple(told(text, word) for word in reasons)
            looks.append((words, counts, drawn.above / view.drawing.picture.surface.values.size))
        else:
            # Cells of two sizes make no sum.
            named.append(tuple(f"cells {word}" in text for word in reasons) == tuple(map(bool, counts)))
            summed.extend(told(text, word) for word in reasons)
        return window.lab.state == "diverged" and settled(window)

    window.lab.set_learning_rate(0.9)
    window.lab.set_speed(240)
    window.lab.run()
    qtbot.waitUntil(look, timeout=LONG)
    assert [words for words, _, _ in looks] == [counts for _, counts, _ in looks]
    assert any(any(counts) for _, counts, _ in looks)
    assert all(above < 0.2 for _, _, above in looks)
    assert all(named)
    assert not any(summed)
