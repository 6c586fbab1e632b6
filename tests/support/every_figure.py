"""Every picture that can be exported, of small runs that are really trained and questions really answered."""

from __future__ import annotations

from functools import cache
from typing import Any
from xml.etree import ElementTree

import numpy as np

from playground.drawing.activations.drawing import ActivationPicture
from playground.drawing.activations.layer_bars import LayerBars
from playground.drawing.chain_rule.drawing import GraphPicture
from playground.drawing.chain_rule.layout import layout_of
from playground.drawing.rate_map import MapPicture
from playground.drawing.runs import Look, OtherRun
from playground.drawing.surface.camera import Camera
from playground.drawing.surface.picture import picture_of
from playground.engine.chain_rule.worksheet import Worksheet
from playground.engine.network import network_of
from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.export.figures import (
    activation_figure,
    boundary_figure,
    layer_bars_figure,
    layer_norm_figure,
    loss_figure,
    relief_figure,
    sharpness_figure,
    surface_figure,
)
from playground.export.graph_figure import graph_figure
from playground.export.map_figure import map_figure
from playground.export.picture import MakeItem
from playground.export.run_words import run_sentence
from playground.export.sheet import sheet_figure
from playground.landscape.boundary import boundary
from playground.landscape.questions.activations import ActivationsQuestion
from playground.landscape.questions.blame import BlameQuestion
from playground.landscape.questions.context import Context
from playground.landscape.questions.curvature import CurvatureQuestion
from playground.landscape.questions.rate_map import RateMapQuestion
from playground.landscape.questions.surface import SurfaceQuestion
from playground.landscape.sharpness import Sample, SharpnessRecord

FIGURES = (
    "loss",
    "loss_beside",
    "surface",
    "surface_beside",
    "relief",
    "boundary",
    "blame",
    "curve",
    "activation",
    "layer_norms",
    "layer_bars",
    "sharpness",
    "rate_map",
    "chain_rule",
    "sheet",
)
"""All views that can be exported; "beside": with the branches of a fork."""
SVG = "{http://www.w3.org/2000/svg}"
POINTS_PER_MM = 72 / 25.4
BRANCHES = (0.03, 0.1, 0.3, 0.6, 1.0)


def answer_to(question: Any, experiment: Experiment) -> Any:
    """The last answer to a question."""
    return [entry for entry in question.answers(Context(experiment)) if entry is not None][-1]


@cache
def trained() -> Trainer:
    """A run with a penalty, momentum and three changes of α."""
    training = TrainingSettings("momentum", 0.3, momentum=0.8, l2=0.001)
    trainer = Trainer(Experiment(DataSettings(), NetworkSettings((4, 4)), training))
    for rate in (0.5, 0.2, 0.4):
        trainer.advance(50)
        trainer.learning_rate = rate
    trainer.advance(50)
    return trainer


@cache
def figure_of(name: str) -> MakeItem:
    """What makes the figure of a view."""
    trainer = trained()
    view, samples = trainer.view(), trainer.samples
    if name == "loss":
        return loss_figure(view)
    if name == "loss_beside":
        return loss_figure(view, others=_branches(view))
    if name == "surface":
        return surface_figure(_surface(), view)
    if name == "surface_beside":
        return surface_figure(_surface(), view, others=_branches(view))
    if name == "relief":
        return relief_figure(picture_of(_surface(), view, True), Camera(), view)
    if name == "boundary":
        field = boundary(network_of(trainer.experiment), view.parameters, samples, resolution=61)
        return boundary_figure(samples, field, True, None, view)
    if name == "blame":
        answer = answer_to(BlameQuestion(1, view.step, view.parameters), trainer.experiment)
        return boundary_figure(samples, None, True, answer.losses, view)
    if name == "curve":
        return _curve()
    if name in ("activation", "layer_norms", "layer_bars"):
        history = view.history
        past = history.path_steps[:-1], history.path[:-1]
        answer = answer_to(ActivationsQuestion(1, view.step, view.parameters, *past), trainer.experiment)
        if name == "activation":
            return activation_figure(ActivationPicture("tanh", answer.facts), view)
        order = np.argsort(answer.steps)
        if name == "layer_bars":
            return layer_bars_figure(view, LayerBars(int(answer.steps[order][-1]), answer.norms[order][-1]))
        return layer_norm_figure(view, answer.steps[order], answer.norms[order])
    if name == "sharpness":
        return _sharpness(view)
    if name == "rate_map":
        return _rate_map(view)
    if name == "chain_rule":
        return graph_of("3*(a + b*c)")
    assert name == "sheet"
    panels = [figure_of(panel) for panel in ("surface", "loss", "boundary")]
    return sheet_figure(panels, run_sentence(view))


