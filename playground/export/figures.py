"""The figures of a run: from a RunView and answers to drawings for paper.

Each function returns make_item(theme), the argument of playground.export.picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QGraphicsWidget

from playground.drawing.activations.drawing import ActivationItem, ActivationPicture
from playground.drawing.activations.layer_bars import LayerBars, LayerBarsItem
from playground.drawing.activations.layer_norms import LayerNormDrawing
from playground.drawing.curve.drawing import CurveDrawing
from playground.drawing.curve.picture import picture_of_run, words
from playground.drawing.data.drawing import BoundaryDrawing, BoundaryPicture
from playground.drawing.images.image_sheet import ImageSheetItem, SmallImage
from playground.drawing.kit.class_marks import CLASS_SHAPES
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import Theme
from playground.drawing.loss.drawing import LossDrawing
from playground.drawing.runs import OtherRun
from playground.drawing.sharpness import PLAIN, SharpnessDrawing
from playground.drawing.shown_parts import ShownParts
from playground.drawing.surface.camera import Camera
from playground.drawing.surface.captions import picture_caption, plane_sentence
from playground.drawing.surface.drawing import SurfaceDrawing
from playground.drawing.surface.picture import SurfacePicture, picture_of
from playground.drawing.surface.relief import ReliefDrawing, ReliefItem
from playground.engine.activations import ACTIVATIONS
from playground.engine.datasets import Samples
from playground.engine.formula import Formula
from playground.engine.input_slice import MOST_SHOWN, USUAL, SliceChoice
from playground.engine.loss_words import loss_name, parts_sentence
from playground.engine.recording.run_view import RunView
from playground.engine.usual_scale import is_usually_log
from playground.export.figure import Figure, Sign
from playground.export.run_words import run_sentence
from playground.landscape.boundary import Boundary
from playground.landscape.questions.boundary import BoundaryAnswer
from playground.landscape.questions.surface import SurfaceAnswer
from playground.landscape.sharpness import Stretch
from playground.numerals import loss_text, number_text
from playground.output_words import OutputWords
from playground.theta_words import LANDSCAPE, landscape_title

SIGN_LETTERS, LETTERS_IN_SIGNS = 8, 130
"""Room of a sign in letters, and how many letters the names of other runs may have to stand among the signs:
about three rows in the column of a paper. Longer ones stand at the ends of their curves."""
MakeFigure = Callable[[Theme], QGraphicsWidget]


def loss_figure(view: RunView, log: bool | None = None, others: Sequence[OtherRun] = ()) -> MakeFigure:
    """Return the loss over the steps of a run, and of others beside it.

    log: whether the axis is logarithmic; None: as it suits the run.
    """
    if log is None:
        losses = np.append(view.history.curves["batch_loss"].values, view.train_loss)
        log = is_usually_log(view.experiment, losses)

    def make(theme: Theme) -> Figure:
        drawing = LossDrawing(theme)
        drawing.set_log(log)
        now = view.step, view.train_loss, view.test_loss
        drawing.show(view.history, now, view.rate_at, view.experiment)
        drawing.show_others(others)
        signs = [Sign("line", theme.text, "training")]
        if len(drawing.shown["test"].steps):
            signs.append(Sign("dashes", theme.dim_text, "test"))
        if len(drawing.shown["batch"].steps):
            signs.append(Sign("line", drawing.faint, "each batch"))
        if len(drawing.shown["distance"].steps):
            signs.append(Sign("dots", theme.green, "distance to the nearest known minimum"))
        signs.append(Sign("dots", theme.pink, "learning rate α set"))
        if sum(len(run.label) + SIGN_LETTERS for run in others) <= LETTERS_IN_SIGNS:
            # There they cover no curve.
            drawing.others.named = False
            signs += [Sign("line", run.look.color(theme), run.label, run.look.dashes) for run in others]
        at = f"At step {number_text(view.step, 9)}"
        losses = f"{at}: {loss_name(view.experiment)} {loss_text(view.train_loss)}"
        if np.isfinite(view.test_loss):
            losses += f", test J {loss_text(view.test_loss)}"
        losses += "."
        if parts_sentence(view):
            losses = f"{at} {parts_sentence(view)}"
        caption = f"{losses} {run_sentence(view)}{_beside_words(others)}"
        return Figure(drawing.item, theme, signs, "Loss.", caption, drawing)

    return make


def curve_figure(
    formula: Formula,
    view: RunView,
    others: Sequence[OtherRun] = (),
    update: ShownParts | None = None,
) -> MakeFigure:
    """Return the curve of a loss of one variable, with the ball of a run on it, and those of others.

    others: their path_ab are places (w, J). update: the parts of the next step that are drawn; None: the step
    alone.
    """
    picture = replace(picture_of_run(formula, view), update=update)

    def make(theme: Theme) -> Figure:
        drawing = CurveDrawing(theme)
        drawing.show(picture)
        drawing.show_others(others)
        signs = [
            Sign("line", theme.text, "J"),
            Sign("dashes", theme.dim_text, "second order"),
            Sign("line", theme.dim_text, "tangent"),
            Sign("line", theme.pink, "next step"),
        ]
        sentence = "" if picture.step is None else f"{words(picture)} "
        caption = f"{sentence}{run_sentence(view)}{_beside_words(others)}"
        return Figure(drawing.item, theme, signs, "Loss.", caption, drawing)

    return make


def surface_figure(
    what: SurfacePicture | SurfaceAnswer,
    view: RunView | None = None,
    log: bool | None = None,
    others: Sequence[OtherRun] = (),
) -> MakeFigure:
    """Return the loss on a plane: a picture, or an answer with the run whose path is drawn on it.

    log: whether the colours of an answer are logarithmic; None: as it suits them. others: runs whose paths
    are drawn beside.
    """
    picture = picture_of(what, view, log) if isinstance(what, SurfaceAnswer) else what
    # Its cells are those of the table, whatever the shape of the picture.
    picture = replace(picture, margins=picture.margins or picture.equal_units)

    def make(theme: Theme) -> Figure:
        drawing = SurfaceDrawing(theme)
        drawing.show(picture)
        drawing.show_others(others)
        caption = _surface_words(picture, drawing.levels, view) + _beside_words(others)
        return Figure(drawing.item, theme, (), _landscape_title(view), caption, drawing)

    return make


def relief_figure(picture: SurfacePicture, camera: Camera, view: RunView | None = None) -> MakeFigure:
    """Return the loss on a plane as a height field, from a camera."""

    def make(theme: Theme) -> Figure:
        drawing = ReliefDrawing(theme)
        drawing.camera = camera
        drawing.show(picture)
        caption = _surface_words(picture, drawing.levels, view, in_space=True)
        return Figure(ReliefItem(drawing), theme, (), _landscape_title(view), caption, drawing)

    return make


def _landscape_title(view: RunView | None) -> str:
    title = LANDSCAPE if view is None else landscape_title(view.experiment)
    return f"{title}."


def _surface_words(
    picture: SurfacePicture, levels: Levels | None, view: RunView | None, in_space: bool = False
) -> str:
    """Return the plane of a surface, and what of it is visible."""
    words = [picture_caption(picture, levels, in_space=in_space)]
    if picture.choice is not None:
        choice = picture.choice
        words.insert(0, choice.sentence if view is None else plane_sentence(choice, view))
    if view is not None:
        words.append(run_sentence(view))
    return " ".join(words)


def sharpness_figure(view: RunView, stretches: Sequence[Stretch], log: bool = False) -> MakeFigure:
    """Return the sharpness over the steps of a run, against the limit at each moment's learning rate."""

    def make(theme: Theme) -> Figure:
        drawing = SharpnessDrawing(theme)
        drawing.set_log(log)
        drawing.show(stretches, view)
        signs = [
            Sign("line" if name == PLAIN else "dots", theme.text, f"sharpness {name}")
            for name in drawing.names
        ]
        if any(np.isfinite(stretch.limit.values).any() for stretch in stretches):
            signs.append(Sign("dashes", theme.pink, "its limit at the learning rate of the moment"))
        caption = ""
        measured = [stretch for stretch in stretches if len(stretch.sharpness.steps)]
        if measured:
            steps, values = measured[-1].sharpness
            at, value = number_text(int(steps[-1]), 9), number_text(float(values[-1]), 4)
            caption = f"{measured[-1].name} at step {at}: {value}. "
            limits = measured[-1].limit.values
            if measured[-1] is stretches[-1] and len(limits) and np.isfinite(limits[-1]):
                frozen = "" if measured[-1].name == PLAIN else ", with the preconditioner held fixed,"
                caption += f"Its limit{frozen} is {number_text(float(limits[-1]), 4)} now. "
        return Figure(drawing.item, theme, signs, "Sharpness.", f"{caption}{run_sentence(view)}", drawing)

    return make


