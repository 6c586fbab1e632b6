"""The page of images, where the inputs are the pixels of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from playground.arrays import Floats
from playground.drawing.images.image_sheet import SmallImage
from playground.engine.datasets import Samples
from playground.engine.input_image import drawn_image, image_shape
from playground.engine.input_slice import point_words
from playground.engine.problem_of_experiment import network_on_data
from playground.experiment import Experiment
from playground.export.figures import image_figure
from playground.files.atomic import ExportError
from playground.lab.snapshot import Snapshot
from playground.landscape.questions.mistakes import MistakesAnswer, MistakesQuestion
from playground.numerals import count_text, number_text
from playground.ui.frame.actions import Command
from playground.ui.frame.cadence import Cadence
from playground.ui.frame.feature import Page
from playground.ui.frame.view_feature import ViewFeature
from playground.ui.images.view import NO_POINT, NOTHING_DRAWN, ImagesView

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

SECONDS = 0.25
LIKELIEST = 3
"""Classes that an answer names."""


class ImagesFeature(ViewFeature):
    """The question for the worst mistakes, asked while the page is on the screen.

    The network's answer to a single image, drawn or picked, costs next to nothing: it is computed here.
    """

    page = Page(
        name="images",
        title="Images",
        place="centre",
        command=Command(
            "&Images",
            "Ctrl+Alt+I",
            "Inputs that are images: draw one of your own, the worst mistakes, and weights as images",
        ),
    )
    view: ImagesView
    slots = (MistakesQuestion.slot,)
    needs_network = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view = ImagesView()
        self.shape: tuple[int, int] | None = None
        """Rows and columns of the images; None where the inputs are none."""
        self._on = True
        self._answer: MistakesAnswer | None = None
        self._cadence = Cadence(SECONDS)
        self._shown: tuple[object, ...] = ()
        self._brightest = 1.0
        self.plots = self.view.sheets
        self.view.pad.changed.connect(self._look_again)
        self.view.mistakes.chosen.connect(self._pick_mistake)
        self.add_page(self.view).triggered.connect(lambda _=False: self.show_page())
        self.set_available(True)
        window.exporter.offer("mistakes", "The worst mistakes as images", self._mistakes_figure)
        window.exporter.offer("first_weights", "Weights of the first layer as images", self._weights_figure)

    def set_available(self, on: bool) -> None:
        self._on = on
        super().set_available(on and self.shape is not None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        samples = snapshot.samples
        shape = image_shape(samples.input_names[: samples.n_raw]) if samples.classification else None
        if shape != self.shape:
            self.shape = shape
            self.set_available(self._on)
        if shape is not None:
            self._brightest = max(1e-12, float(samples.raw(samples.X_train)[:, : samples.n_raw].max()))

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if snapshot is None or self.shape is None or not self.page_on_screen:
            return None
        view = snapshot.view
        about = (snapshot.run, view.step, crc32(view.parameters.tobytes()))
        if not self._cadence.due(about):
            return None
        self._cadence.asked(about)
        return MistakesQuestion(snapshot.run, view.step, view.parameters)

    def take_answer(self, slot: str, answer: MistakesAnswer) -> None:
        self._cadence.answered()
        self._answer = answer
        self._shown = ()

    def clear_questions(self) -> None:
        self._cadence.clear()

    def run_replaced(self, experiment: Experiment) -> None:
        self._answer = None
        self._shown = ()

    def restyle(self, theme: Any) -> None:
        super().restyle(theme)
        self._shown = ()

    def draw(self) -> bool:
        snapshot = self.window.snapshot
        if snapshot is None or self.shape is None or not self.page_on_screen:
            return False
        picked = self.window.data_view.picked
        about = snapshot.run, snapshot.view.step, crc32(snapshot.view.parameters.tobytes()), picked
        if about == self._shown:
            return False
        self._shown = about
        self._show_drawing(snapshot)
        self._show_point(snapshot, picked)
        self._show_mistakes(snapshot)
        self.view.weights.show_images(self._weights(snapshot))
        return True

    def _look_again(self) -> None:
        self._shown = ()

    def _pick_mistake(self, index: int) -> None:
        if self._answer is not None:
            self.window.data_view.pick(int(self._answer.points[index]))

    def _show_drawing(self, snapshot: Snapshot) -> None:
        assert self.shape is not None
        ink = drawn_image(self.view.pad.lines, self.shape)
        drawn = bool(self.view.pad.strokes)
        self.view.seen.show_images([SmallImage(ink.reshape(self.shape))] if drawn else [])
        words = self._said(snapshot, ink * self._brightest) if drawn else NOTHING_DRAWN
        self.view.drawn_answer.setText(words)

    def _show_point(self, snapshot: Snapshot, picked: int | None) -> None:
        samples = snapshot.samples
        if picked is None or picked >= samples.n_points:
            self.view.point.show_images([])
            self.view.point_answer.setText(NO_POINT)
            return
        raw, y = self._point(samples, picked)
        self.view.point.show_images([self._image(raw)])
        own = samples.class_word(float(samples.labels(y[np.newaxis])[0]))
        words = point_words(samples, picked)
        words = words[0].upper() + words[1:]
        self.view.point_answer.setText(f"{words}, {own}. {self._said(snapshot, raw)}")

    def _show_mistakes(self, snapshot: Snapshot) -> None:
        answer, samples = self._answer, snapshot.samples
        if answer is None or answer.run != snapshot.run:
            self.view.mistakes_title.setText("Mistakes")
            self.view.mistakes.show_images([])
            return
        title = f"{_of(answer.wrong, answer.of)} training points wrong"
        if answer.of_test:
            title += f", {_of(answer.wrong_test, answer.of_test)} test points"
        worst = "; the worst first" if answer.wrong + answer.wrong_test > 1 else ""
        self.view.mistakes_title.setText(f"Mistakes at step {count_text(answer.step)}: {title}{worst}")
        names = samples.class_names
        images = []
        for point, own, given, share in zip(
            answer.points.tolist(), answer.classes.tolist(), answer.given.tolist(), answer.shares, strict=True
        ):
            raw, _ = self._point(samples, point)
            images.append(self._image(raw, f"{names[own]} → {names[given]}  {number_text(float(share), 2)}"))
        self.view.mistakes.show_images(images)

    def _weights(self, snapshot: Snapshot) -> list[SmallImage]:
        """Return the weights into each neuron of the first layer, all in one scale of signed colours."""
        assert self.shape is not None
        on_data = network_on_data(snapshot.problem)
        assert on_data is not None
        W, _ = on_data.network.unpack(snapshot.view.parameters)[0]
        pixels = W[:, : self.shape[0] * self.shape[1]]
        finite = np.abs(pixels[np.isfinite(pixels)])
        largest = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
        self.view.weights_title.setText(
            f"W[1], neuron by neuron: from −{number_text(largest, 2)} to {number_text(largest, 2)}"
        )
        return [SmallImage(row.reshape(self.shape) / largest, signed=True) for row in pixels]

    def _point(self, samples: Samples, number: int) -> tuple[Floats, Floats]:
        """Return the raw inputs and the target of a point, counted through training and test points."""
        train = len(samples.X_train)
        X, y = (samples.X_train, samples.y_train) if number < train else (samples.X_test, samples.y_test)
        row = number if number < train else number - train
        raw: Floats = samples.raw(X[row : row + 1])[0, : samples.n_raw]
        return raw, y[row]

    def _image(self, raw: Floats, text: str = "") -> SmallImage:
        assert self.shape is not None
        return SmallImage(raw.reshape(self.shape) / self._brightest, text)

    def _said(self, snapshot: Snapshot, raw: Floats) -> str:
        """Return the classes that the network gives raw inputs, the likeliest first."""
        samples = snapshot.samples
        on_data = network_on_data(snapshot.problem)
        assert on_data is not None
        with np.errstate(all="ignore"):
            (guess,) = on_data.network.predict(snapshot.view.parameters, samples.inputs_of(raw[np.newaxis]))
        shares = guess if len(guess) > 1 else np.array([1.0 - guess[0], guess[0]])
        if not np.isfinite(shares).all():
            return "The network's answer is not a number."
        order = np.argsort(-shares, kind="stable")[:LIKELIEST]
        told = (f"{samples.class_names[index]} ({number_text(float(shares[index]), 2)})" for index in order)
        return f"The network says {', '.join(told)}."

    def _mistakes_figure(self, snapshot: Snapshot) -> Any:
        if self.shape is None or not self.view.mistakes.images:
            raise ExportError("There are no mistakes to export: open the page Images and wait for them.")
        return image_figure(snapshot.view, self.view.mistakes.images, self.view.mistakes_title.text())

    def _weights_figure(self, snapshot: Snapshot) -> Any:
        if self.shape is None:
            raise ExportError("The inputs of this network are no image: there is none to export.")
        images = self._weights(snapshot)
        return image_figure(snapshot.view, images, self.view.weights_title.text())


def _of(part: int, whole: int) -> str:
    return f"{count_text(part)} of {count_text(whole)}"
