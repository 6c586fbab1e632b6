"""Small tables that come with the program, each with its source and a licence that allows copying."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.resources import resource
from playground.tables.choice import CLASSES, Chosen
from playground.tables.reader import read_table
from playground.tables.table import Table

FORMAT = {
    "encoding": "utf-8",
    "separator": ",",
    "quote": '"',
    "decimal": ".",
    "thousands": "",
    "header": True,
}
"""Of all these files: nothing need be recognised."""
CC_BY = "CC BY 4.0"
PUBLIC_DOMAIN = "public domain"


@dataclass(frozen=True)
class TableAtHand:
    """A table at hand.

    title, sentence  as in the window
    file             in resources/tables
    source, licence  where it is from, and what allows to copy it
    target           the column that is learned; all other columns of numbers are inputs
    classes          the classes whose rows are taken, where the target has more than two
    pictured         the inputs that a small picture shows; () where they are the pixels of an image
    """

    title: str
    sentence: str
    file: str
    source: str
    licence: str
    target: str
    classes: tuple[str, ...] | None = None
    pictured: tuple[str, ...] = ()

    def read(self) -> Table:
        """Return the whole table. Raises TableError."""
        return read_table(resource("tables", self.file), **FORMAT)

    def points(self) -> Chosen:
        """Return its points. Raises TableError."""
        table = self.read()
        inputs = [name for name in table.numeric if name != self.target]
        return table.chosen(inputs, self.target, classes=self.classes)

    def some_rows(self, most: int) -> Floats:
        """Return all inputs (n, d) of the first rows, where they are the pixels of images."""
        with resource("tables", self.file).open(encoding="utf-8", newline="") as file:
            rows = list(itertools.islice(csv.DictReader(file), most))
        return np.array(
            [[float(value) for name, value in row.items() if name != self.target] for row in rows]
        )

    def some_points(self, most: int) -> tuple[Floats, Floats, bool]:
        """Return the pictured inputs (n, d) and targets (n,) of a few rows, and whether they are classes.

        The file is not read as a table: a window that starts has no time for that.
        """
        with resource("tables", self.file).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if self.classes is not None:
            rows = [row for row in rows if row[self.target] in self.classes]
        rows = [row for row in rows if all(row[name] for name in (*self.pictured, self.target))]
        rows = rows[:: -(-len(rows) // most)]
        X = np.array([[float(row[name]) for name in self.pictured] for row in rows])
        classes = list(dict.fromkeys(row[self.target] for row in rows))
        if self.classes is not None or len(classes) == CLASSES:
            return X, np.array([float(classes.index(row[self.target])) for row in rows]), True
        return X, np.array([float(row[self.target]) for row in rows]), False


TABLES_AT_HAND: Mapping[str, TableAtHand] = {
    "xor": TableAtHand(
        title="XOR, four points",
        sentence="One or the other but not both: the smallest table that no straight line separates.",
        file="xor.csv",
        source="the truth table of exclusive or",
        licence=PUBLIC_DOMAIN,
        target="xor",
        pictured=("x1", "x2"),
    ),
    "iris": TableAtHand(
        title="Iris",
        sentence="Two kinds of iris that overlap a little, by the lengths and widths of their leaves.",
        file="iris.csv",
        source="R. A. Fisher (1936), Annals of Eugenics 7, 179–188, with the values of that paper; UCI "
        "Machine Learning Repository, doi:10.24432/C56C76",
        licence=CC_BY,
        target="species",
        classes=("versicolor", "virginica"),
        pictured=("petal length (cm)", "petal width (cm)"),
    ),
    "iris_three": TableAtHand(
        title="Iris, three kinds",
        sentence="All three kinds of iris: one stands apart, two overlap a little.",
        file="iris.csv",
        source="R. A. Fisher (1936), Annals of Eugenics 7, 179–188, with the values of that paper; UCI "
        "Machine Learning Repository, doi:10.24432/C56C76",
        licence=CC_BY,
        target="species",
        classes=("setosa", "versicolor", "virginica"),
        pictured=("petal length (cm)", "petal width (cm)"),
    ),
    "wine": TableAtHand(
        title="Wine",
        sentence="Thirteen measures of Italian wines, and which of three cultivars they were made from.",
        file="wine.csv",
        source="S. Aeberhard, M. Forina (1992), Wine, UCI Machine Learning Repository, doi:10.24432/C5PC7J",
        licence=CC_BY,
        target="cultivar",
        classes=("A", "B", "C"),
        pictured=("flavanoids", "colour intensity"),
    ),
    "digits": TableAtHand(
        title="Handwritten digits",
        sentence="Images of 8 × 8 pixels, written by 13 people: ten classes.",
        file="digits.csv",
        source="E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits, the test set, UCI "
        "Machine Learning Repository, doi:10.24432/C50P49",
        licence=CC_BY,
        target="digit",
        classes=tuple("0123456789"),
    ),
    "breast_cancer": TableAtHand(
        title="Breast cancer",
        sentence="Thirty measures of the nuclei of cells, and whether the tumour is malignant.",
        file="breast-cancer.csv",
        source="W. H. Wolberg, O. L. Mangasarian, W. N. Street (1995), Breast Cancer Wisconsin (Diagnostic), "
        "UCI Machine Learning Repository, doi:10.24432/C5DW2B",
        licence=CC_BY,
        target="diagnosis",
        pictured=("mean radius", "mean texture"),
    ),
    "hubble": TableAtHand(
        title="Hubble's galaxies",
        sentence="The farther a galaxy, the faster it recedes: one input, a straight line.",
        file="hubble.csv",
        source="E. Hubble (1929), Proceedings of the National Academy of Sciences 15, 168–173, table 1",
        licence=PUBLIC_DOMAIN,
        target="velocity (km/s)",
        pictured=("distance (Mpc)",),
    ),
    "auto_mpg": TableAtHand(
        title="Miles per gallon",
        sentence="How far cars of the years 1970 to 1982 go: five inputs, six rows with a gap.",
        file="auto-mpg.csv",
        source="R. Quinlan (1993), Auto MPG, UCI Machine Learning Repository, doi:10.24432/C5859H, without "
        "years, origins and names of the cars",
        licence=CC_BY,
        target="miles per gallon",
        pictured=("horsepower", "weight (pounds)"),
    ),
}