@cache
def _surface() -> Any:
    view = trained().view()
    question = SurfaceQuestion(1, view.step, view.parameters, view.history.path, kind="path", resolution=51)
    return answer_to(question, view.experiment)


def _branches(view: RunView) -> list[OtherRun]:
    plane = _surface().choice.plane
    others = []
    for number, rate in enumerate(BRANCHES):
        trainer = Trainer(view.experiment.with_value("training.learning_rate", rate))
        trainer.advance(80)
        history = trainer.view().history
        losses = np.array([trainer.network.loss(theta, *_points(trainer)) for theta in history.path])
        path = np.column_stack(plane.project(history.path))
        others.append(OtherRun(f"α {rate:g}", Look(number), history.path_steps, losses, path))
    return others


def _points(trainer: Trainer) -> tuple[np.ndarray, np.ndarray]:
    return trainer.samples.X_train, trainer.samples.y_train


def _curve() -> MakeItem:
    trainer = Trainer(Experiment(DataSettings("sine"), NetworkSettings((6,)), TrainingSettings("adam", 0.05)))
    trainer.advance(150)
    view = trainer.view()
    field = boundary(network_of(trainer.experiment), view.parameters, trainer.samples)
    return boundary_figure(trainer.samples, field, True, None, view)


def _sharpness(view: RunView) -> MakeItem:
    record, history = SharpnessRecord(), view.history
    for step, theta in zip(history.path_steps[::10], history.path[::10], strict=True):
        ends = answer_to(CurvatureQuestion(1, int(step), theta, 0.0, 0.001), view.experiment).ends
        record.add(Sample(int(step), ends.largest, ends.largest, ends.smallest))
    return sharpness_figure(view, record.stretches(view))


def _rate_map(view: RunView) -> MakeItem:
    rates = np.logspace(-3, 1, 16)
    experiment = view.experiment
    question = RateMapQuestion(1, 1, experiment.training, tuple(range(12)), rates, 20)
    rows = answer_to(question, experiment).rows
    return map_figure(MapPicture(rows, rows.seeds, (0.4, 3)), view)


def graph_of(expression: str) -> MakeItem:
    """What makes the figure of an expression after all steps."""
    sheet = Worksheet()
    assert sheet.set_text(expression)
    sheet.move_to(len(sheet.steps))
    picture = GraphPicture(sheet.graph, layout_of(sheet.graph.nodes), sheet.known)
    return graph_figure(picture, expression, sheet.values)


def texts_of_svg(content: bytes, width_mm: float) -> list[tuple[str, float]]:
    """The texts of an SVG of this width with their heights in points."""
    root = ElementTree.fromstring(content)
    _, _, wide, _ = (float(number) for number in root.get("viewBox").split())
    found = []
    for group in root.iter(f"{SVG}g"):
        matrix = group.get("transform", "matrix(1,0,0,1,0,0)")
        m11, m12, *_ = (float(number) for number in matrix.removeprefix("matrix(").rstrip(")").split(","))
        for text in group.findall(f"{SVG}text"):
            size = float(text.get("font-size", group.get("font-size")).removesuffix("px"))
            points = size * float(np.hypot(m11, m12)) * width_mm / wide * POINTS_PER_MM
            found.append(("".join(text.itertext()), points))
    return found
