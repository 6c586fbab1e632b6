"""A table in an experiment: its checks, its file, and what a change of another setting costs."""

from __future__ import annotations

import json
import pickle
import timeit
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from playground.experiment import DataSettings, Experiment, ExperimentFile
from playground.experiment_checks import ExperimentError
from playground.experiment_table import TableSettings
from tests.support.tables import FOUR_POINTS, XOR_ROWS, a_table


def of(table: TableSettings, **data: Any) -> Experiment:
    return Experiment(DataSettings.of_table(table, **data))


def content(**changed: Any) -> dict[str, Any]:
    """The JSON of four points with some fields of the table changed, those of None left out."""
    table = {"inputs": ["a", "b"], "target": "same", "classes": ["no", "yes"], "rows": XOR_ROWS, **changed}
    table = {name: value for name, value in table.items() if value is not None}
    return {"version": 3, "data": {"dataset": "table", "table": table}}


def refusal(given: dict[str, Any]) -> str:
    with pytest.raises(ExperimentError) as refused:
        Experiment.from_json(json.dumps(given))
    return str(refused.value)


@pytest.mark.parametrize(
    "table",
    [
        FOUR_POINTS,
        replace(FOUR_POINTS, test_rows=(3, 1)),
        a_table(("hours of study",), "grade", (), [[0.1 + 0.2, -0.0], [1e-300, 1e150]]),
        a_table(("x",), "y", ("a", "b"), [[1.0, 0]]),
        a_table(('<b>"quoted"</b>', "größe\nin cm"), "ŷ", (), np.random.default_rng(0).normal(size=(9, 3))),
    ],
)
def test_a_file_of_a_table_is_read_as_it_was_written(table: TableSettings) -> None:
    experiment = of(table, test_share=0.0)
    text = experiment.to_json()
    assert json.loads(text)["version"] == 3
    read = Experiment.from_json(text)
    assert read == experiment
    assert hash(read) == hash(experiment)
    assert read.data is not None
    assert read.data.kept_table.rows.tobytes() == table.rows.tobytes()
    assert read.data.kept_table.test_rows == table.test_rows
    assert read.to_json() == text


def test_a_file_has_the_lowest_version_that_can_say_it() -> None:
    assert json.loads(Experiment().to_json())["version"] == 1
    derived = Experiment().with_value("data.derived_inputs", ("x1²",))
    assert json.loads(derived.to_json())["version"] == 3
    assert Experiment.from_json(derived.to_json()) == derived
    assert "table" not in json.loads(derived.to_json())["data"]


@pytest.mark.parametrize("version", [4, 5, 1000])
def test_a_newer_version_is_refused(version: int) -> None:
    assert "newer than this program reads (3)" in refusal({**content(), "version": version})


def test_points_follow_the_table() -> None:
    assert Experiment.from_json(json.dumps(content())) == of(FOUR_POINTS)
    given = content()
    given["data"]["points"] = 5
    assert "is 5, and the table has 4 rows" in refusal(given)
    experiment = Experiment().with_value("data.table", FOUR_POINTS)
    assert (experiment.data.dataset, experiment.data.points) == ("table", 4)
    assert experiment.network.loss == "binary_cross_entropy"
    numbers = experiment.with_value("data.table", a_table(("x",), "y", (), [[1, 2]]))
    assert numbers.network.loss == "squared_error"
    assert numbers.layer_sizes == (1, 4, 1)
    away = experiment.with_value("data.dataset", "xor")
    assert (away.data.table, away.data.points) == (None, 200)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"rows": []}, "must hold 1 to 20000 rows, not 0"),
        ({"rows": [[0, 0, 0]] * 20_001}, "must hold 1 to 20000 rows, not 20001"),
        ({"rows": [[0, 0]]}, "row 1 has 2"),
        ({"rows": [[0, 0, 0], [0, "1", 0]]}, 'row 2 has "1"'),
        ({"rows": [[0, 0, 0], [0, True, 0]]}, "row 2 has true"),
        ({"rows": [[0, 0, 0], [0, None, 0]]}, "row 2 has null"),
        ({"rows": [[0, 0, 0], 3]}, "row 2 is 3"),
        ({"rows": [[0, 1e200, 0]]}, "row 1 has 1e+200, which is larger than 1e+150"),
        ({"rows": [[0, 10**400, 0]]}, "which is larger than 1e+150"),
        ({"rows": [[0, 0, 0], [0, 0, 2]]}, "0 or 1 as the class of each row; row 2 has 2"),
        ({"rows": [[0, 0, 0.5]]}, "row 1 has 0.5"),
        ({"rows": {"a": 1}}, "must be a list of rows"),
        ({"inputs": []}, "must name 1 to 64 inputs, not 0"),
        ({"inputs": [f"x{i}" for i in range(65)]}, "must name 1 to 64 inputs, not 65"),
        ({"inputs": ["a", "a"]}, 'names "a" twice'),
        ({"inputs": ["a", " "]}, "has a name that is empty"),
        ({"inputs": ["a", 3]}, "must hold names, not 3"),
        ({"inputs": "ab"}, "must be a list of names"),
        ({"inputs": ["a", "x" * 300]}, "more than 200 characters"),
        ({"target": ""}, "has a name that is empty"),
        ({"target": "a"}, "which is an input too"),
        ({"target": ["y"]}, "must be a name, or a list of 2 to 3, not of 1"),
        ({"target": ["y", "z", "u", "v"]}, "must be a name, or a list of 2 to 3, not of 4"),
        ({"target": ["y", "z"]}, "are of one target, and there are 2"),
        ({"target": ["y", "y"]}, 'names "y" twice'),
        ({"target": ["y", "a"]}, "which is an input too"),
        ({"target": 3}, "must be a name, or a list of 2 to 3, not 3"),
        ({"classes": ["one"]}, "must name 2 to 10 classes, or none where the target is a number, not 1"),
        ({"classes": list("abcdefghijk")}, "not 11"),
        ({"classes": ["a", "a"]}, 'names "a" twice'),
        ({"test_rows": [4]}, "must be rows from 0 to 3, not 4"),
        ({"test_rows": [-1]}, "must be rows from 0 to 3, not -1"),
        ({"test_rows": [1, 1]}, "names a row twice"),
        ({"test_rows": [0.0]}, "must hold row numbers from 0, not 0.0"),
        ({"test_rows": [0, 1, 2, 3]}, "must leave at least one row to train on"),
        ({"rows": None}, "data.table.rows: is absent"),
        ({"row": 3}, "data.table.row: is an unknown field"),
    ],
)
def test_what_is_no_table_gets_one_sentence(changed: dict[str, Any], sentence: str) -> None:
    text = refusal(content(**changed))
    assert sentence in text
    assert text.startswith("data.table.")
    assert text.count(". ") == 0


