"""The confusion matrix as a figure for paper and as a table."""

from __future__ import annotations

import json

from playground.drawing.data.confusion import ConfusionItem, ConfusionPicture
from playground.drawing.kit.theme import Theme
from playground.engine.confusion import Confusion
from playground.engine.recording.run_view import RunView
from playground.export.figure import Figure
from playground.export.figures import MakeFigure
from playground.export.run_words import run_sentence
from playground.export.table import Column, Table, table_of

CAPTION = (
    "Rows: the true class; columns: the class that the network says. A cell is the darker, the larger its "
    "share of its row."
)


def confusion_figure(picture: ConfusionPicture, view: RunView) -> MakeFigure:
    """Return the confusion matrices of training and test points."""

    def make(theme: Theme) -> Figure:
        rights = [f"{matrix.right} of {matrix.total} {words} are right" for words, matrix in picture.parts]
        caption = f"{CAPTION} {'; '.join(rights)}. {run_sentence(view)}"
        return Figure(ConfusionItem(theme, picture), theme, title="Confusion matrix.", caption=caption)

    return make


def confusion_table(train: Confusion, test: Confusion, class_names: tuple[str, ...], view: RunView) -> Table:
    """Return a row for each pair of a true and a said class, of training and of test points."""
    rows: list[tuple[str, str, str | None, int]] = []
    unsaid = bool(train.unsaid.sum() + test.unsaid.sum())
    for words, matrix in (("training", train), ("test", test)):
        for row, true in enumerate(class_names):
            rows += [(words, true, said, int(matrix.counts[row, k])) for k, said in enumerate(class_names)]
            if unsaid:
                rows.append((words, true, None, int(matrix.unsaid[row])))
    points, true_names, said_names, counts = zip(*rows, strict=True)
    columns = (
        Column("points", "", "training or test points", points),
        Column("true class", "", "the class of the points", true_names),
        Column("said class", "", "the class with the largest ŷ", said_names, "where ŷ is not a number"),
        Column("count", "points", "how many there are", counts),
    )
    about = {"step": view.step, "experiment": json.loads(view.experiment_file.to_json())}
    return table_of("confusion", columns, about)
