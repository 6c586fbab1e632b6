"""An experiment: the full description of a run, immutable, saved as JSON.

Data, network, training and their seeds determine a run completely. With the log of changes (what the user
changed while it ran) they replay it bit for bit. Every value is checked when an experiment is created, so no
code above this file has to check it again.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar, get_type_hints

from playground.experiment_checks import (
    ExperimentError,
    check_integer,
    check_number,
    show,
)
from playground.experiment_formula import FormulaSettings
from playground.experiment_frozen import frozen_entries, still_frozen
from playground.experiment_json import FORMULA_VERSION, TABLE_VERSION, read_object, write_object
from playground.experiment_settings import (
    ACTIVATIONS,
    DATASETS,
    FAULTS,
    INITIALIZATIONS,
    LIVE_FIELDS,
    LONGEST_RUN,
    LOSSES,
    MAX_HIDDEN_LAYERS,
    MAX_INITIAL_SCALE,
    MAX_LEARNING_RATE,
    MAX_NEURONS,
    MAX_PENALTY,
    MAX_POINTS,
    MAX_SEED,
    MAX_STEPS,
    MIN_LEARNING_RATE,
    MIN_POINTS,
    MIN_SCHEDULE_FACTOR,
    MOMENTUM_FORMS,
    OPTIMIZERS,
    OUTPUTS,
    RATE_FIELDS,
    RULE,
    SCHEDULES,
    TABLE,
    USUAL_OUTPUTS,
    DatasetKind,
    DataSettings,
    NetworkOnDataSettings,
    NetworkSettings,
    TrainingSettings,
    by_hidden_layer,
)
from playground.experiment_strokes import plain_value, stroke_as_json, stroke_of
from playground.experiment_table import FIELD as POINTS
from playground.experiment_table import table_of

__all__ = (
    "ACTIVATIONS",
    "DATASETS",
    "FAULTS",
    "INITIALIZATIONS",
    "LIVE_FIELDS",
    "LONGEST_RUN",
    "LOSSES",
    "MAX_HIDDEN_LAYERS",
    "MAX_INITIAL_SCALE",
    "MAX_LEARNING_RATE",
    "MAX_NEURONS",
    "MAX_PENALTY",
    "MAX_POINTS",
    "MAX_SEED",
    "MAX_STEPS",
    "MIN_LEARNING_RATE",
    "MIN_POINTS",
    "MIN_SCHEDULE_FACTOR",
    "MOMENTUM_FORMS",
    "OPTIMIZERS",
    "OUTPUTS",
    "RATE_FIELDS",
    "RULE",
    "SCHEDULES",
    "TABLE",
    "USUAL_OUTPUTS",
    "Change",
    "DataSettings",
    "DatasetKind",
    "DraggedChange",
    "Experiment",
    "ExperimentFile",
    "NetworkOnDataSettings",
    "NetworkSettings",
    "TrainingSettings",
    "by_hidden_layer",
    "losses_for",
    "outputs_for",
    "section_as_json",
    "sections_as_json",
    "version_of",
)

_FIRST_ACTIVATIONS = ("relu", "tanh", "sigmoid", "identity")
"""Those of version 1."""


@dataclass(frozen=True)
class Experiment:
    """Data, network and training, or a formula and training. `Experiment()` is the one of the first start.

    With a formula data and network are None. Raises ExperimentError where the parts do not fit each other.
    """

    data: DataSettings | None = None
    network: NetworkSettings | None = None
    training: TrainingSettings = field(default_factory=TrainingSettings)
    formula: FormulaSettings | None = None

    def __post_init__(self) -> None:
        if self.formula is None:
            for name, section in _NETWORK_SECTIONS.items():
                if getattr(self, name) is None:
                    object.__setattr__(self, name, section())
        for name, section in self._sections().items():
            if not isinstance(getattr(self, name), section):
                raise ExperimentError(name, f"must be a {section.__name__}, not {show(getattr(self, name))}.")
        if self.formula is None:
            self._fit_network_to_data()
            return
        for name in _NETWORK_SECTIONS:
            if getattr(self, name) is not None:
                raise ExperimentError(name, "has no place beside a formula.")
        if self.training.fault is not None:
            raise ExperimentError("training.fault", "needs a network: a formula has no backward pass.")

    def _fit_network_to_data(self) -> None:
        assert self.data is not None
        assert self.network is not None
        kind = self.data.kind
        if self.network.loss is None:
            object.__setattr__(self, "network", replace(self.network, loss=losses_for(kind)[0]))
        loss, data, possible = self.network.loss, show(self.data.dataset), losses_for(kind)
        if loss not in possible:
            needed, held = "classes", "values"
            if kind.classification:
                needed = "two classes" if loss == "binary_cross_entropy" else "three classes or more"
                held = f"{kind.n_classes} classes"
            sentence = f"{show(loss)} needs {needed}, and {data} has {held}; take {show(possible[0])}."
            raise ExperimentError("network.loss", sentence)
        self._fit_output()
        frozen_entries(self.network.frozen, self.layer_sizes)

    def _fit_output(self) -> None:
        """Check the output; the usual one of the loss is None, so that equal networks are equal."""
        assert self.data is not None
        assert self.network is not None
        output = self.network.output
        if output is None:
            return
        usual = USUAL_OUTPUTS[self.network.loss or LOSSES[0]]
        if output == usual:
            object.__setattr__(self, "network", replace(self.network, output=None))
            return
        if self.network.loss != "squared_error":
            raise ExperimentError("network.output", f"must be {show(usual)} for {show(self.network.loss)}.")
        if output == "softmax":
            raise ExperimentError("network.output", '"softmax" needs "softmax_cross_entropy".')
        if not _takes_sigmoid(self.data):
            held = "values" if self.data.table is None else "values below 0 or above 1"
            raise ExperimentError(
                "network.output", f'"sigmoid" needs classes, and {show(self.data.dataset)} has {held}.'
            )

    @property
    def on_data(self) -> NetworkOnDataSettings | None:
        """Data and network; None where a formula stands in their place."""
        if self.data is None or self.network is None:
            return None
        return NetworkOnDataSettings(self.data, self.network)

    @property
    def loss(self) -> str | None:
        """The name of the network's loss; None with a formula."""
        return None if self.network is None else self.network.loss

    @property
    def output(self) -> str | None:
        """The activation of the network's output, one of OUTPUTS; None with a formula."""
        if self.network is None:
            return None
        return self.network.output or USUAL_OUTPUTS[self.network.loss or LOSSES[0]]

    @property
    def frozen_entries(self) -> tuple[int, ...]:
        """The indices in θ of the frozen parameters; () with a formula."""
        return () if self.network is None else frozen_entries(self.network.frozen, self.layer_sizes)

    @property
    def start_seed(self) -> int:
        """The seed of the first weights, or of the random start and the noise of a formula."""
        if self.formula is not None:
            return self.formula.seed
        assert self.network is not None
        return self.network.seed

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Inputs, derived ones too, hidden layers and the output: (2, 4, 1) by default; () with a formula."""
        if self.data is None or self.network is None:
            return ()
        return _layer_sizes(self.data, self.network)

    @property
    def n_parameters(self) -> int:
        """P, the number of weights and biases of the network, 17 for the default; or of variables."""
        if self.formula is not None:
            return self.formula.n_variables
        sizes = self.layer_sizes
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))

    def with_value(self, name: str, value: Any) -> Experiment:
        """Return the same experiment with one field ("training.learning_rate") changed.

        "data.table" with a table makes it the data set, and another data.dataset drops it; points follows. So
        does "data.rule" with a rule; data.dataset "rule" has the one of before, or the usual one.
        "formula" with FormulaSettings takes the place of data and network; "formula.constants.k" is one
        constant. Raises ExperimentError for an unknown field or a value that it may not have.
        """
        if name == "formula":
            if not isinstance(value, FormulaSettings):
                raise ExperimentError(name, f"must be a FormulaSettings, not {show(value)}.")
            return Experiment(training=replace(self.training, fault=None), formula=value)
        section, _, attribute = name.partition(".")
        if section == "formula" and attribute.startswith("constants.") and self.formula is not None:
            constant = attribute.removeprefix("constants.")
            return replace(self, formula=self.formula.with_constant(constant, value))
        parts = self._sections()
        if section not in parts or attribute not in {entry.name for entry in fields(parts[section])}:
            raise ExperimentError(name, "no such field.")
        before = getattr(self, section)
        if isinstance(before, DataSettings) and attribute in ("dataset", "table", "rule"):
            part: Any = before.with_dataset(attribute, value)
        elif isinstance(before, NetworkSettings) and attribute == "hidden_layers":
            part = before.with_hidden_layers(value)
        else:
            part = replace(before, **{attribute: value})
        changed = {section: part}
        if isinstance(part, DataSettings):
            assert self.data is not None
            assert self.network is not None
            changed["network"] = _for_other_data(self.network, self.data, part)
        elif isinstance(part, NetworkSettings) and attribute == "loss":
            # Another loss has its own usual output.
            changed["network"] = replace(part, output=None)
        network = changed.get("network", self.network)
        if network is not None and network.frozen and attribute != "frozen" and section in _NETWORK_SECTIONS:
            # Another network has other parameters.
            data = changed.get("data", self.data)
            assert data is not None
            changed["network"] = replace(
                network, frozen=still_frozen(network.frozen, _layer_sizes(data, network))
            )
        return replace(self, **changed)

    def with_data(self, data: DataSettings) -> Experiment:
        """Return the same network and training on other data, fitted to them.

        A target of another kind brings its usual loss and output; frozen parameters stay as far as there are
        the same ones. A formula gives way to the usual network.
        """
        if self.on_data is None:
            return Experiment(data)
        before, network = self.on_data
        network = _for_other_data(network, before, data)
        if network.frozen:
            network = replace(network, frozen=still_frozen(network.frozen, _layer_sizes(data, network)))
        return replace(self, data=data, network=network)

    def with_accepted(self, name: str, value: Any) -> Experiment:
        """Return the same experiment with a live field at a value that with_value has accepted before.

        Nothing is checked again: each check of a live field is of this field alone.
        """
        training = _changed(self.training, **{name.partition(".")[2]: value})
        return _changed(self, training=training)

    def _sections(self) -> dict[str, type]:
        """The parts of this experiment, by name."""
        return _sections(self.formula is not None)

    def to_json(self) -> str:
        """Return the experiment as JSON text with every field; fault and schedule only where there is one."""
        return ExperimentFile(self).to_json()

    @staticmethod
    def from_json(text: str) -> Experiment:
        """Read JSON text; an absent field takes its default. Raises ExperimentError, naming the field."""
        return ExperimentFile.from_json(text).experiment


def losses_for(kind: DatasetKind) -> tuple[str, ...]:
    """Return the losses that a network on such data may have, the usual one first."""
    if not kind.classification:
        return ("squared_error",)
    return ("softmax_cross_entropy" if kind.n_classes > 2 else "binary_cross_entropy", "squared_error")


def outputs_for(data: DataSettings, loss: str | None) -> tuple[str, ...]:
    """Return the outputs that a network with this loss may have on such data, the usual one first."""
    usual = USUAL_OUTPUTS[loss or losses_for(data.kind)[0]]
    return (usual, "sigmoid") if loss == "squared_error" and _takes_sigmoid(data) else (usual,)


def _takes_sigmoid(data: DataSettings) -> bool:
    """Return whether a sigmoid can reach the targets: classes, or values of a table from 0 to 1."""
    return data.kind.classification or (data.table is not None and data.table.is_from_0_to_1)


def _for_other_data(network: NetworkSettings, before: DataSettings, now: DataSettings) -> NetworkSettings:
    """Return a network for other data: loss and output are the usual ones where they do not fit any more."""
    if network.loss not in losses_for(now.kind) or now.kind.classification != before.kind.classification:
        return replace(network, loss=None, output=None)
    if network.output == "sigmoid" and not _takes_sigmoid(now):
        return replace(network, output=None)
    return network


def _layer_sizes(data: DataSettings, network: NetworkSettings) -> tuple[int, ...]:
    return (data.n_inputs, *network.hidden_layers, data.kind.n_outputs)


class Change(NamedTuple):
    """One entry of the log of changes: from this step on, the field had this value."""

    step: int
    field: str
    value: Any

    @property
    def drag(self) -> int | None:
        """The number of the drag of a slider that it belongs to; None for a change of its own."""
        return None


class DraggedChange(Change):
    """A change that is a part of a drag. It equals one that is not: only the marks of plots differ."""

    _drag: int | None = None

    @staticmethod
    def of(change: Change, drag: int | None) -> DraggedChange:
        """Return the same change as a part of this drag."""
        dragged = DraggedChange(*change)
        dragged._drag = drag
        return dragged

    @property
    def drag(self) -> int | None:
        return self._drag

    def _replace(self, **values: Any) -> DraggedChange:
        # The method of a named tuple makes a new one of its fields alone.
        return DraggedChange.of(super()._replace(**values), self._drag)


@dataclass(frozen=True)
class ExperimentFile:
    """The content of a saved file: an experiment and, for a saved run, its log of changes and its length.

    changes are ordered by step; steps is the length of the run (None: not given).
    """

    experiment: Experiment
    changes: tuple[Change, ...] = ()
    steps: int | None = None

    def __post_init__(self) -> None:
        if self.steps is not None:
            check_integer("steps", self.steps, 0, LONGEST_RUN)
        object.__setattr__(self, "changes", tuple(Change(*change) for change in self.changes))
        before, settings = 0, self.experiment.training
        data = self.experiment.data
        points = 0 if data is None else data.points
        checked = list(self.changes)
        for index, change in enumerate(self.changes):
            where = f"changes[{index}]"
            check_integer(f"{where}.step", change.step, before, LONGEST_RUN)
            before = change.step
            if change.field == "parameters":
                _check_parameters(where, change.value, self.experiment)
            elif change.field in LIVE_FIELDS:
                try:
                    # All of them are of the training, and fit every data set and network.
                    settings = replace(settings, **{change.field.partition(".")[2]: change.value})
                except ExperimentError as error:
                    raise ExperimentError(f"{where}.{error.field}", str(error).partition(": ")[2]) from None
            elif change.field == POINTS and data is not None:
                try:
                    stroke = stroke_of(change.value, points, data.kind.n_columns, data.kind.n_classes)
                except ExperimentError as error:
                    raise ExperimentError(f"{where}.{error.field}", error.reason) from None
                points = stroke.count_after(points)
                checked[index] = change._replace(value=plain_value(change.value))
            else:
                raise ExperimentError(f"{where}.field", f"{show(change.field)} cannot change during a run.")
        object.__setattr__(self, "changes", tuple(checked))

    def to_json(self) -> str:
        """Return the file's text."""
        content: dict[str, Any] = sections_as_json(self.experiment)
        if self.steps is not None:
            content["steps"] = self.steps
        if self.changes:
            content["changes"] = [
                {
                    "step": change.step,
                    "field": change.field,
                    "value": stroke_as_json(change.value) if change.field == POINTS else change.value,
                }
                for change in self.changes
            ]
        return write_object(content, version_of(content))

    @staticmethod
    def from_json(text: str) -> ExperimentFile:
        """Read what to_json writes. Raises ExperimentError, naming the field."""
        return ExperimentFile.from_fields(read_object(text))

    @staticmethod
    def from_fields(content: Mapping[str, Any]) -> ExperimentFile:
        """Make one of the fields of a file, without format and version. Raises ExperimentError."""
        sections = _sections("formula" in content)
        for name in content:
            if name in _NETWORK_SECTIONS and name not in sections:
                raise ExperimentError(name, "has no place beside a formula.")
            if name not in {"steps", "changes", *sections}:
                raise ExperimentError(name, "is an unknown field.")
        experiment = Experiment(**{name: _section(name, kind, content) for name, kind in sections.items()})
        return ExperimentFile(experiment, _changes(content.get("changes", [])), content.get("steps"))


