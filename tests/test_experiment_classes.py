"""Experiments with more than two classes and with several numbers: what fits, what a file says."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from playground.engine.datasets import generated_table, samples_of
from playground.engine.painted_points import painted, stroke_back
from playground.experiment import (
    OUTPUTS,
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    losses_for,
    outputs_for,
)
from playground.experiment_checks import ExperimentError
from playground.known_tables import data_at_hand, name_at_hand
from tests.support.tables import a_table

ROWS = [[x, 2.0 * x, index % 4] for index, x in enumerate(np.linspace(0.0, 1.0, 40))]
FOUR = a_table(("a", "b"), "kind", ("ant", "bee", "cat", "dog"), ROWS)
PAIR = a_table(("a",), ("u", "v"), (), [[x, x * x, 2.0 - x] for x in np.linspace(0.0, 1.0, 30)])


def test_classes_become_columns_of_zeros_and_ones_and_numbers_stay() -> None:
    samples = samples_of(DataSettings.of_table(FOUR, test_share=0.25))
    assert samples.y_train.shape == (30, 4)
    assert samples.y_test.shape == (10, 4)
    assert samples.class_names == ("ant", "bee", "cat", "dog")
    X = np.concatenate([samples.X_train, samples.X_test])
    labels = samples.labels(np.concatenate([samples.y_train, samples.y_test]))
    by_input = {row[0]: row[2] for row in ROWS}
    assert [by_input[x] for x in X[:, 0].tolist()] == labels.tolist()
    assert samples.target_word(np.array([0.0, 0.0, 1.0])) == "class cat"

    pair = samples_of(DataSettings.of_table(PAIR, test_share=0.0))
    np.testing.assert_allclose(pair.y_train, np.column_stack([pair.X_train**2, 2.0 - pair.X_train]))
    assert (pair.output_name, pair.classification) == ("u, v", False)


@pytest.mark.parametrize(
    ("data", "loss", "output", "sizes"),
    [
        (DataSettings.of_table(FOUR), "softmax_cross_entropy", "softmax", (2, 4, 4)),
        (DataSettings.of_table(PAIR), "squared_error", "linear", (1, 4, 2)),
        (DataSettings("three_blobs"), "softmax_cross_entropy", "softmax", (2, 4, 3)),
        (DataSettings("five_spirals"), "softmax_cross_entropy", "softmax", (2, 4, 5)),
        (data_at_hand("iris_three"), "softmax_cross_entropy", "softmax", (4, 4, 3)),
        (data_at_hand("iris"), "binary_cross_entropy", "sigmoid", (4, 4, 1)),
    ],
)
def test_the_data_decide_loss_and_outputs(
    data: DataSettings, loss: str, output: str, sizes: tuple[int, ...]
) -> None:
    experiment = Experiment(data)
    assert (experiment.loss, experiment.output, experiment.layer_sizes) == (loss, output, sizes)
    text = experiment.to_json()
    assert Experiment.from_json(text) == experiment
    assert json.loads(text)["version"] == 3
    named = Experiment(data, NetworkSettings(loss=loss, output=output))
    assert named == experiment


@pytest.mark.parametrize(
    "data",
    [
        DataSettings(),
        DataSettings("three_blobs"),
        DataSettings("sine"),
        DataSettings.of_table(FOUR),
        DataSettings.of_table(PAIR),
        DataSettings.of_table(a_table(("a",), ("u", "v"), (), [[x, x * x, x] for x in (0.0, 0.5, 1.0)])),
    ],
)
def test_the_outputs_that_are_offered_are_those_that_an_experiment_accepts(data: DataSettings) -> None:
    for loss in losses_for(data.kind):
        offered = outputs_for(data, loss)
        assert Experiment(data, NetworkSettings(loss=loss)).output == offered[0]
        for output in OUTPUTS:
            try:
                accepted = Experiment(data, NetworkSettings(loss=loss, output=output)).output == output
            except ExperimentError:
                accepted = False
            assert accepted == (output in offered), (loss, output)


@pytest.mark.parametrize(
    ("data", "network", "sentence"),
    [
        (
            DataSettings("three_blobs"),
            {"loss": "binary_cross_entropy"},
            '"binary_cross_entropy" needs two classes, and "three_blobs" has 3 classes; '
            'take "softmax_cross_entropy".',
        ),
        (
            DataSettings("xor"),
            {"loss": "softmax_cross_entropy"},
            '"softmax_cross_entropy" needs three classes or more, and "xor" has 2 classes; '
            'take "binary_cross_entropy".',
        ),
        (
            DataSettings("sine"),
            {"loss": "softmax_cross_entropy"},
            '"softmax_cross_entropy" needs classes, and "sine" has values; take "squared_error".',
        ),
        (
            DataSettings("three_blobs"),
            {"output": "sigmoid"},
            'must be "softmax" for "softmax_cross_entropy".',
        ),
        (
            DataSettings("three_blobs"),
            {"loss": "squared_error", "output": "softmax"},
            '"softmax" needs "softmax_cross_entropy".',
        ),
        (
            DataSettings.of_table(PAIR),
            {"output": "sigmoid"},
            '"sigmoid" needs classes, and "table" has values below 0 or above 1.',
        ),
    ],
)
def test_what_does_not_fit_gets_one_sentence(
    data: DataSettings, network: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ExperimentError) as caught:
        Experiment(data, NetworkSettings(**network))
    assert caught.value.reason == sentence


def test_other_data_bring_their_usual_loss_and_keep_what_fits() -> None:
    experiment = Experiment()
    three = experiment.with_value("data.dataset", "three_spirals")
    assert (three.loss, three.layer_sizes) == ("softmax_cross_entropy", (2, 4, 3))
    assert three.with_value("data.dataset", "five_blobs").loss == "softmax_cross_entropy"
    assert three.with_value("data.dataset", "two_moons").loss == "binary_cross_entropy"
    assert three.with_value("data.dataset", "sine").loss == "squared_error"
    squares = three.with_value("network.loss", "squared_error").with_value("network.output", "sigmoid")
    assert squares.with_value("data.dataset", "xor").output == "sigmoid"
    assert squares.with_data(DataSettings.of_table(PAIR)).output == "linear"
    frozen = three.with_value("network.frozen", ["b[2]₃", "W[1]"])
    assert frozen.with_value("data.dataset", "xor").network.frozen == ("W[1]",)
    assert frozen.with_data(DataSettings("five_blobs")).network.frozen == ("b[2]₃", "W[1]")


def test_a_file_says_targets_as_a_list_and_classes_as_indices() -> None:
    table = json.loads(Experiment(DataSettings.of_table(PAIR)).to_json())["data"]["table"]
    assert (table["target"], "classes" in table) == (["u", "v"], False)
    table = json.loads(Experiment(DataSettings.of_table(FOUR)).to_json())["data"]["table"]
    assert (table["target"], table["classes"]) == ("kind", ["ant", "bee", "cat", "dog"])
    assert [row[-1] for row in table["rows"][:5]] == [0, 1, 2, 3, 0]
    with pytest.raises(ExperimentError, match="must have 0 to 3 as the class of each row; row 2 has 4"):
        a_table(("a",), "kind", tuple("wxyz"), [[0, 0], [0, 4]])


def test_the_points_of_a_generated_set_are_the_same_as_a_table() -> None:
    drawn = DataSettings("five_blobs", points=100, standardize=True)
    as_table = DataSettings.of_table(generated_table(drawn), standardize=True)
    one, other = samples_of(drawn), samples_of(as_table)
    for name in ("X_train", "y_train", "X_test", "y_test"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_points_of_three_classes_can_change_during_a_run() -> None:
    data = DataSettings("three_blobs", points=30)
    value = {"added": [[0.0, 0.0, 2]]}
    after = painted(data, data, [value])
    assert samples_of(after).y_train[-1].tolist() == [0.0, 0.0, 1.0]
    assert painted(data, after, [stroke_back(data, value)]).points == 30
    with pytest.raises(ExperimentError, match="must have 0 to 2 as the class, not 3"):
        painted(data, data, [{"added": [[0.0, 0.0, 3]]}])
    file = ExperimentFile(Experiment(data), (Change(3, "data.table", value),))
    assert ExperimentFile.from_json(file.to_json()) == file


def test_iris_is_known_with_two_kinds_and_with_three() -> None:
    for name, rows in (("iris", 100), ("iris_three", 150)):
        table = data_at_hand(name).table
        assert table is not None
        assert (table.n_rows, name_at_hand(table)) == (rows, name)


def test_the_words_for_several_numbers_speak_of_no_class() -> None:
    words = samples_of(DataSettings.of_table(PAIR)).output_words("squared_error")
    assert words.several
    assert "class" not in words.name + words.symbol + words.half + words.each_loss + words.title(1)
    of_classes = samples_of(data_at_hand("iris_three")).output_words("squared_error")
    assert of_classes.name == "predicted value ŷ of each class"
