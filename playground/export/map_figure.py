"""The figure of a map of learning rates."""

from __future__ import annotations

from playground.drawing.kit.theme import Theme
from playground.drawing.momentum_map import line_words
from playground.drawing.rate_map import MapDrawing, MapPicture, counts_sentence
from playground.engine.recording.run_view import RunView
from playground.export.figure import Figure, Sign
from playground.export.figures import MakeFigure
from playground.export.run_words import run_sentence
from playground.numerals import number_text, rate_text


def map_figure(picture: MapPicture, view: RunView) -> MakeFigure:
    """Return the loss after N steps over α and seeds or momenta; view is the run that is marked."""

    def make(theme: Theme) -> Figure:
        drawing = MapDrawing(theme)
        drawing.show(picture)
        rows = picture.rows
        ring = picture.ring_words
        signs = [Sign("ring", theme.dim_text, ring)] if ring else []
        if ring and not picture.momenta:
            signs.append(Sign("dashes", theme.dim_text, "median of these"))
        elif picture.region is not None:
            signs.append(Sign("line", theme.dim_text, line_words(picture.region)))
        if picture.now is not None:
            rate, place = picture.now
            this_run = f"this run: {picture.rate_name} {rate_text(rate)}"
            if place is not None:
                this_run += f", β {number_text(place, 3)}" if picture.momenta else f", seed {place}"
            signs.append(Sign("line", theme.pink, this_run))
        words = [picture.words, counts_sentence(rows, drawing.levels)] if rows is not None else []
        caption = " ".join(part for part in (*words, run_sentence(view)) if part)
        over = "momenta" if picture.momenta else "first weights" if picture.has_weights else "starts"
        return Figure(drawing.item, theme, signs, f"J over learning rates and {over}.", caption, drawing)

    return make