def test_a_table_of_too_many_numbers_is_refused() -> None:
    names = tuple(f"x{i}" for i in range(25))
    with pytest.raises(ExperimentError, match="at most 500000 numbers, not 20000 × 26"):
        a_table(names, "y", (), np.zeros((20_000, 26)))
    assert a_table(names[:24], "y", (), np.zeros((20_000, 25))).n_rows == 20_000


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ExperimentError, match=r"row 2 has .*, which is no finite number"):
        a_table(("a",), "y", (), [[0.0, 0.0], [bad, 0.0]])


def test_a_table_stands_only_beside_its_data_set() -> None:
    assert "has no place beside" in refusal({"data": {"dataset": "xor", "table": content()["data"]["table"]}})
    assert "data.table: is absent" in refusal({"data": {"dataset": "table"}})
    assert "must be an object" in refusal({"data": {"dataset": "table", "table": [1]}})


def test_the_rows_are_one_array_that_nothing_can_change() -> None:
    source = np.array(XOR_ROWS, dtype=float)
    table = a_table(("a", "b"), "same", ("no", "yes"), source)
    source[0, 0] = 7.0
    assert table == FOUR_POINTS
    with pytest.raises(ValueError, match="read-only"):
        table.rows[0, 0] = 1.0
    experiment = of(table)
    for other in (
        experiment.with_value("training.learning_rate", 0.1),
        experiment.with_value("data.standardize", True),
        ExperimentFile(experiment, (), 3).experiment,
    ):
        assert other.data.kept_table.rows is table.rows
    copy = pickle.loads(pickle.dumps(table))
    assert copy == table
    assert not copy.rows.flags.writeable


@pytest.mark.parametrize(
    "other",
    [
        replace(FOUR_POINTS, inputs=("a", "c")),
        replace(FOUR_POINTS, target="other"),
        replace(FOUR_POINTS, classes=("no", "maybe")),
        replace(FOUR_POINTS, classes=()),
        replace(FOUR_POINTS, rows=np.array([*XOR_ROWS[:3], [1.0, 1, 1]])),
        replace(FOUR_POINTS, test_rows=()),
        replace(FOUR_POINTS, rows=np.array(XOR_ROWS[:3], float)),
    ],
)
def test_tables_differ_by_each_of_their_parts(other: TableSettings) -> None:
    assert other != FOUR_POINTS
    assert of(other) != of(FOUR_POINTS)


def test_a_change_of_the_learning_rate_does_not_look_at_the_rows() -> None:
    large = a_table(
        tuple(f"x{i}" for i in range(24)), "y", (), np.random.default_rng(0).normal(size=(20_000, 25))
    )

    def change(experiment: Experiment) -> None:
        changed = experiment.with_value("training.learning_rate", 0.1)
        assert changed != experiment
        hash(changed)

    few, many = of(a_table(("x",), "y", (), [[1, 2]])), of(large)
    # An equal table in another array, as one that was read again.
    twin = of(pickle.loads(pickle.dumps(large)))
    seconds = [min(timeit.repeat(partial(change, e), number=50, repeat=5)) for e in (few, many)]
    assert seconds[1] < 10 * seconds[0]
    compared = min(timeit.repeat(lambda: many == twin, number=50, repeat=5))
    rows = min(
        timeit.repeat(lambda: np.array_equal(large.rows, twin.data.kept_table.rows), number=50, repeat=5)
    )
    assert compared < rows / 10


def test_what_came_with_a_table_goes_with_it() -> None:
    table = DataSettings.of_table(FOUR_POINTS, test_share=0.0, standardize=True)
    assert table.with_dataset("dataset", "two_circles") == DataSettings("two_circles")
    own = DataSettings("two_circles", test_share=0.4)
    assert own.with_dataset("dataset", "two_moons").test_share == 0.4