def layer_norm_figure(view: RunView, steps: np.ndarray, norms: np.ndarray) -> MakeFigure:
    """Return the gradient norm of each layer over the steps: steps (k,), norms (k, L)."""

    def make(theme: Theme) -> Figure:
        drawing = LayerNormDrawing(theme)
        drawing.left.set_name("gradient norm")
        drawing.show(steps, norms)
        caption = f"‖∂J/∂(W, b)‖ of each layer, [1] the first, without penalties. {run_sentence(view)}"
        return Figure(drawing.item, theme, [], "Gradient norm of each layer.", caption, drawing)

    return make


def layer_bars_figure(view: RunView, bars: LayerBars) -> MakeFigure:
    """Return the gradient norm of each layer at one step as bars."""

    def make(theme: Theme) -> Figure:
        caption = f"‖∂J/∂(W, b)‖ of each layer at step {bars.step}, [1] the first, without penalties. "
        title = "Gradient norm of each layer at one step."
        return Figure(LayerBarsItem(theme, bars), theme, [], title, caption + run_sentence(view))

    return make


def image_figure(view: RunView, images: Sequence[SmallImage], title: str) -> MakeFigure:
    """Return a sheet of small images, with a sentence about them."""

    def make(theme: Theme) -> Figure:
        return Figure(ImageSheetItem(theme, images), theme, [], f"{title}.", run_sentence(view))

    return make


