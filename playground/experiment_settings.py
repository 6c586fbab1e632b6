"""The settings of an experiment: its data, its network and its training, each checked when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from playground.experiment_checks import (
    ExperimentError,
    check_choice,
    check_integer,
    check_number,
    check_switch,
    show,
)
from playground.experiment_derived import check_derived_inputs, derived_inputs_of, still_derived
from playground.experiment_frozen import frozen_names
from playground.experiment_rule import RuleSettings, rule_of
from playground.experiment_table import MAX_INPUTS, MAX_ROWS, TableSettings, table_of

MAX_HIDDEN_LAYERS = 8
MAX_NEURONS = 64
MIN_POINTS, MAX_POINTS = 20, 5000
"""Of a generated data set; a table has 1 to MAX_ROWS."""
MIN_LEARNING_RATE, MAX_LEARNING_RATE = 1e-6, 100.0
MAX_SEED = 2**32 - 1
MAX_PENALTY = 10.0
MAX_INITIAL_SCALE = 100.0
MAX_STEPS = 10_000_000
"""Maximum number of steps of a schedule, and of a lesson; a run can be longer."""
LONGEST_RUN = 2**53
"""Maximum number of steps of a saved run and of its log: more than any run reaches, and exact in every JSON
reader."""


class DatasetKind(NamedTuple):
    """The properties of a data set that an experiment checks.

    n_inputs        of a point
    classification  whether y is a class, or values
    n_outputs       of a network on it: one, one for each of three classes or more, or one for each value
    """

    n_inputs: int
    classification: bool
    n_outputs: int = 1

    @property
    def n_classes(self) -> int:
        """0 where y is a value."""
        return max(2, self.n_outputs) if self.classification else 0

    @property
    def n_columns(self) -> int:
        """The number of columns of its points as a table, inputs and targets; a class is one."""
        return self.n_inputs + (1 if self.classification else self.n_outputs)


DATASETS: Mapping[str, DatasetKind] = {
    "two_circles": DatasetKind(2, True),
    "xor": DatasetKind(2, True),
    "two_gaussians": DatasetKind(2, True),
    "two_spirals": DatasetKind(2, True),
    "two_moons": DatasetKind(2, True),
    "separable_blobs": DatasetKind(2, True),
    "three_blobs": DatasetKind(2, True, 3),
    "five_blobs": DatasetKind(2, True, 5),
    "three_spirals": DatasetKind(2, True, 3),
    "five_spirals": DatasetKind(2, True, 5),
    "hours_of_study": DatasetKind(1, True),
    "noisy_line": DatasetKind(1, False),
    "sine": DatasetKind(1, False),
    "tilted_plane": DatasetKind(2, False),
    "gaussian_bumps": DatasetKind(2, False),
}
TABLE = "table"
"""The data set whose points stand in the experiment."""
RULE = "rule"
"""The data set whose points an expression of the experiment classifies."""
ACTIVATIONS = ("relu", "tanh", "sigmoid", "identity", "leaky_relu", "softplus")
OUTPUTS = ("linear", "sigmoid", "softmax")
LOSSES = ("binary_cross_entropy", "squared_error", "softmax_cross_entropy")
USUAL_OUTPUTS = {
    "binary_cross_entropy": "sigmoid",
    "squared_error": "linear",
    "softmax_cross_entropy": "softmax",
}
INITIALIZATIONS = ("xavier_normal", "xavier_uniform", "he_normal", "he_uniform", "uniform", "zeros")
OPTIMIZERS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw")
FAULTS = ("mean", "slope", "transpose", "sign")
MOMENTUM_FORMS = ("torch", "average")
SCHEDULES = ("constant", "step", "exponential", "cosine", "warm_up", "one_cycle")
MIN_SCHEDULE_FACTOR = 1e-6

LIVE_FIELDS = (
    "training.learning_rate",
    "training.momentum",
    "training.batch_size",
    "training.l1",
    "training.l2",
    "training.optimizer",
    "training.schedule",
    "training.schedule_steps",
    "training.schedule_factor",
)
"""The fields that act on the running network; any other change starts again."""

RATE_FIELDS = (
    "training.learning_rate",
    "training.schedule",
    "training.schedule_steps",
    "training.schedule_factor",
)
"""The fields that change α and nothing else."""


def _as_table(table: TableSettings) -> dict[str, Any]:
    """Return the fields of data whose points stand in a table; their number is that of its rows."""
    return {"dataset": TABLE, "points": table.n_rows, "table": table}


@dataclass(frozen=True)
class DataSettings:
    """The settings of the points.

    points counts training and test points together; noise is a share of the spread of the clean data;
    test_share is the part held back; standardize shifts and scales each input to mean 0 and standard
    deviation 1 over the training points.

    table: the points themselves, where dataset is "table"; points is then the number of its rows, and noise
    has no effect. derived_inputs: expressions of the raw inputs that the network sees beside them.
    rule: what gives points their class or value, where dataset is "rule".
    """

    dataset: str = "two_circles"
    points: int = 200
    noise: float = 0.1
    test_share: float = 0.2
    standardize: bool = False
    seed: int = 0
    table: TableSettings | None = None
    derived_inputs: tuple[str, ...] = ()
    rule: RuleSettings | None = None

    def __post_init__(self) -> None:
        check_choice("data.dataset", self.dataset, (*DATASETS, TABLE, RULE))
        if self.dataset == RULE:
            if self.rule is None:
                raise ExperimentError("data.rule", 'is absent, and data.dataset is "rule".')
            object.__setattr__(self, "rule", rule_of(self.rule))
        elif self.rule is not None:
            raise ExperimentError("data.rule", f"has no place beside the data set {show(self.dataset)}.")
        if self.dataset == TABLE:
            if self.table is None:
                raise ExperimentError("data.table", 'is absent, and data.dataset is "table".')
            object.__setattr__(self, "table", table_of(self.table))
            check_integer("data.points", self.points, 1, MAX_ROWS)
            if self.points != self.kept_table.n_rows:
                raise ExperimentError(
                    "data.points", f"is {self.points}, and the table has {self.kept_table.n_rows} rows."
                )
        else:
            if self.table is not None:
                raise ExperimentError("data.table", f"has no place beside the data set {show(self.dataset)}.")
            check_integer("data.points", self.points, MIN_POINTS, MAX_POINTS)
        object.__setattr__(self, "derived_inputs", derived_inputs_of(self.derived_inputs))
        if self.derived_inputs:
            if self.n_inputs > MAX_INPUTS:
                raise ExperimentError(
                    "data.derived_inputs",
                    f"and the raw inputs may be at most {MAX_INPUTS} together, not {self.n_inputs}.",
                )
            check_derived_inputs(self.derived_inputs, self.raw_names)
        check_number("data.noise", self.noise, 0.0, 1.0)
        check_number("data.test_share", self.test_share, 0.0, 0.9)
        check_switch("data.standardize", self.standardize)
        check_integer("data.seed", self.seed, 0, MAX_SEED)

    @staticmethod
    def of_table(table: TableSettings, **others: Any) -> DataSettings:
        """Return the settings of a table, whose number of rows is that of points."""
        return DataSettings(**_as_table(table), **others)

    def with_table(self, table: TableSettings) -> DataSettings:
        """Return the same settings with their points in this table."""
        return replace(self, **_as_table(table), rule=None)

    @property
    def kind(self) -> DatasetKind:
        """The number of raw inputs, and whether y is a class."""
        if self.table is not None:
            return DatasetKind(self.table.n_inputs, bool(self.table.classes), self.table.n_outputs)
        if self.rule is not None:
            return DatasetKind(2, self.rule.target == "class")
        return DATASETS[self.dataset]

    @property
    def kept_table(self) -> TableSettings:
        """The table, where there is one."""
        assert self.table is not None
        return self.table

    @property
    def raw_names(self) -> tuple[str, ...]:
        """The names of the raw inputs, as expressions use them where a table does not name them."""
        if self.table is not None:
            return self.table.inputs
        return ("x",) if self.kind.n_inputs == 1 else ("x1", "x2")

    @property
    def n_inputs(self) -> int:
        """The number of inputs of the network: the raw ones and the derived ones."""
        return self.kind.n_inputs + len(self.derived_inputs)

    def with_dataset(self, name: str, value: Any) -> DataSettings:
        """Return the settings with another data set, table or rule.

        The number of points is that of the rows of a table. What came with a table goes with it: points and
        their split are the usual ones again. Derived inputs that the other raw inputs do not have are
        dropped.
        """
        points = DataSettings.points if self.table is not None else self.points
        changed: dict[str, Any] = {name: value}
        if name == "table" and value is not None:
            changed = {**_as_table(table_of(value)), "rule": None}
        elif name == "rule" and value is not None:
            changed = {"dataset": RULE, "points": points, "table": None, "rule": rule_of(value)}
        elif name == "dataset" and value == RULE:
            rule = self.rule or RuleSettings()
            changed = {"dataset": RULE, "points": points, "table": None, "rule": rule}
        elif name == "dataset" and value != TABLE:
            changed = {"dataset": value, "points": points, "table": None, "rule": None}
        if self.table is not None and changed.get("table", self.table) is None:
            usual = ("test_share", "standardize", "noise")
            changed |= {field: getattr(DataSettings, field) for field in usual}
        if not self.derived_inputs:
            return replace(self, **changed)
        other = replace(self, derived_inputs=(), **changed)
        kept = still_derived(self.derived_inputs, other.raw_names, MAX_INPUTS - other.n_inputs)
        return replace(other, derived_inputs=kept)


@dataclass(frozen=True)
class NetworkSettings:
    """The settings of the network.

    hidden_layers holds the neurons of each hidden layer (none: logistic or linear regression). activation is
    the name of their activation function, or one name per hidden layer. A loss of None
    becomes the one that suits the data when the experiment is created. output is the activation of the output
    layer; None: the usual one of the loss, linear for a squared error, of a cross-entropy sigmoid for two
    classes and softmax for more.
    initial_scale is a factor of the first weights that initialization and seed draw. frozen names parameters
    that no step changes: "W[1]", "b[2]", "W[1]₂₃".
    """

    hidden_layers: tuple[int, ...] = (4,)
    activation: str | tuple[str, ...] = "tanh"
    loss: str | None = None
    initialization: str = "xavier_normal"
    seed: int = 0
    output: str | None = None
    initial_scale: float = 1.0
    frozen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        layers = self.hidden_layers
        if isinstance(layers, str | bytes | Mapping) or not hasattr(layers, "__iter__"):
            raise ExperimentError("network.hidden_layers", f"must be a list of integers, not {show(layers)}.")
        object.__setattr__(self, "hidden_layers", tuple(layers))
        if len(self.hidden_layers) > MAX_HIDDEN_LAYERS:
            raise ExperimentError(
                "network.hidden_layers",
                f"at most {MAX_HIDDEN_LAYERS} hidden layers, not {len(self.hidden_layers)}.",
            )
        for neurons in self.hidden_layers:
            check_integer("network.hidden_layers", neurons, 1, MAX_NEURONS)
        object.__setattr__(self, "activation", _checked_activation(self.activation, len(self.hidden_layers)))
        if self.loss is not None:
            check_choice("network.loss", self.loss, LOSSES)
        check_choice("network.initialization", self.initialization, INITIALIZATIONS)
        check_integer("network.seed", self.seed, 0, MAX_SEED)
        if self.output is not None:
            check_choice("network.output", self.output, OUTPUTS)
        object.__setattr__(self, "frozen", frozen_names(self.frozen))
        check_number("network.initial_scale", self.initial_scale, 0.0, MAX_INITIAL_SCALE)

    @property
    def activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        return by_hidden_layer(self.activation, len(self.hidden_layers))

    def with_hidden_layers(self, layers: tuple[int, ...]) -> NetworkSettings:
        """Return the same settings with other hidden layers.

        Where each has its own activation, the last ones go, and an added one is as the one before it.
        """
        other = replace(self, hidden_layers=layers, activation=ACTIVATIONS[0])
        activation, count = self.activation, len(other.hidden_layers)
        if not isinstance(activation, str):
            activation = (activation + activation[-1:] * count)[:count] if count else activation[0]
        return replace(other, activation=activation)


def by_hidden_layer(activation: str | tuple[str, ...], layers: int) -> tuple[str, ...]:
    """Return the name of the activation of each of so many hidden layers."""
    return (activation,) * layers if isinstance(activation, str) else activation


def _checked_activation(activation: object, layers: int) -> str | tuple[str, ...]:
    """Return the one name, or one per hidden layer where they differ. Raises ExperimentError."""
    if not isinstance(activation, list | tuple):
        check_choice("network.activation", activation, ACTIVATIONS)
        return str(activation)
    for name in activation:
        check_choice("network.activation", name, ACTIVATIONS)
    if len(activation) != layers or not layers:
        raise ExperimentError(
            "network.activation",
            f"must be one name, or one for each of the {layers} hidden layers, not {show(list(activation))}.",
        )
    return activation[0] if len(set(activation)) == 1 else tuple(activation)


@dataclass(frozen=True)
class TrainingSettings:
    """The settings of training.

    batch_size None, or at least the number of training points, is the full batch. momentum None is the
    default of the optimiser. l1 and l2 act on weights, never on biases: l1·Σ|w| + ½·l2·Σw² is added to J. The
    α of a step is learning_rate times the factor of the schedule: see engine.schedules. fault: the deliberate
    mistake in the backward pass of this run (engine.backprop.bugs), None for a right one. momentum_form: the
    velocity of the optimiser "momentum" is β·v + g ("torch"), or the exponential average β·v + (1 − β)·g from
    v = 0 on ("average").
    """

    optimizer: str = "gradient_descent"
    learning_rate: float = 0.3
    momentum: float | None = None
    batch_size: int | None = None
    l1: float = 0.0
    l2: float = 0.0
    seed: int = 0
    fault: str | None = None
    schedule: str = "constant"
    schedule_steps: int = 1000
    schedule_factor: float = 0.1
    momentum_form: str = "torch"

    def __post_init__(self) -> None:
        check_choice("training.optimizer", self.optimizer, OPTIMIZERS)
        if self.fault is not None:
            check_choice("training.fault", self.fault, FAULTS)
        check_number("training.learning_rate", self.learning_rate, MIN_LEARNING_RATE, MAX_LEARNING_RATE)
        if self.momentum is not None:
            check_number("training.momentum", self.momentum, 0.0, 0.9999)
        if self.batch_size is not None:
            check_integer("training.batch_size", self.batch_size, 1, None)
        check_number("training.l1", self.l1, 0.0, MAX_PENALTY)
        check_number("training.l2", self.l2, 0.0, MAX_PENALTY)
        check_integer("training.seed", self.seed, 0, MAX_SEED)
        check_choice("training.momentum_form", self.momentum_form, MOMENTUM_FORMS)
        check_choice("training.schedule", self.schedule, SCHEDULES)
        check_integer("training.schedule_steps", self.schedule_steps, 1, MAX_STEPS)
        check_number("training.schedule_factor", self.schedule_factor, MIN_SCHEDULE_FACTOR, 1.0)


class NetworkOnDataSettings(NamedTuple):
    """What a network on data is made of."""

    data: DataSettings
    network: NetworkSettings
