"""Experiments: what is written reads back, what is absent takes its default, what is bad names its field."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.experiment import (
    ACTIVATIONS,
    DATASETS,
    INITIALIZATIONS,
    LIVE_FIELDS,
    LONGEST_RUN,
    MAX_LEARNING_RATE,
    MAX_SEED,
    MIN_LEARNING_RATE,
    OPTIMIZERS,
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
    losses_for,
)
from playground.experiment_checks import ExperimentError, show
from playground.experiment_json import FORMAT

seeds = st.integers(0, MAX_SEED)
learning_rates = st.floats(MIN_LEARNING_RATE, MAX_LEARNING_RATE)


@st.composite
def experiments(draw):
    dataset = draw(st.sampled_from(list(DATASETS)))
    layers = tuple(draw(st.lists(st.integers(1, 64), max_size=8)))
    losses = losses_for(DATASETS[dataset])
    return Experiment(
        DataSettings(
            dataset,
            draw(st.integers(20, 5000)),
            draw(st.floats(0, 1)),
            draw(st.floats(0, 0.9)),
            draw(st.booleans()),
            draw(seeds),
        ),
        NetworkSettings(
            layers,
            draw(activations(len(layers))),
            draw(st.sampled_from(losses)),
            draw(st.sampled_from(INITIALIZATIONS)),
            draw(seeds),
        ),
        TrainingSettings(
            draw(st.sampled_from(OPTIMIZERS)),
            draw(learning_rates),
            draw(st.none() | st.floats(0, 0.9999)),
            draw(st.none() | st.integers(1, 10**6)),
            draw(st.floats(0, 10)),
            draw(st.floats(0, 10)),
            draw(seeds),
        ),
    )


def activations(layers):
    one = st.sampled_from(ACTIVATIONS)
    return st.one_of(one, st.tuples(*[one] * layers)) if layers else one


def changes(experiment):
    steps, finite = st.integers(0, LONGEST_RUN), st.floats(allow_nan=False, allow_infinity=False)
    parameters = st.lists(finite, min_size=experiment.n_parameters, max_size=experiment.n_parameters)
    return st.lists(
        st.tuples(steps, st.just("training.learning_rate"), learning_rates)
        | st.tuples(steps, st.just("training.optimizer"), st.sampled_from(OPTIMIZERS))
        | st.tuples(steps, st.just("training.batch_size"), st.none() | st.integers(1, 50))
        | st.tuples(steps, st.just("parameters"), parameters),
        max_size=6,
    ).map(lambda entries: tuple(sorted(entries, key=lambda entry: entry[0])))


small = Experiment(network=NetworkSettings((1,)))


@given(experiments())
def test_an_experiment_reads_back_to_the_same_one(experiment):
    assert Experiment.from_json(experiment.to_json()) == experiment


@given(changes(small), st.none() | st.integers(0, LONGEST_RUN))
def test_a_saved_run_reads_back_with_its_log_of_changes(log, steps):
    file = ExperimentFile(small, log, steps)
    back = ExperimentFile.from_json(file.to_json())
    assert back == file
    assert all(isinstance(change, Change) for change in back.changes)


def test_the_default_is_the_experiment_of_the_first_start():
    experiment = Experiment()
    assert experiment.data.dataset == "two_circles"
    assert experiment.data.points == 200
    assert experiment.layer_sizes == (2, 4, 1)
    assert experiment.n_parameters == 17
    assert experiment.network.activation == "tanh"
    assert experiment.network.loss == "binary_cross_entropy"
    assert experiment.training.optimizer == "gradient_descent"
    assert experiment.training.learning_rate == 0.3
    assert experiment.training.batch_size is None


def test_a_schedule_is_written_where_there_is_one():
    training = TrainingSettings(schedule="cosine", schedule_steps=500)
    text = Experiment(training=training).to_json()
    assert json.loads(text)["training"]["schedule_steps"] == 500
    assert Experiment.from_json(text).training == training
    assert "schedule" not in Experiment().to_json()
    for wrong in ({"schedule": "wavy"}, {"schedule_steps": 0}, {"schedule_factor": 0.0}):
        with pytest.raises(ExperimentError, match=r"training\.schedule"):
            TrainingSettings(**wrong)


def test_an_activation_of_each_layer_needs_the_newest_version():
    settings = NetworkSettings((3, 2), ("tanh", "relu"))
    content = json.loads(Experiment(network=settings).to_json())
    assert content["network"]["activation"] == ["tanh", "relu"]
    assert content["version"] == 3
    assert Experiment.from_json(json.dumps(content)).network.activation == ("tanh", "relu")
    assert json.loads(Experiment(network=NetworkSettings((3,), "softplus")).to_json())["version"] == 3
    # The same for every layer is said with one name, which every version can say.
    same = Experiment(network=NetworkSettings((3, 2), ("relu", "relu")))
    assert json.loads(same.to_json())["version"] == 1


@pytest.mark.parametrize("wrong", [("tanh",), ("tanh", "relu", "relu"), (), ("tanh", "swish"), 3, None])
def test_an_activation_that_fits_no_layers_is_refused(wrong):
    with pytest.raises(ExperimentError, match=r"network\.activation") as refused:
        NetworkSettings((3, 2), wrong)
    assert str(refused.value).count(".") <= 3


def test_every_field_is_written_out_under_its_public_name():
    content = json.loads(Experiment().to_json())
    assert content["format"] == FORMAT
    assert content["version"] == 1
    written = {
        f"{section}.{name}" for section in ("data", "network", "training") for name in content[section]
    }
    assert written == {
        *(f"data.{name}" for name in ("dataset", "points", "noise", "test_share", "standardize", "seed")),
        *(f"network.{n}" for n in ("hidden_layers", "activation", "loss", "initialization", "seed")),
        *(
            f"training.{n}"
            for n in ("optimizer", "learning_rate", "momentum", "batch_size", "l1", "l2", "seed")
        ),
    }


def test_an_absent_field_takes_its_default():
    assert Experiment.from_json("{}") == Experiment()
    assert Experiment.from_json('{"training": {"learning_rate": 1}}') == Experiment(
        training=TrainingSettings(learning_rate=1.0)
    )


def test_whole_numbers_are_read_where_numbers_are_meant():
    """JSON writers other than Python's write 1.0 as 1."""
    experiment = Experiment.from_json(
        '{"data": {"noise": 0}, "training": {"learning_rate": 1, "momentum": 0}}'
    )
    for value in (experiment.data.noise, experiment.training.learning_rate, experiment.training.momentum):
        assert type(value) is float