def activation_figure(picture: ActivationPicture, view: RunView) -> MakeFigure:
    """Return an activation function with its derivative.

    With the layers' pre-activations where they are known.
    """

    def make(theme: Theme) -> Figure:
        function = ACTIVATIONS[picture.function]
        name = function.symbol
        signs = [Sign("line", theme.text, f"{name}(z)"), Sign("dashes", theme.dim_text, f"{name}'(z)")]
        caption = run_sentence(view)
        if picture.facts is not None and picture.facts.layers:
            caption = f"Below: how often each z occurs, over neurons and training points. {caption}"
        title = f"Activation function {function.title}."
        return Figure(ActivationItem(theme, picture), theme, signs, title, caption)

    return make


def boundary_figure(
    samples: Samples,
    boundary: Boundary | BoundaryAnswer | None,
    show_test: bool = True,
    blame: np.ndarray | None = None,
    view: RunView | None = None,
    choice: SliceChoice = USUAL,
) -> MakeFigure:
    """Return the data with the decision boundary, the fitted curve or the field of predicted values.

    blame (n,): the losses of the training points, where they are shown in their colours. view: the run of the
    caption. choice: the slice that is shown where there is no boundary, which has its own.
    """
    answers = boundary.boundary if isinstance(boundary, BoundaryAnswer) else boundary
    loss = None if view is None else view.experiment.loss
    words = samples.output_words(loss)

    def make(theme: Theme) -> Figure:
        drawing = BoundaryDrawing(theme)
        picture = BoundaryPicture(samples, answers, show_test, blame, loss, choice)
        drawing.show(picture)
        has_test = show_test and len(samples.X_test) > 0
        signs = []
        if samples.classification:
            marks = list(zip(CLASS_SHAPES, theme.classes, samples.class_names, strict=False))
            signs += [Sign(shape, color, name) for shape, color, name in marks]
            if has_test and not samples.has_several:
                signs += [Sign(f"hollow_{shape}", color, f"test, {name}") for shape, color, name in marks]
            elif has_test:
                signs.append(Sign(f"hollow_{CLASS_SHAPES[0]}", theme.text, "hollow: test"))
        else:
            signs.append(Sign("circle", theme.dim_text, "training points"))
            if has_test:
                signs.append(Sign("hollow_circle", theme.dim_text, "test points"))
        if picture.slice.n_axes == 1 and not samples.has_several:
            which = f" of {picture.shown_samples.output_name}" if samples.target_names else ""
            signs.append(Sign("line", theme.text, f"{words.name}{which}"))
        title, caption = _boundary_words(samples, answers, words)
        for sentence in (picture.slice.told, *samples.notices):
            caption += f" {sentence}" if sentence else ""
        if blame is not None:
            caption += f" Training points have the colour of their own loss {words.each_loss}."
        if view is not None:
            caption += f" {run_sentence(view)}"
        return Figure(drawing.item, theme, signs, title, caption, drawing)

    return make


def _beside_words(others: Sequence[OtherRun]) -> str:
    """Return the names of the runs that are drawn beside the one of the caption."""
    return f" Beside it: {', '.join(run.label for run in others)}." if others else ""


def _boundary_words(samples: Samples, boundary: Boundary | None, words: OutputWords) -> tuple[str, str]:
    counts = f"{len(samples.X_train)} training points, {len(samples.X_test)} test points."
    if boundary is None:
        return "Data.", counts
    n_inputs = min(samples.n_raw, MOST_SHOWN)
    title = f"Data and {words.title(n_inputs).lower()}."
    if not words.classes:
        return title, counts
    if words.several:
        answers = "Lines: what the network answers for each class."
        if n_inputs > 1:
            paler = "it is less certain" if words.probability else "its value is smaller"
            answers = "The ground has the colour of the class that the network answers, paler where "
            answers += f"{paler}; on the lines {words.half}."
        return title, f"{counts} {answers}"
    if n_inputs == 1:
        return title, f"{counts} Dotted: {words.half}."
    colours = (
        f"The ground is orange where the network answers {words.zero}, blue where it answers {words.one}"
    )
    paler = f"paler the nearer ŷ is to 0.5; on the line {words.half}."
    if words.probability:
        paler = f"paler where it is less certain; on the line both have {words.half}."
    return title, f"{counts} {colours}, {paler}"