def sections_as_json(experiment: Experiment, with_rows: bool = True) -> dict[str, Any]:
    """Return the fields of an experiment as its file holds them, without format and version.

    with_rows: whether the rows of a table are among them.
    """
    names = _sections(experiment.formula is not None)
    content: dict[str, Any] = {name: section_as_json(name, getattr(experiment, name)) for name in names}
    if experiment.formula is not None:
        content["formula"]["constants"] = dict(experiment.formula.constants_by_name)
    if experiment.data is not None and experiment.data.table is not None:
        content["data"]["table"] = experiment.data.table.as_json(with_rows)
    if experiment.data is not None and experiment.data.rule is not None:
        content["data"]["rule"] = experiment.data.rule.as_json()
    return content


def section_as_json(name: str, section: Any) -> dict[str, Any]:
    """Return the fields of a section, "training", as a file holds them."""
    values = {entry.name: getattr(section, entry.name) for entry in fields(section)}
    return {key: value for key, value in values.items() if not _is_left_out(name, key, value)}


_NEW_FIELDS = {
    "data": ("table", "derived_inputs", "rule"),
    "network": ("output", "initial_scale", "frozen"),
    "training": ("momentum_form",),
}
"""By section the fields of version 3."""
_OFTEN_ABSENT = {"training": ("fault", "schedule", "schedule_steps", "schedule_factor")}


