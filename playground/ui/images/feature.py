"""The page of images, where the inputs are the pixels of one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

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
from playground.files.foreign_names import with_capital
from playground.lab.snapshot import Snapshot, moment_of
from playground.landscape.pieces import finish
from playground.landscape.questions.mistakes import (
    Mistakes,
    MistakesAnswer,
    MistakesQuestion,
    mistakes_in_pieces,
)
from playground.numerals import count_text, number_text, percent_text, unbroken
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
NO_IMAGES = "The inputs of this network are no image: there is none to export."
APART = 0.1
"""Seconds between two drawings of the page."""


class ImagesFeature(ViewFeature):
    """The question for the worst mistakes, asked while the page is on the screen.

    The network's answer to a single image, drawn or picked, costs next to nothing: it is computed here.
    """

    page = Page(
        name="images",
        title="Images",
        place="centre",
        command=Command(
            "Ima&ges",
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
        self._samples: Samples | None = None
        self._answer: MistakesAnswer | None = None
        self._cadence = Cadence(SECONDS)
        self._shown: tuple[object, ...] = ()
        self._told: tuple[object, ...] = ()
        self._drawn_at = 0.0
        self._ink: Floats = np.empty(0)
        self._white, self._black = 0.0, 1.0
        """The numbers of pixels without ink, and full of it."""
        self.plots = self.view.sheets
        self.view.pad.changed.connect(self._take_drawing)
        self.view.mistakes.chosen.connect(self._pick_mistake)
        self.add_page(self.view).triggered.connect(lambda _=False: self.show_page())
        self.set_available(True)

    def set_available(self, on: bool) -> None:
        self._on = on
        on = on and self.shape is not None
        super().set_available(on)
        exporter = self.window.exporter
        for name, title, figure in (
            ("mistakes", "The worst mistakes as images", self._mistakes_figure),
            ("first_weights", "Weights of the first layer as images", self._weights_figure),
        ):
            exporter.withdraw(name)
            if on:
                exporter.offer(name, title, figure)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        samples = snapshot.samples
        if samples is self._samples:
            return
        self._samples = samples
        shape = image_shape(samples.input_names[: samples.n_raw]) if samples.classification else None
        if shape != self.shape:
            self.shape = shape
            self.set_available(self._on)
        if shape is not None:
            self._white, self._black = ink_range(samples.raw(samples.X_train))
            self._take_drawing()

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if snapshot is None or self.shape is None or not self.page_on_screen:
            return None
        view = snapshot.view
        about = moment_of(snapshot)
        if not self._cadence.due(about):
            return None
        self._cadence.asked(about)
        return MistakesQuestion(snapshot.run, view.step, view.parameters)

    def take_answer(self, slot: str, answer: MistakesAnswer) -> None:
        self._cadence.answered()
        self._answer = answer
        self._show_again()

    def clear_questions(self) -> None:
        self._cadence.clear()

    def run_replaced(self, experiment: Experiment) -> None:
        self._answer = None
        for sheet in (self.view.point, *self.view.sheets):
            sheet.show_images([])
        self.view.mistakes_title.setText("Mistakes")
        self._show_again()

    def restyle(self, theme: Any) -> None:
        super().restyle(theme)
        self._show_again()

    def draw(self) -> bool:
        snapshot = self.window.snapshot
        if snapshot is None or self.shape is None or not self.page_on_screen:
            return False
        about, now = (*moment_of(snapshot), self.window.data_view.picked), time.monotonic()
        if about == self._shown or (self._shown and now - self._drawn_at < APART):
            return False
        self._shown, self._drawn_at = about, now
        self._show_mistakes(snapshot)
        self.view.weights.show_images(self._weights(snapshot))
        return True

    def read(self) -> None:
        snapshot = self.window.snapshot
        if snapshot is None or self.shape is None or not self.page_on_screen:
            return
        about = (*moment_of(snapshot), self.window.data_view.picked)
        if about != self._told:
            self._told = about
            self._say_of_drawing(snapshot)
            self._show_point(snapshot, self.window.data_view.picked)

    def _show_again(self) -> None:
        self._shown = self._told = ()

    def _take_drawing(self) -> None:
        if self.shape is None:
            return
        self._ink = drawn_image(self.view.pad.lines, self.shape)
        drawn = [SmallImage(self._ink.reshape(self.shape))] if self.view.pad.strokes else []
        self.view.seen.show_images(drawn)
        if self.window.snapshot is not None:
            self._say_of_drawing(self.window.snapshot)

    def _pick_mistake(self, index: int) -> None:
        if self._answer is not None:
            self.window.data_view.pick(int(self._answer.mistakes.points[index]))

    def _say_of_drawing(self, snapshot: Snapshot) -> None:
        drawn = bool(self.view.pad.strokes)
        words = self._said(snapshot, self._raw(self._ink)) if drawn else NOTHING_DRAWN
        self.view.drawn_answer.setText(words)

    def _show_point(self, snapshot: Snapshot, picked: int | None) -> None:
        samples = snapshot.samples
        if picked is None or picked >= samples.n_points:
            self.view.point.show_images([])
            self.view.point_answer.setText(NO_POINT)
            return
        raw, y = self._point(samples, picked)
        self.view.point.show_images([self._image(raw)])
        own = samples.class_word(samples.target_of(y))
        words = with_capital(point_words(samples, picked))
        self.view.point_answer.setText(f"{words}, {own}. {self._said(snapshot, raw)}")

    def _show_mistakes(self, snapshot: Snapshot) -> None:
        answer = self._answer
        if answer is None or answer.run != snapshot.run:
            self.view.mistakes_title.setText("Mistakes")
            self.view.mistakes.show_images([])
            return
        self.view.mistakes_title.setText(_title(answer.mistakes, answer.step))
        self.view.mistakes.show_images(self._wrong_images(answer.mistakes, snapshot.samples))

    def _wrong_images(self, mistakes: Mistakes, samples: Samples) -> list[SmallImage]:
        names, images = samples.class_names, []
        for point, own, given, share in zip(
            mistakes.points.tolist(),
            mistakes.classes.tolist(),
            mistakes.given.tolist(),
            mistakes.shares.tolist(),
            strict=True,
        ):
            said = f"{names[given]}  {percent_text(share)}" if given >= 0 else "not a number"
            images.append(self._image(self._point(samples, point)[0], f"{names[own]} → {said}"))
        return images

    def _weights(self, snapshot: Snapshot) -> list[SmallImage]:
        """Return the weights into each neuron of the first layer, all in one scale of signed colours."""
        assert self.shape is not None
        on_data = network_on_data(snapshot.problem)
        assert on_data is not None
        W, _ = on_data.network.unpack(snapshot.view.parameters)[0]
        pixels = W[:, : self.shape[0] * self.shape[1]]
        finite = np.abs(pixels[np.isfinite(pixels)])
        largest = float(finite.max()) if finite.size else 0.0
        title = "Weights W[1] into each neuron, in one scale of colours: "
        title += f"from −{number_text(largest, 2)} to {number_text(largest, 2)}"
        if finite.size < pixels.size:
            title += f"; {count_text(pixels.size - finite.size)} of them are not finite"
        self.view.weights_title.setText(title)
        return [
            SmallImage(row.reshape(self.shape) / (largest or 1.0), str(number), signed=True)
            for number, row in enumerate(pixels, 1)
        ]

    def _point(self, samples: Samples, number: int) -> tuple[Floats, Floats]:
        """Return the raw inputs and the target of a point, counted through training and test points."""
        train = len(samples.X_train)
        X, y = (samples.X_train, samples.y_train) if number < train else (samples.X_test, samples.y_test)
        row = number if number < train else number - train
        raw: Floats = samples.raw(X[row : row + 1])[0]
        return raw, y[row]

    def _image(self, raw: Floats, text: str = "") -> SmallImage:
        assert self.shape is not None
        ink = (raw - self._white) / (self._black - self._white)
        return SmallImage(ink.reshape(self.shape), text)

    def _raw(self, ink: Floats) -> Floats:
        """Return the inputs of an image that was drawn."""
        return self._white + ink * (self._black - self._white)

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
        told = (f"{samples.class_names[index]} ({percent_text(float(shares[index]))})" for index in order)
        return unbroken(f"The network says {', '.join(told)}.")

    def _mistakes_figure(self, snapshot: Snapshot) -> Any:
        on_data = network_on_data(snapshot.problem)
        if self.shape is None or on_data is None:
            raise ExportError(NO_IMAGES)
        theta, step = snapshot.view.parameters, snapshot.view.step
        found = finish(mistakes_in_pieces(on_data.network, theta, on_data.samples))
        if not len(found.points):
            raise ExportError(f"There are no mistakes to export at step {count_text(step)}.")
        return image_figure(snapshot.view, self._wrong_images(found, on_data.samples), _title(found, step))

    def _weights_figure(self, snapshot: Snapshot) -> Any:
        if self.shape is None:
            raise ExportError(NO_IMAGES)
        images = self._weights(snapshot)
        return image_figure(snapshot.view, images, self.view.weights_title.text())


def ink_range(raw: Floats) -> tuple[float, float]:
    """Return the numbers of a pixel without ink and of one full of it, of images (n, pixels).

    Without ink is 0, or the least number where there are negative ones.
    """
    white, black = min(0.0, float(raw.min())), float(raw.max())
    return white, black if black > white else white + 1.0


def _title(mistakes: Mistakes, step: int) -> str:
    title = f"Mistakes at step {count_text(step)}: {_of(mistakes.wrong, mistakes.of)} training points wrong"
    if mistakes.of_test:
        title += f", {_of(mistakes.wrong_test, mistakes.of_test)} test points"
    return f"{title}; the worst first" if mistakes.wrong + mistakes.wrong_test > 1 else title


def _of(part: int, whole: int) -> str:
    return f"{count_text(part)} of {count_text(whole)}"
