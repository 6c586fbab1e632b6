"""The tables that come with the program hold what was published, to the last row."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from playground.engine.input_image import image_shape
from playground.resources import resource
from playground.tables.at_hand import TABLES_AT_HAND

COUNTS = {
    # Points, inputs, classes, rows left out.
    "xor": (4, 2, ("0", "1"), 0),
    "iris": (100, 4, ("versicolor", "virginica"), 50),
    "iris_three": (150, 4, ("setosa", "versicolor", "virginica"), 0),
    "wine": (178, 13, ("A", "B", "C"), 0),
    "digits": (1797, 64, tuple("0123456789"), 0),
    "breast_cancer": (569, 30, ("malignant", "benign"), 0),
    "hubble": (24, 1, (), 0),
    "auto_mpg": (392, 5, (), 6),
}


@pytest.mark.parametrize("name", TABLES_AT_HAND)
def test_its_points_are_those_of_its_source(name):
    points = TABLES_AT_HAND[name].points()
    n, n_inputs, classes, n_left_out = COUNTS[name]
    assert points.X.shape == (n, n_inputs)
    assert (points.classes, points.n_left_out) == (classes, n_left_out)
    assert points.constant == () or name == "digits"


@pytest.mark.parametrize("name", TABLES_AT_HAND)
def test_its_text_is_read_without_a_doubt(name):
    table = TABLES_AT_HAND[name].read()
    assert table.format.encoding == "utf-8"
    assert table.format.header
    assert (table.format.doubts, table.left_out) == ((), [])


@pytest.mark.parametrize("name", TABLES_AT_HAND)
def test_it_names_a_source_and_a_licence_that_allows_copying(name):
    record = TABLES_AT_HAND[name]
    assert record.licence in ("CC BY 4.0", "public domain")
    assert record.source
    assert record.licence != "CC BY 4.0" or "doi:10.24432/" in record.source


def test_no_table_lies_there_without_a_record():
    folder: Path = resource("tables")
    assert {path.name for path in folder.iterdir()} == {record.file for record in TABLES_AT_HAND.values()}


def numbers(table, name):
    values = table.columns[name]
    return values[~np.isnan(values)]


def mean_and_deviation(table, name):
    values = numbers(table, name)
    return pytest.approx((values.mean(), values.std(ddof=1)), abs=5e-4)


def test_xor():
    points = TABLES_AT_HAND["xor"].points()
    assert points.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert points.y.tolist() == [0, 1, 1, 0]


def test_iris_has_the_published_means():
    """Of 150 flowers; those of each kind are table 1 of Fisher's paper."""
    table = TABLES_AT_HAND["iris"].read()
    assert table.n_rows == 150
    kinds = np.array(table.columns["species"])
    means = {
        kind: [round(float(table.columns[name][kinds == kind].mean()), 3) for name in table.numeric]
        for kind in ("setosa", "versicolor", "virginica")
    }
    assert means == {
        "setosa": [5.006, 3.428, 1.462, 0.246],
        "versicolor": [5.936, 2.770, 4.260, 1.326],
        "virginica": [6.588, 2.974, 5.552, 2.026],
    }


def test_breast_cancer_has_the_published_counts_and_ranges():
    table = TABLES_AT_HAND["breast_cancer"].read()
    assert Counter(table.columns["diagnosis"]) == {"malignant": 212, "benign": 357}
    ranges = {
        "mean radius": (6.981, 28.11),
        "mean area": (143.5, 2501.0),
        "concave points error": (0.0, 0.05279),
        "worst perimeter": (50.41, 251.2),
        "worst fractal dimension": (0.05504, 0.2075),
    }
    for name, expected in ranges.items():
        assert (numbers(table, name).min(), numbers(table, name).max()) == expected
    assert numbers(table, "mean radius").mean() == pytest.approx(14.127, abs=5e-4)


def test_the_line_through_hubbles_galaxies_is_the_published_one():
    """Least squares give 454.16 km/s per Mpc and −40.78 km/s."""
    points = TABLES_AT_HAND["hubble"].points()
    slope, intercept = np.polyfit(points.X[:, 0], points.y, 1)
    assert (slope, intercept) == pytest.approx((454.16, -40.78), abs=5e-3)


def test_miles_per_gallon_has_the_published_means_and_deviations():
    table = TABLES_AT_HAND["auto_mpg"].read()
    assert table.n_rows == 398
    published = {
        "miles per gallon": (23.5146, 7.8160),
        "displacement (cubic inches)": (193.4259, 104.2698),
        "horsepower": (104.4694, 38.4912),
        "weight (pounds)": (2970.4246, 846.8418),
        "acceleration (s)": (15.5681, 2.7577),
        "cylinders": (5.4548, 1.7010),
    }
    for name, expected in published.items():
        assert expected == mean_and_deviation(table, name)


def test_wine_has_the_published_counts_means_and_deviations():
    table = TABLES_AT_HAND["wine"].read()
    assert Counter(table.columns["cultivar"]) == {"A": 59, "B": 71, "C": 48}
    published = {"alcohol": (13.0006, 0.8118), "hue": (0.9574, 0.2286), "proline": (746.8933, 314.9075)}
    for name, expected in published.items():
        assert expected == mean_and_deviation(table, name)


def test_digits_have_the_published_counts_and_range():
    points = TABLES_AT_HAND["digits"].points()
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(points.y.astype(int)).tolist() == counts
    assert (points.X.min(), points.X.max()) == (0.0, 16.0)
    assert image_shape(points.inputs) == (8, 8)
    # Three pixels of the edge have no ink in any image.
    assert points.constant == ("r1c1", "r5c1", "r5c8")
