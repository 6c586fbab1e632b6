"""What the surface view shows and says, put together from what is known of the run: without widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from playground.drawing.kit.levels import Levels
from playground.drawing.surface.arrows import Arrow, arrows_of, blame_arrows, with_gaps
from playground.drawing.surface.captions import (
    NO_VISIBLE_STEP,
    arrows_sentence,
    blame_sentence,
    picture_caption,
)
from playground.drawing.surface.picture import Mark, SurfacePicture, marks_of, rows_put
from playground.lab.snapshot import Snapshot
from playground.landscape.plane import Plane
from playground.landscape.questions.arrows import ArrowsAnswer
from playground.landscape.questions.blame import PointGradientAnswer
from playground.landscape.questions.surface import SurfaceAnswer
from playground.ui.surface.asking import SurfaceAsker
from playground.ui.surface.path_on_plane import PathOnPlane
from playground.ui.surface.read_outs import ReadOuts


class Shown(Protocol):
    """What draws the surface: the flat drawing, or the one in space."""

    @property
    def picture(self) -> SurfacePicture: ...

    @property
    def levels(self) -> Levels | None: ...

    @property
    def arrow_scale(self) -> float: ...


class Options(Protocol):
    """How the surface shall be drawn."""

    @property
    def arrows(self) -> bool: ...

    @property
    def contours(self) -> bool: ...

    def levels(self, logarithmic: bool) -> Levels | None: ...


class SurfaceContent:
    """Puts together what the asker has, the path, the read-outs and the arrows.

    arrows: where the next step leads; blame: the gradient of one training point; None: not known, not wanted.
    """

    def __init__(self, asker: SurfaceAsker, options: Options):
        self._asker = asker
        self._options = options
        self._path = PathOnPlane()
        self.read_outs = ReadOuts()
        self.arrows: ArrowsAnswer | None = None
        self.blame: PointGradientAnswer | None = None

    def begin_run(self) -> None:
        """What is known is of another run."""
        self.arrows = None
        self.read_outs.forget()

    def picture(self, snapshot: Snapshot, logarithmic: bool, drawn: Levels | None) -> SurfacePicture:
        """What is to be on the screen; drawn: the levels that are there."""
        view, answer = snapshot.view, self._asker.answer
        if answer is None or answer.choice is None:
            return SurfacePicture(None, problem=answer.problem if answer is not None else "")
        plane, finer = answer.choice.plane, self._asker.finer
        ab, off = self._path.follow(snapshot.run, plane, view.history)
        began = view.experiment.training
        marks = marks_of(view.history, ab, began.learning_rate, began.schedule)
        kept = self._asker.kept
        if kept is not None:
            marks.append(Mark(*plane.project(kept.parameters), "kept", "kept"))
        ab, off = with_gaps(ab, off, rows_put(view.history))
        levels = self._options.levels(logarithmic)
        if levels is None and finer is not None and answer.surface is not None and drawn is not None:
            # The scale stays still until the new cells are all there, if it can show them.
            still = drawn.logarithmic == logarithmic and drawn.suit(answer.surface.values)
            levels = drawn if still else None
        return SurfacePicture(
            surface=answer.surface,
            choice=answer.choice,
            path_ab=ab,
            path_off=off,
            marks=marks,
            now=self.read_outs.now(snapshot, plane),
            log_scale=logarithmic,
            contours=self._options.contours,
            levels=levels,
            age=self._age(snapshot, answer),
            finer=finer.surface if finer is not None else None,
            arrows=self._arrows_in(plane),
        )

    def caption(
        self, snapshot: Snapshot, answer: SurfaceAnswer, shown: Shown, in_space: bool, full: bool
    ) -> str:
        """What is to be said of the picture that is drawn; full: of the arrows too."""
        assert answer.choice is not None
        plane, drawn = answer.choice.plane, shown.picture
        levels = shown.levels
        if drawn.choice is None or drawn.choice.plane.size != plane.size:
            # Nothing of this experiment is drawn yet.
            drawn, levels = SurfacePicture(answer.surface, answer.choice), None
        now, age = self.read_outs.newest(answer, plane), self._age(snapshot, answer)
        text = picture_caption(replace(drawn, now=now, age=age), levels, in_space)
        arrows, blame = self.arrows, self.blame
        if blame is not None:
            sentence = blame_sentence(shown.arrow_scale, blame.visible) if drawn.arrows else ""
            return f"{text} {sentence}".rstrip()
        if not full or arrows is None or not self._options.arrows:
            return text
        if not arrows.visible:
            text += f" {NO_VISIBLE_STEP}"
        elif drawn.arrows:
            text += f" {arrows_sentence(plane, arrows.update, arrows.gradient)}"
        return text

    def _arrows_in(self, plane: Plane) -> Sequence[Arrow]:
        """Those of a training point that is pointed at, or of the next step."""
        blame, step = self.blame, self.arrows
        if blame is not None:
            rate = blame.learning_rate
            one, mean = -rate * blame.gradient, -rate * blame.mean
            return blame_arrows(plane, blame.parameters, one, mean if blame.visible else None, blame.index)
        if step is None or not step.visible or not self._options.arrows:
            return ()
        downhill = -step.learning_rate * step.gradient
        return arrows_of(plane, step.parameters, step.update, downhill)

    def _age(self, snapshot: Snapshot, answer: SurfaceAnswer) -> int:
        """Steps since the plane was laid through the weights, where it is laid through them."""
        view = snapshot.view
        if not self._asker.plane_kind.follows or np.size(view.parameters) == 2:
            return 0
        laid_at = self._asker.laid_at
        return max(view.step - (answer.step if laid_at is None else laid_at), 0)