def test_the_loss_suits_the_data_where_none_is_named():
    assert Experiment(DataSettings("sine")).network.loss == "squared_error"
    assert Experiment(DataSettings("xor")).network.loss == "binary_cross_entropy"


def test_nothing_of_an_experiment_can_be_changed():
    experiment = Experiment()
    for part, name in ((experiment, "data"), (experiment.data, "points"), (experiment.training, "l1")):
        with pytest.raises(FrozenInstanceError):
            setattr(part, name, None)
    assert hash(experiment) == hash(Experiment())


BAD_VALUES = [
    ("data.dataset", "three_circles"),
    ("data.dataset", None),
    ("data.dataset", ["xor"]),
    ("data.points", 19),
    ("data.points", 5001),
    ("data.points", 200.0),
    ("data.points", "200"),
    ("data.points", True),
    ("data.noise", -0.1),
    ("data.noise", 1.1),
    ("data.noise", None),
    ("data.test_share", 0.95),
    ("data.test_share", "much"),
    ("data.standardize", 1),
    ("data.seed", -1),
    ("data.seed", 2**32),
    ("data.seed", 0.5),
    ("network.hidden_layers", 4),
    ("network.hidden_layers", "44"),
    ("network.hidden_layers", [0]),
    ("network.hidden_layers", [65]),
    ("network.hidden_layers", [4.0]),
    ("network.hidden_layers", [[4]]),
    ("network.hidden_layers", [1] * 9),
    ("network.hidden_layers", {"4": 4}),
    ("network.hidden_layers", {}),
    ("network.hidden_layers", None),
    ("network.activation", "gelu"),
    ("network.loss", "hinge"),
    ("network.initialization", "ones"),
    ("network.seed", None),
    ("training.optimizer", "sgd"),
    ("training.learning_rate", 0),
    ("training.learning_rate", 1e-7),
    ("training.learning_rate", 101),
    ("training.learning_rate", "0.3"),
    ("training.learning_rate", None),
    ("training.learning_rate", 10**400),
    ("training.momentum", 1.0),
    ("training.momentum", -0.1),
    ("training.batch_size", 0),
    ("training.batch_size", 2.5),
    ("training.batch_size", False),
    ("training.l1", -1),
    ("training.l2", 11),
    ("training.seed", "0"),
]