def _is_left_out(section: str, name: str, value: Any) -> bool:
    """Return whether a field is not written, since it came later and has the value of its absence."""
    later = (*_NEW_FIELDS.get(section, ()), *_OFTEN_ABSENT.get(section, ()))
    return name in later and value == getattr(_SECTIONS[section], name)


def version_of(content: Mapping[str, Any]) -> int:
    """Return the lowest version that can say this."""
    if any(name in content.get(section, ()) for section, names in _NEW_FIELDS.items() for name in names):
        return TABLE_VERSION
    if any(change["field"] == POINTS for change in content.get("changes", ())):
        return TABLE_VERSION
    if content.get("data", {}).get("dataset") in _LATER_DATASETS:
        return TABLE_VERSION
    if content.get("network", {}).get("activation", "tanh") not in _FIRST_ACTIVATIONS:
        return TABLE_VERSION
    return FORMULA_VERSION if "formula" in content else 1


_LATER_DATASETS = frozenset(name for name, kind in DATASETS.items() if kind.n_outputs > 1)
Record = TypeVar("Record", TrainingSettings, Experiment)


def _changed(record: Record, **fields_changed: Any) -> Record:
    """Return a copy of a frozen record with these fields changed and without its checks."""
    twin = object.__new__(type(record))
    twin.__dict__.update(record.__dict__, **fields_changed)
    return twin


