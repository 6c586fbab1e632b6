"""The arrows of an update that is taken apart, in a plane and on a curve: none is invented or lost."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

from playground.drawing.curve.drawing import CurveDrawing
from playground.drawing.curve.picture import picture_of_run
from playground.drawing.kit.labels import overlap
from playground.drawing.kit.theme import DARK
from playground.drawing.shown_parts import ShownParts
from playground.drawing.surface.arrows import LANE, ROOM, arrow_labels, part_arrows, placed_arrows
from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.stepping.preview import next_step
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, TrainingSettings
from playground.landscape.plane import Plane


def shown_of(trainer: Trainer, at: int) -> ShownParts:
    view = trainer.view()
    update = next_step(trainer.problem, view.checkpoint, view.settings)
    return ShownParts(update.before, OPTIMIZERS[update.optimizer.name].parts(update), at)


def adam(formula: str | None = None, steps: int = 3) -> Trainer:
    training = TrainingSettings(optimizer="adam", learning_rate=0.1)
    chosen = None if formula is None else FORMULA_PRESETS[formula].formula
    trainer = Trainer(Experiment(training=training, formula=chosen))
    trainer.advance(steps)
    return trainer


UNIT_PLANE = Plane(np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]))
PIXELS = QTransform.fromScale(40.0, -40.0)


def test_each_part_has_an_arrow_to_where_it_would_lead() -> None:
    trainer = adam("rosenbrock")
    view = trainer.view()
    plane = Plane(np.zeros(2), np.array([2.0, 0.0]), np.array([1.0, 3.0]))
    for at in range(1, 6):
        shown = shown_of(trainer, at)
        arrows = part_arrows(plane, shown)
        for arrow, part in zip(arrows, shown.drawn, strict=True):
            tip = plane.at(arrow.a + arrow.da, arrow.b + arrow.db)
            np.testing.assert_allclose(tip, view.parameters + part.move, rtol=1e-9)
            assert part.arrow in arrow.label
            assert "plane" not in arrow.label
        assert [arrow.kind for arrow in arrows] == ["earlier"] * (len(arrows) - 1) + ["part"]
    assert arrows[-1].label.startswith("step: ")


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_no_arrow_is_drawn_twice(name: str) -> None:
    training = TrainingSettings(optimizer=name, learning_rate=0.001)
    trainer = Trainer(Experiment(training=training, formula=FORMULA_PRESETS["rosenbrock"].formula))
    trainer.advance(3)
    parts = shown_of(trainer, 1).parts
    for at in range(1, len(parts) + 1):
        labels = [arrow.label for arrow in part_arrows(UNIT_PLANE, shown_of(trainer, at))]
        arrows = [label.removeprefix("step: ") for label in labels]
        assert len(set(arrows)) == len(arrows)
        assert {part.arrow for part in parts[:at]} == set(arrows)


@pytest.mark.parametrize("steps", [0, 3])
def test_arrows_that_point_the_same_way_lie_beside_each_other(steps: int) -> None:
    plane = Plane(np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    arrows = part_arrows(plane, shown_of(adam("rosenbrock", steps), 5))
    placed = placed_arrows(arrows, PIXELS)
    ways = [np.array([arrow.tip_x - arrow.x, arrow.tip_y - arrow.y]) for arrow in placed]
    feet = [np.array([arrow.x, arrow.y]) for arrow in placed]
    alike = 0
    for one, other in combinations(range(len(placed)), 2):
        along = ways[one] / np.linalg.norm(ways[one])
        if along @ ways[other] > 0.999 * np.linalg.norm(ways[other]):
            alike += 1
            apart = feet[other] - feet[one]
            assert abs(along[0] * apart[1] - along[1] * apart[0]) > 0.9 * LANE
    # At the start both averages are multiples of the gradient.
    assert alike >= 1 or steps
    # The step itself begins at the ball.
    np.testing.assert_allclose(feet[-1], PIXELS.map(QPointF(arrows[-1].a, arrows[-1].b)).toTuple())


def test_in_a_plane_of_many_each_arrow_says_how_much_of_it_is_there() -> None:
    trainer = adam()
    shown = shown_of(trainer, 3)
    rng = np.random.default_rng(0)
    size = shown.start.size
    plane = Plane(rng.normal(size=size), rng.normal(size=size), rng.normal(size=size))
    basis = np.linalg.qr(np.column_stack([plane.u, plane.v]))[0]
    for arrow, part in zip(part_arrows(plane, shown), shown.shown, strict=True):
        share = np.linalg.norm(basis.T @ part.move) / np.linalg.norm(part.move)
        assert plane.share_within(part.move) == pytest.approx(share)
        assert f"{100 * share:.2g} % in plane" in arrow.label


def test_short_arrows_are_drawn_longer_and_the_present_one_is_named_first() -> None:
    shown = shown_of(adam("rosenbrock", 40), 3)
    plane = Plane(np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    placed = placed_arrows(part_arrows(plane, shown), PIXELS)
    assert len({arrow.factor for arrow in placed}) == 1
    longest = max(np.hypot(arrow.tip_x - arrow.x, arrow.tip_y - arrow.y) for arrow in placed)
    # From 2 to 5 is the widest gap between two factors.
    assert 0.4 * ROOM <= longest <= ROOM
    for arrow in placed:
        assert ("×" in arrow.label) == (arrow.factor != 1)
    frame = (placed[0].x - 100, placed[0].y - 30, placed[0].x + 100, placed[0].y + 30)
    labels = arrow_labels(placed, frame)
    assert labels[0][0] == placed[-1].label
    for _, x, y in labels:
        # Where an arrow leaves the picture, its label stands at the edge.
        assert frame[0] - 1e-6 <= x <= frame[2] + 1e-6
        assert frame[1] - 1e-6 <= y <= frame[3] + 1e-6


@pytest.mark.parametrize("at", [1, 3, 5])
def test_on_a_curve_each_part_has_a_line_of_its_own(qtbot, at: int) -> None:
    trainer = adam("parabola")
    assert isinstance(trainer.problem, Formula)
    view = trainer.view()
    shown = shown_of(trainer, at)
    drawing = CurveDrawing(DARK)
    drawing.show(replace(picture_of_run(trainer.problem, view), update=shown))
    widget = pg.GraphicsView()
    qtbot.addWidget(widget)
    widget.setCentralItem(drawing.item)
    widget.resize(640, 480)
    widget.show()
    widget.grab()
    placed = drawing.ink.placed
    texts = [text for text, _ in placed]
    # The arrow of the last part is the step, at the height of the ball.
    for part in shown.shown[: 3 if at == 5 else 4]:
        assert sum(text.startswith(f"{part.name}: {part.arrow} = ") for text in texts) == 1
    assert any(text.startswith("w := ") for text in texts) == (at == 5)
    boxes = [box for _, box in placed]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))


def test_on_a_narrow_curve_no_label_covers_its_arrow(qtbot) -> None:
    trainer = adam("parabola")
    assert isinstance(trainer.problem, Formula)
    shown = shown_of(trainer, 4)
    drawing = CurveDrawing(DARK)
    drawing.show(replace(picture_of_run(trainer.problem, trainer.view()), update=shown))
    widget = pg.GraphicsView()
    qtbot.addWidget(widget)
    widget.setCentralItem(drawing.item)
    widget.resize(420, 420)
    widget.show()
    widget.grab()
    boxes = {text: box for text, box in drawing.ink.placed if " = " in text and "slope" not in text}
    assert len(boxes) == 4
    (low, high), _ = drawing.box.viewRange()
    edge, scale = drawing.box.geometry().left(), drawing.box.width() / (high - low)
    start = float(shown.start[0])
    for part, (text, box) in zip(shown.shown, boxes.items(), strict=True):
        factor = float(text.partition("×")[2] or 1)
        tip = start + factor * float(part.move[0])
        ends = sorted(edge + (end - low) * scale for end in (start, tip))
        assert box[2] <= ends[0] or box[0] >= ends[1]