@pytest.mark.parametrize(("name", "value"), BAD_VALUES, ids=str)
def test_a_bad_value_in_a_file_names_its_field_in_one_sentence(name, value):
    section, attribute = name.split(".")
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_json(json.dumps({section: {attribute: value}}))
    assert caught.value.field == name
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize(("name", "value"), BAD_VALUES, ids=str)
def test_a_bad_value_is_refused_by_with_value_too(name, value):
    if name == "network.loss":
        value = "hinge"
    with pytest.raises(ExperimentError) as caught:
        Experiment().with_value(name, value)
    assert caught.value.field == name


@pytest.mark.parametrize("name", ["data.points", "data.noise", "network.hidden_layers", "training.seed"])
def test_a_number_of_thousands_of_digits_is_refused_like_any_other(name):
    huge = 10**5000
    with pytest.raises(ExperimentError, match="not so long a number") as caught:
        Experiment().with_value(name, (huge,) if name == "network.hidden_layers" else huge)
    assert caught.value.field == name


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(text):
    with pytest.raises(ExperimentError, match="finite") as caught:
        Experiment.from_json(f'{{"training": {{"learning_rate": {text}}}}}')
    assert caught.value.field == "training.learning_rate"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "file"),
        ("{", "file"),
        ("[]", "file"),
        ("null", "file"),
        ('"text"', "file"),
        ("[" * 100_000, "file"),
        ('{"data": {"points": 1' + "0" * 5000 + "}}", "file"),
        ('{"steps": ' + "[" * 400 + "]" * 400 + "}", "steps"),
        ("\x00", "file"),
        ('{"format": "a notebook"}', "format"),
        ('{"format": null}', "format"),
        ('{"version": 99}', "version"),
        ('{"version": 0}', "version"),
        ('{"version": "1"}', "version"),
        ('{"version": true}', "version"),
        ('{"name": "mine"}', "name"),
        ('{"data": []}', "data"),
        ('{"data": null}', "data"),
        ('{"network": {"layers": [4]}}', "network.layers"),
        ('{"training": {"lr": 1}}', "training.lr"),
        ('{"training": {"kind": 1}}', "training.kind"),
        ('{"data": {"dataset": "sine"}, "network": {"loss": "binary_cross_entropy"}}', "network.loss"),
        ('{"steps": -1}', "steps"),
        ('{"steps": 1.5}', "steps"),
        ('{"steps": 100000000000000000}', "steps"),
        ('{"changes": {}}', "changes"),
        ('{"changes": [1]}', "changes[0]"),
        ('{"changes": [{"step": 1, "field": "training.l1"}]}', "changes[0]"),
        (
            '{"changes": [{"step": 1, "field": "training.l1", "value": 1, "by": "me"}]}',
            "changes[0]",
        ),
        ('{"changes": [{"step": -1, "field": "training.l1", "value": 1}]}', "changes[0].step"),
        ('{"changes": [{"step": "1", "field": "training.l1", "value": 1}]}', "changes[0].step"),
        ('{"changes": [{"step": 1, "field": "data.points", "value": 30}]}', "changes[0].field"),
        ('{"changes": [{"step": 1, "field": 7, "value": 30}]}', "changes[0].field"),
        ('{"changes": [{"step": 1, "field": ["a"], "value": 30}]}', "changes[0].field"),
        (
            '{"changes": [{"step": 1, "field": "training.l1", "value": -1}]}',
            "changes[0].training.l1",
        ),
        ('{"changes": [{"step": 1, "field": "parameters", "value": []}]}', "changes[0].value"),
        ('{"changes": [{"step": 1, "field": "parameters", "value": [1, 2, 3]}]}', "changes[0].value"),
        (
            '{"changes": [{"step": 1, "field": "parameters", "value": [NaN' + ", 0" * 16 + "]}]}",
            "changes[0].value",
        ),
        ('{"changes": [{"step": 1, "field": "parameters", "value": "0"}]}', "changes[0].value"),
        (
            '{"changes": [{"step": 1, "field": "parameters", "value": [1' + "0" * 400 + ", 0" * 16 + "]}]}",
            "changes[0].value",
        ),
        (
            '{"changes": [{"step": 9, "field": "training.l1", "value": 0},'
            ' {"step": 8, "field": "training.l1", "value": 0}]}',
            "changes[1].step",
        ),
    ],
)
def test_a_broken_foreign_or_newer_file_says_what_is_wrong_and_where(text, field):
    with pytest.raises(ExperimentError) as caught:
        ExperimentFile.from_json(text)
    assert caught.value.field == field
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_but_never_trips(text):
    try:
        ExperimentFile.from_json(text)
    except ExperimentError as error:
        assert error.field


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
every_field = [
    f"{section}.{entry.name}"
    for section, kind in (
        ("data", DataSettings),
        ("network", NetworkSettings),
        ("training", TrainingSettings),
    )
    for entry in fields(kind)
]