def _sections(with_formula: bool) -> dict[str, type]:
    parts = {"formula": FormulaSettings} if with_formula else _NETWORK_SECTIONS
    return {**parts, "training": TrainingSettings}


_NETWORK_SECTIONS: dict[str, type] = {"data": DataSettings, "network": NetworkSettings}
_SECTIONS = {**_NETWORK_SECTIONS, "formula": FormulaSettings, "training": TrainingSettings}


def _section(name: str, kind: type, content: Mapping[str, Any]) -> Any:
    values = content.get(name, {})
    if not isinstance(values, dict):
        raise ExperimentError(name, f"must be an object, not {show(values)}.")
    hints = get_type_hints(kind)
    for key in values:
        if key not in hints:
            raise ExperimentError(f"{name}.{key}", "is an unknown field.")
    # JSON writers disagree about 1 and 1.0; a field that is a number accepts both.
    numbers = {
        key: float(value)
        for key, value in values.items()
        if type(value) is int and float in (hints[key], *_union(hints[key])) and abs(value) < 2**53
    }
    values = {**values, **numbers}
    if values.get("table") is not None and "points" not in values:
        # points follows the table.
        values["table"] = table_of(values["table"])
        values["points"] = values["table"].n_rows
    return kind(**values)


def _union(hint: Any) -> tuple[Any, ...]:
    return getattr(hint, "__args__", ())


def _changes(entries: Any) -> tuple[Change, ...]:
    if not isinstance(entries, list):
        raise ExperimentError("changes", f"must be a list, not {show(entries)}.")
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict) or set(entry) != {"step", "field", "value"}:
            raise ExperimentError(f"changes[{index}]", 'must have exactly "step", "field" and "value".')
    return tuple(Change(entry["step"], entry["field"], entry["value"]) for entry in entries)


def _check_parameters(where: str, value: Any, experiment: Experiment) -> None:
    if not isinstance(value, list | tuple):
        raise ExperimentError(f"{where}.value", "must be a list of numbers.")
    if len(value) != experiment.n_parameters:
        of = "network" if experiment.formula is None else "formula"
        raise ExperimentError(
            f"{where}.value",
            f"must hold the {experiment.n_parameters} parameters of the {of}, not {len(value)} numbers.",
        )
    for entry in value:
        check_number(f"{where}.value", entry, -sys.float_info.max, sys.float_info.max)
