"""The figure of a map of learning rates."""

from __future__ import annotations

from playground.drawing.kit.theme import Theme
from playground.drawing.rate_map import MapDrawing, MapPicture, counts_sentence, ring_text, sentence
from playground.engine.recording.run_view import RunView
from playground.export.figure import Figure, Sign
from playground.export.figures import MakeFigure
from playground.export.run_words import run_sentence
from playground.numerals import rate_text


def map_figure(picture: MapPicture, view: RunView) -> MakeFigure:
    """Return the loss after N steps over learning rates and seeds; view is the run that is marked."""

    def make(theme: Theme) -> Figure:
        drawing = MapDrawing(theme)
        drawing.show(picture)
        rows = picture.rows
        signs = [
            Sign("ring", theme.dim_text, ring_text(rows, picture.rate_name)),
            Sign("dashes", theme.dim_text, "median of these"),
        ]
        if picture.now is not None:
            rate, seed = picture.now
            this_run = f"this run: {picture.rate_name} {rate_text(rate)}, seed {seed}"
            signs.append(Sign("line", theme.pink, this_run))
        words = (
            [sentence(rows, picture.rate_name), counts_sentence(rows, drawing.levels)]
            if rows is not None
            else []
        )
        caption = " ".join(part for part in (*words, run_sentence(view)) if part)
        return Figure(
            drawing.item, theme, signs, "J over learning rates and first weights.", caption, drawing
        )

    return make
