"""The samples of a table: split, standardised, with derived inputs; compared with NumPy and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.engine.datasets import samples_of, training_points
from playground.engine.input_slice import slice_of
from playground.engine.problem_of_experiment import check_start
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.experiment_checks import ExperimentError
from playground.experiment_table import TableSettings
from playground.landscape.boundary import boundary, input_window
from tests.support.tables import FOUR_POINTS, XOR_ROWS, a_table


def numbers(rows: int, inputs: int, seed: int = 0) -> TableSettings:
    values = np.random.default_rng(seed).normal(3.0, 2.0, size=(rows, inputs + 1))
    return a_table(tuple(f"in{i}" for i in range(inputs)), "out", (), values)


def test_without_test_points_the_samples_are_the_table() -> None:
    samples = samples_of(DataSettings.of_table(FOUR_POINTS, test_share=0.0))
    assert samples.X_train.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert samples.y_train.tolist() == [[0], [1], [1], [0]]
    assert samples.X_test.shape == (0, 2)
    assert (samples.input_names, samples.output_name) == (("a", "b"), "same")
    assert samples.class_names == ("no", "yes")
    assert samples.class_word(1.0) == "class yes"
    assert samples.notices == ()


def test_a_single_row_is_a_training_row() -> None:
    for share in (0.0, 0.2, 0.9):
        settings = DataSettings.of_table(
            a_table(("x",), "y", ("a", "b"), [[2, 1]]), test_share=share, standardize=True
        )
        samples = samples_of(settings)
        assert (len(samples.X_train), len(samples.X_test), training_points(settings)) == (1, 0, 1)
        assert samples.X_train.tolist() == [[0.0]]
        assert samples.raw(samples.X_train).tolist() == [[2.0]]


def test_named_test_rows_are_the_test_points() -> None:
    table = a_table(("x",), "y", (), [[i, 10 * i] for i in range(6)], (4, 1))
    settings = DataSettings.of_table(table)
    samples = samples_of(settings)
    assert samples.X_train[:, 0].tolist() == [0, 2, 3, 5]
    assert samples.y_test[:, 0].tolist() == [10, 40]
    assert training_points(settings) == 4


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.9])
@pytest.mark.parametrize(("ones", "zeros"), [(1, 1), (3, 30), (40, 0), (50, 50), (1, 9)])
def test_test_rows_are_drawn_from_each_class_in_proportion(share: float, ones: int, zeros: int) -> None:
    rows = [[i, 1] for i in range(ones)] + [[100 + i, 0] for i in range(zeros)]
    table = a_table(("x",), "y", ("a", "b"), rows)
    settings = DataSettings.of_table(table, test_share=share, seed=5)
    samples = samples_of(settings)
    train, test = samples.X_train[:, 0], samples.X_test[:, 0]
    assert sorted([*train, *test]) == [row[0] for row in rows]
    assert list(train) == sorted(train)
    assert len(train) == training_points(settings)
    for label, count in ((1.0, ones), (0.0, zeros)):
        held_back = int((samples.y_test[:, 0] == label).sum())
        assert abs(held_back - min(count * share, max(count - 1, 0))) <= 1
        assert held_back <= max(count - 1, 0)
    again = samples_of(settings)
    assert again.X_test.tobytes() == samples.X_test.tobytes()
    if 0.2 < share < 0.6 and ones == 50:
        other = samples_of(DataSettings.of_table(table, test_share=share, seed=6))
        assert other.X_test.tobytes() != samples.X_test.tobytes()


def test_standardisation_is_that_of_the_training_rows() -> None:
    samples = samples_of(DataSettings.of_table(numbers(200, 5), standardize=True))
    raw = samples.raw(samples.X_train)
    assert len(samples.X_test) == 40
    np.testing.assert_allclose(samples.mean, raw.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(samples.scale, np.std(raw, axis=0), rtol=1e-13)
    np.testing.assert_allclose(samples.X_train.mean(axis=0), 0.0, atol=1e-14)
    np.testing.assert_allclose(samples.X_train.std(axis=0), 1.0, rtol=1e-14)
    assert abs(samples.X_test.mean()) > 1e-6


def test_a_constant_column_is_said_and_not_divided_by_zero() -> None:
    rows = [[0.1, i, 1e-200 * i, i % 2] for i in range(7)]
    table = a_table(("always 0.1", "i", "tiny"), "odd", (), rows)
    samples = samples_of(DataSettings.of_table(table, test_share=0.0, standardize=True))
    assert samples.X_train[:, 0].tolist() == [0.0] * 7
    np.testing.assert_allclose(samples.X_train[:, 1].std(), 1.0)
    # Squares of numbers as small are 0.
    np.testing.assert_allclose(samples.X_train[:, 2], samples.X_train[:, 1], rtol=1e-12)
    assert samples.notices == ("always 0.1 is the same in all training rows: it tells the network nothing.",)
    one_class = samples_of(DataSettings.of_table(a_table(("x",), "y", ("a", "b"), [[1, 1], [2, 1]])))
    assert one_class.notices == ("All training rows are of one class, b.",)


def test_derived_inputs_are_computed_from_raw_ones_and_then_standardised() -> None:
    table = numbers(50, 2)
    derived = ("x1²", "x2²", "x1·x2", "sin x1", "sin x2", "exp(-in0/10) + in1", "x₁^3")
    settings = DataSettings.of_table(table, standardize=True, derived_inputs=derived)
    samples = samples_of(settings)
    raw = samples.raw(samples.X_train)
    one, two = raw.T
    columns = [one, two, one**2, two**2, one * two, np.sin(one), np.sin(two), np.exp(-one / 10) + two, one**3]
    expected = np.column_stack(columns)
    expected = (expected - expected.mean(axis=0)) / expected.std(axis=0)
    np.testing.assert_allclose(samples.X_train, expected, rtol=1e-9, atol=1e-9)
    assert samples.input_names == ("in0", "in1", *derived)
    assert samples.raw_names == ("in0", "in1")
    np.testing.assert_allclose(samples.inputs_of(raw), samples.X_train, rtol=1e-9, atol=1e-9)
    assert Experiment(settings).layer_sizes == (9, 4, 1)


def test_a_circle_is_learned_without_a_hidden_layer_from_squares() -> None:
    """With x1² and x2² two circles are separated by a straight line, drawn as a circle over x1 and x2."""
    data = DataSettings(noise=0.0, standardize=True, derived_inputs=("x1²", "x2²"))
    experiment = Experiment(data, NetworkSettings(hidden_layers=()), TrainingSettings(learning_rate=1.0))
    trainer = Trainer(experiment)
    trainer.advance(2000)
    assert trainer.view().train_accuracy == 1.0
    found = boundary(trainer.network, trainer.parameters, trainer.samples, resolution=41)
    assert found.output.shape == (41, 41)
    X1, X2 = np.meshgrid(found.x1, found.x2)
    radius = np.hypot(X1, X2)
    assert (found.output[radius < 2.2] < 0.5).all()
    assert (found.output[radius > 3.8] > 0.5).all()


@pytest.mark.parametrize(
    ("derived", "sentence"),
    [
        (("log(x1)",), r'has "log\(x1\)", which is not finite in row 1'),
        (("1/(x2 - 1)",), r"which is not finite in row 2"),
        (("exp(1000*x2)",), r"which is not finite in row 2"),
        (("10^(x2*200)",), r"which is larger than 1e\+150 in row 2"),
    ],
)
def test_a_derived_input_that_is_not_finite_names_the_row(derived: tuple[str, ...], sentence: str) -> None:
    experiment = Experiment(DataSettings.of_table(FOUR_POINTS, derived_inputs=derived))
    with pytest.raises(ExperimentError, match=sentence):
        check_start(experiment)
    with pytest.raises(ExperimentError, match="in point"):
        check_start(Experiment(DataSettings(derived_inputs=("log(x1)",))))


@pytest.mark.parametrize(
    ("derived", "sentence"),
    [
        (("x3",), "x3 is no input; inputs are x1, x2, a, b"),
        (("x1 +",), 'has "x1 \\+", which cannot be read'),
        (("2 + 3",), "depends on no input"),
        (("x1²", "x1^2"), "twice"),
        ((3,), "must hold expressions, not 3"),
        ("x1", "must be a list of expressions"),
        (tuple(f"x1^{n}" for n in range(2, 66)), "at most 64 together, not 66"),
    ],
)
def test_what_is_no_derived_input_gets_one_sentence(derived: object, sentence: str) -> None:
    with pytest.raises(ExperimentError, match=sentence) as refused:
        DataSettings.of_table(FOUR_POINTS, derived_inputs=derived)
    assert refused.value.field == "data.derived_inputs"


def test_a_name_of_the_table_comes_before_a_place() -> None:
    table = a_table(("x2", "x1"), "y", (), [[1, 10, 0], [2, 20, 0]])
    samples = samples_of(DataSettings.of_table(table, test_share=0.0, derived_inputs=("x1 + 1",)))
    assert samples.X_train[:, 2].tolist() == [11, 21]


def test_predictions_over_two_of_four_inputs_hold_the_others_at_their_means() -> None:
    trainer = Trainer(Experiment(DataSettings.of_table(numbers(60, 4), standardize=True)))
    trainer.advance(20)
    samples = trainer.samples
    found = boundary(trainer.network, trainer.parameters, samples, resolution=5)
    others = samples.raw(samples.X_train).mean(axis=0)[2:]
    point = np.array([[found.x1[3], found.x2[1], *others]])
    expected = trainer.network.predict(trainer.parameters, (point - samples.mean) / samples.scale)
    assert found.output[1, 3] == pytest.approx(float(expected[0, 0]), rel=1e-12)
    assert slice_of(samples).sentence == "Shows 2 of 4 inputs, the others at their means."
    assert len(input_window(samples)) == 4


def test_xor_by_hand() -> None:
    """Four points, weights set by hand: J = −mean log of the probability of each point's class."""
    experiment = Experiment(
        DataSettings.of_table(FOUR_POINTS, test_share=0.0), NetworkSettings(hidden_layers=(2,))
    )
    trainer = Trainer(experiment)
    # Both hidden neurons see a + b, one from 0.5 on and one from 1.5 on.
    theta = np.array([4.0, 4.0, 4.0, 4.0, -2.0, -6.0, 3.0, -3.0, -3.0])
    p = []
    for a, b, _ in XOR_ROWS:
        first, second = math.tanh(4 * a + 4 * b - 2), math.tanh(4 * a + 4 * b - 6)
        p.append(1 / (1 + math.exp(-(3 * first - 3 * second - 3))))
    by_hand = -(math.log(1 - p[0]) + math.log(p[1]) + math.log(p[2]) + math.log(1 - p[3])) / 4
    samples = trainer.samples
    J = trainer.network.loss(theta, samples.X_train, samples.y_train)
    assert pytest.approx(by_hand, rel=1e-12) == J


def test_twenty_thousand_rows_train() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 10))
    y = (X[:, 0] + X[:, 1] > 0).astype(float)
    table = a_table(tuple(f"c{i}" for i in range(10)), "y", ("low", "high"), np.column_stack([X, y]))
    trainer = Trainer(Experiment(DataSettings.of_table(table), training=TrainingSettings(batch_size=100)))
    assert len(trainer.samples.X_train) == 16_000
    trainer.advance(160)
    assert trainer.view().test_accuracy > 0.9