@given(st.sampled_from(every_field), json_values)
def test_any_value_in_any_field_is_taken_or_refused_by_name(name, value):
    section, attribute = name.split(".")
    try:
        experiment = Experiment.from_json(json.dumps({section: {attribute: value}}))
    except ExperimentError as error:
        assert error.field in (name, "network.loss") or error.field.startswith(f"{name}.")
    else:
        assert Experiment.from_json(experiment.to_json()) == experiment


@given(json_values, json_values, json_values)
def test_any_log_of_changes_is_taken_or_refused_by_name(step, field, value):
    text = json.dumps({"changes": [{"step": step, "field": field, "value": value}]})
    try:
        file = ExperimentFile.from_json(text)
    except ExperimentError as error:
        assert error.field.startswith("changes")
    else:
        assert ExperimentFile.from_json(file.to_json()) == file


def test_with_value_changes_one_field_only():
    before = Experiment()
    after = before.with_value("training.learning_rate", 2.0)
    assert after == replace(before, training=replace(before.training, learning_rate=2.0))
    assert before.training.learning_rate == 0.3
    for name in LIVE_FIELDS:
        section, _, attribute = name.partition(".")
        value = getattr(getattr(before, section), attribute)
        assert before.with_value(name, value) == before


@pytest.mark.parametrize(
    "name",
    ["alpha", "", "training", "training.", "training.alpha", "model.seed", "data.kind", "training.seed.x"],
)
def test_with_value_refuses_a_field_that_is_none(name):
    with pytest.raises(ExperimentError) as caught:
        Experiment().with_value(name, 1)
    assert caught.value.field == name


def test_going_from_classes_to_values_and_back_the_loss_goes_along():
    values = Experiment().with_value("data.dataset", "sine")
    assert values.network.loss == "squared_error"
    assert values.with_value("data.dataset", "xor").network.loss == "binary_cross_entropy"
    chosen = Experiment().with_value("network.loss", "squared_error")
    assert chosen.with_value("data.dataset", "xor").network.loss == "squared_error"


def test_numbers_of_numpy_and_lists_are_refused_or_turned_before_they_reach_a_file():
    network = NetworkSettings(hidden_layers=[8, 8])  # type: ignore[arg-type]
    assert network.hidden_layers == (8, 8)
    with pytest.raises(ExperimentError, match=r"network\.hidden_layers"):
        NetworkSettings(hidden_layers=(math.pi,))  # type: ignore[arg-type]
    with pytest.raises(ExperimentError, match="data"):
        Experiment(data={"points": 30})  # type: ignore[arg-type]


def test_parameters_in_a_log_of_changes_keep_every_digit():
    numbers = [1 / 3, -1e-300, 5e300, math.ulp(0.0), 0.1]
    file = ExperimentFile(small, (Change(7, "parameters", numbers),), 10)
    assert list(ExperimentFile.from_json(file.to_json()).changes[0].value) == numbers


def test_a_field_that_stands_there_twice_is_refused():
    with pytest.raises(ExperimentError) as refused:
        Experiment.from_json('{"data": {"points": 100}, "data": {"noise": 0.5}}')
    assert refused.value.field == "data"


def test_a_value_in_a_sentence_is_whole_or_shown_to_be_cut():
    for value in ([[1, 2, 3, 4, 5, 6]], {"a": dict.fromkeys("bcdefg", 1)}):
        assert show(value) == json.dumps(value)
    assert "…" in show([[1] * 31])
