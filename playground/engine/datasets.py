"""The data sets: points drawn from a seed or those of a table, split, with derived inputs, standardised.

A data set is a clean figure plus noise. noise is a share of the clean figure's spread (the standard
deviation, over all points and inputs, of what is disturbed): for classes it disturbs the inputs, for values
the output. The clean figure is drawn before its noise, so the same seed with another noise shows the same
figure disturbed more or less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine import rule_samples, table_samples
from playground.engine.derived_inputs import DerivedInputs
from playground.engine.input_slice import principal_directions
from playground.engine.table_samples import one_of_each_stretch
from playground.experiment import DATASETS, RULE, TABLE, DataSettings
from playground.experiment_table import TableSettings
from playground.files.foreign_names import shown_name
from playground.numerals import number_text
from playground.output_words import OutputWords, output_words

Generator = np.random.Generator


@dataclass(frozen=True)
class Samples:
    """The points of an experiment as inputs and targets of the network; every array is read-only.

    X_train (n, d), y_train (n, n_out), X_test (m, d), y_test (m, n_out). The first columns of X are the raw
    inputs, the others the derived ones. Where the inputs are standardised, X = (input − mean) / scale with
    mean (d,) and scale (d,) of the training points; else mean is 0 and scale 1. Where classification is set,
    y is 0 or 1 in one column for two classes; of more it has one column for each, with a 1 for the class and
    otherwise 0.

    input_names, output_name  of the d inputs and of y, as the window shows them
    derived       the functions of the raw inputs that follow them
    class_names   of the classes
    target_names  of the values to learn, where there are several; each has a column of y
    notices       sentences about the points that have to be said
    """

    X_train: Floats
    y_train: Floats
    X_test: Floats
    y_test: Floats
    mean: Floats
    scale: Floats
    classification: bool
    input_names: tuple[str, ...]
    output_name: str
    derived: DerivedInputs = field(default_factory=lambda: DerivedInputs((), ()))
    class_names: tuple[str, ...] = ("class 0", "class 1")
    notices: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()

    @property
    def n_raw(self) -> int:
        """The number of raw inputs."""
        return len(self.input_names) - len(self.derived)

    @property
    def raw_names(self) -> tuple[str, ...]:
        """The names of the raw inputs, over which predictions are drawn."""
        return self.input_names[: self.n_raw]

    @property
    def n_points(self) -> int:
        """The number of training and test points."""
        return len(self.X_train) + len(self.X_test)

    def same_points(self, other: Samples) -> bool:
        """Return whether the other ones are the same points under the same names."""
        mine, theirs = ((s.X_train, s.y_train, s.X_test, s.y_test, s.mean, s.scale) for s in (self, other))
        same_arrays = all(map(np.array_equal, mine, theirs))
        return same_arrays and self.input_names == other.input_names

    def labels(self, y: Floats) -> Floats:
        """Return the index of the class (n,) of targets y (n, n_out)."""
        result: Floats = y[:, 0] if y.shape[1] == 1 else y.argmax(axis=1).astype(np.float64)
        return result

    def target_of(self, y: Floats) -> float:
        """Return the target (n_out,) of one point as a number: of a class its index, of several the first."""
        return float(self.labels(y[np.newaxis])[0]) if self.classification else float(y[0])

    def class_word(self, y: float) -> str:
        """Return the class with this index, for a sentence: "class 1", "class setosa"."""
        return class_word(self.class_names[int(y > 0.5) if len(self.class_names) == 2 else int(y)])

    def target_word(self, y: Floats) -> str:
        """Return the target (n_out,) of one point for a sentence: "class 1", "y = 0.25", "u = 1, v = 0"."""
        if self.classification:
            return self.class_word(self.target_of(y))
        names = self.target_names or (self.output_name,)
        return ", ".join(f"{name} = {number_text(float(one))}" for name, one in zip(names, y, strict=True))

    def output_words(self, loss: str | None) -> OutputWords:
        """Return the words for ŷ and for the loss of a point under this loss, as in an experiment."""
        zero, one = self.class_word(0.0), self.class_word(1.0)
        return output_words(loss, self.classification, zero, one, self.y_train.shape[1] > 1)

    @property
    def has_several(self) -> bool:
        """Whether there are three classes or more, each with an output of its own."""
        return self.classification and len(self.class_names) > 2

    def of_target(self, index: int) -> Samples:
        """Return the same points with one target of several; these samples where there is no other."""
        return self._by_target[index] if self.target_names else self

    @cached_property
    def _by_target(self) -> tuple[Samples, ...]:
        return tuple(
            replace(
                self,
                y_train=_read_only(self.y_train[:, [column]]),
                y_test=_read_only(self.y_test[:, [column]]),
                output_name=name,
                target_names=(),
            )
            for column, name in enumerate(self.target_names)
        )

    def raw(self, X: Floats) -> Floats:
        """Return the raw inputs (n, n_raw) of network inputs (n, d)."""
        n = self.n_raw
        result: Floats = X[:, :n] * self.scale[:n] + self.mean[:n]
        return result

    def inputs_of(self, raw: Floats) -> Floats:
        """Return the network inputs (n, d) of raw inputs (n, n_raw)."""
        if len(self.derived):
            with np.errstate(all="ignore"):
                raw = np.hstack([raw, self.derived(raw)])
        result: Floats = (raw - self.mean) / self.scale
        return result

    def raw_point(self, index: int) -> Floats:
        """Return the raw inputs (n_raw,) of a point, counted through training and then test points."""
        n_train = len(self.X_train)
        row = self.X_train[index] if index < n_train else self.X_test[index - n_train]
        result: Floats = self.raw(row[None])[0]
        return result

    @cached_property
    def center(self) -> Floats:
        """(n_raw,) the mean of each raw input over the training points."""
        return _read_only(self.raw(self.X_train).mean(axis=0))

    @cached_property
    def spread(self) -> Floats:
        """(n_raw,) the standard deviation of each raw input over the training points; 1 of a constant one."""
        return _read_only(standardization(self.raw(self.X_train))[1])

    @cached_property
    def principal(self) -> tuple[Floats, Floats]:
        """The first two principal directions (2, n_raw) of the standardised raw inputs, and their shares."""
        return principal_directions((self.raw(self.X_train) - self.center) / self.spread)


@dataclass(frozen=True, kw_only=True)
class DatasetInfo:
    """One data set with its properties, except for what an experiment has to check.

    title, sentence   as in the window
    input_names, output_name  of the axes
    of_classes        (rng, n, class) -> x (n, d): the points of one class; None where y is a value
    of_values         (rng, n) -> x (n, d), y (n, 1); None where y is a class
    straight          a network without a hidden layer can learn it
    never_negative    inputs that noise makes negative lose their sign
    """

    title: str
    sentence: str
    input_names: tuple[str, ...] = ("x₁", "x₂")
    output_name: str = "class"
    of_classes: Callable[[Generator, int, int], Floats] | None = None
    of_values: Callable[[Generator, int], tuple[Floats, Floats]] | None = None
    straight: bool = False
    never_negative: bool = False


def samples_of(settings: DataSettings) -> Samples:
    """Draw, split and standardise the points of these settings; equal settings give equal points.

    Of a generated set the classes have equal shares, in the training points too, and there are at least two
    training points, one of each class where there are classes; so are there of a rule, whose classes have the
    shares of its range. A table has at least one of each class that it holds. Raises ExperimentError where a
    derived input is not finite, and for a rule that gives too few numbers or one class only.
    """
    if settings.table is not None:
        x, y = table_samples.points_of(settings.table)
        train, test = table_samples.split_by_seed(settings)
        raw_names = table_samples.input_names(settings.table)
        named = tuple(map(shown_name, settings.table.targets))
        output_name, target_names = ", ".join(named), named if len(named) > 1 else ()
    else:
        x, y = _draw(settings, np.random.default_rng([settings.seed, 0]))
        train, test = _split(y, settings, np.random.default_rng([settings.seed, 1]))
        (raw_names, output_name), target_names = _axis_names(settings), ()
    derived = DerivedInputs(settings.derived_inputs, settings.raw_names)
    if len(derived):
        x = np.hstack([x, derived.of_points(x, "point" if settings.table is None else "row")])
    input_names = (*raw_names, *derived.names)
    mean, scale = np.zeros(x.shape[1]), np.ones(x.shape[1])
    table, targets = settings.table, _targets(y, settings.kind.n_classes)
    if settings.standardize:
        kept = None if table is None else table.kept_scale
        mean, scale = standardization(x[train]) if kept is None else (np.array(kept[0]), np.array(kept[1]))
    return Samples(
        X_train=_read_only((x[train] - mean) / scale),
        y_train=_read_only(targets[train]),
        X_test=_read_only((x[test] - mean) / scale),
        y_test=_read_only(targets[test]),
        mean=_read_only(mean),
        scale=_read_only(scale),
        classification=settings.kind.classification,
        input_names=input_names,
        output_name=output_name,
        derived=derived,
        class_names=_class_names(settings),
        notices=() if table is None else _notices(x[train], y[train], input_names, settings),
        target_names=target_names,
    )


def generated_table(settings: DataSettings) -> TableSettings:
    """Return the points of a generated set as a table: the training points, then the test points.

    The samples of the table are those of the set, bit by bit and in the same order.
    """
    x, y = _draw(settings, np.random.default_rng([settings.seed, 0]))
    train, test = _split(y, settings, np.random.default_rng([settings.seed, 1]))
    shown, target = _axis_names(settings)
    # Derived inputs are expressions of these names; without any the names are those of the window.
    names = settings.raw_names if settings.derived_inputs else shown
    order = np.concatenate([train, test])
    return TableSettings(
        inputs=names,
        target=target,
        classes=_class_names(settings) if settings.kind.classification else (),
        rows=np.hstack([x[order], y[order]]),
        test_rows=tuple(range(len(train), len(order))),
    )


def standardization(x: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation (d,) of the columns of x (n, d).

    That of a constant column is 1, so that it becomes 0.
    """
    low, high = x.min(axis=0), x.max(axis=0)
    constant = low == high
    with np.errstate(all="ignore"):
        mean, scale = x.mean(axis=0), x.std(axis=0)
        size = np.abs(x).max(axis=0)
        # The squares of numbers as small as these are 0.
        small = ~constant & (scale < 1e-140)
        scale[small] = (x[:, small] / size[small]).std(axis=0) * size[small]
    # The mean of equal numbers may be another number, by rounding.
    mean[constant], scale[constant] = low[constant], 1.0
    return mean, scale


def _class_names(settings: DataSettings) -> tuple[str, ...]:
    if settings.table is not None and settings.table.classes:
        return tuple(map(shown_name, settings.table.classes))
    return tuple(f"class {index}" for index in range(max(2, settings.kind.n_classes)))


def _targets(y: Floats, n_classes: int) -> Floats:
    """Return the targets of a network: y (n, 1) itself, or a column for each class where there are more."""
    if n_classes <= 2:
        return y
    one_hot: Floats = np.eye(n_classes)[y[:, 0].astype(np.intp)]
    return one_hot


def _notices(x: Floats, y: Floats, names: tuple[str, ...], settings: DataSettings) -> tuple[str, ...]:
    """Return what has to be said of the training rows of a table: x (n, d), y (n, 1), as they are."""
    found = []
    constant = [name for name, column in zip(names, x.T, strict=True) if column.min() == column.max()]
    if constant and len(x) > 1:
        shown = ", ".join(constant[:3]) + (f" and {len(constant) - 3} more" if len(constant) > 3 else "")
        are, what = ("is", "it tells") if len(constant) == 1 else ("are", "they tell")
        found.append(f"{shown} {are} the same in all training rows: {what} the network nothing.")
    if settings.kind.classification and len(x) > 1 and y.min() == y.max():
        name = _class_names(settings)[int(y[0, 0])]
        found.append(f"All training rows are of one class, {name}.")
    return tuple(found)


def _axis_names(settings: DataSettings) -> tuple[tuple[str, ...], str]:
    """Return the names of the inputs and of the output of points that are drawn."""
    if settings.rule is not None:
        return DatasetInfo.input_names, "class" if settings.kind.classification else "y"
    info = DATASET_INFO[settings.dataset]
    return info.input_names, info.output_name


def class_word(name: str) -> str:
    """Return the name of a class for a sentence: "class 1", "class setosa"."""
    return name if name.startswith("class ") else f"class {name}"


def data_title(data: DataSettings) -> str:
    """Return the title of the data of an experiment; a table that comes with the program has its own."""
    if data.table is None:
        return dataset_title(data.dataset)
    # The reader of tables is not needed to train.
    from playground.known_tables import name_at_hand
    from playground.tables.at_hand import TABLES_AT_HAND

    name = name_at_hand(data.table)
    return dataset_title(data.dataset) if name is None else TABLES_AT_HAND[name].title


def dataset_title(name: str) -> str:
    """Return the title of a data set in the window."""
    return {TABLE: TABLE_TITLE, RULE: RULE_TITLE}.get(name) or DATASET_INFO[name].title


def may_be_straight(settings: DataSettings) -> bool:
    """Return whether a network without a hidden layer may learn these points, as far as is known."""
    if settings.table is not None or settings.rule is not None or settings.derived_inputs:
        return True
    return DATASET_INFO[settings.dataset].straight


TABLE_TITLE, RULE_TITLE = "Your own points", "Rule"


def training_points(settings: DataSettings | None) -> int:
    """Return the number of training points of these settings, without drawing them; 1 where there are none.

    A formula has none: every step sees all of its J.
    """
    if settings is None:
        return 1
    return settings.points - sum(_held_back(settings))


def _held_back(settings: DataSettings, class_sizes: Sequence[int] | None = None) -> list[int]:
    """Return the number of test points of each class; where y is a value, all are of one class.

    class_sizes: of a rule, of which only the sum is known before its points are drawn.
    """
    if settings.table is not None:
        return table_samples.held_back(settings)
    n, n_test = settings.points, round(settings.points * settings.test_share)
    if settings.rule is not None:
        return rule_samples.held_back(class_sizes or (n,), min(n_test, n - 2))
    sizes = _class_sizes(n, max(1, settings.kind.n_classes))
    # An odd one comes from the last class, the larger one where the number of points is odd.
    shares = [n_test * (i + 1) // len(sizes) - n_test * i // len(sizes) for i in range(len(sizes))]
    left = 2 if len(sizes) == 1 else 1
    return [min(share, size - left) for share, size in zip(shares, sizes, strict=True)]


def _class_sizes(points: int, classes: int) -> tuple[int, ...]:
    return tuple(points * (i + 1) // classes - points * i // classes for i in range(classes))


def _read_only(array: Floats) -> Floats:
    array.setflags(write=False)
    return array


def _draw(settings: DataSettings, rng: Generator) -> tuple[Floats, Floats]:
    """Return all points, raw: x (points, inputs) and y (points, 1)."""
    if settings.rule is not None:
        x, y = rule_samples.points_of(settings.rule, rng, settings.points)
        disturbed = x if settings.kind.classification else y
        noise = settings.noise * _spread(disturbed) * rng.standard_normal(disturbed.shape)
        return (x + noise, y) if settings.kind.classification else (x, y + noise)
    info = DATASET_INFO[settings.dataset]
    if info.of_classes is not None:
        counts = _class_sizes(settings.points, settings.kind.n_classes)
        clean = [info.of_classes(rng, n, label) for label, n in enumerate(counts)]
        x, y = np.concatenate(clean), np.repeat(np.arange(float(len(counts))), counts)[:, None]
        x = x + settings.noise * _spread(x) * rng.standard_normal(x.shape)
        if info.never_negative:
            x = np.abs(x)
        return x, y
    assert info.of_values is not None
    x, y = info.of_values(rng, settings.points)
    return x, y + settings.noise * _spread(y) * rng.standard_normal(y.shape)


def _spread(values: Floats) -> float:
    return float(np.sqrt(np.mean(np.var(values, axis=0))))


def _split(y: Floats, settings: DataSettings, rng: Generator) -> tuple[NDArray[np.intp], ...]:
    """Return training and test points as indices, each in random order.

    Many figures are drawn in order along a line. Taking the test points evenly from that order leaves the
    training points the shape of the figure. The stability limit of the noisy line depends on it.
    """
    labels = y[:, 0] if settings.kind.classification else np.zeros(len(y))
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    train, test = [], []
    shares = _held_back(settings, [len(group) for group in groups])
    for group, share in zip(groups, shares, strict=True):
        held_back = one_of_each_stretch(rng, len(group), share)
        train.append(group[~held_back])
        test.append(group[held_back])
    return rng.permutation(np.concatenate(train)), rng.permutation(np.concatenate(test))


def _even(rng: Generator, n: int) -> Floats:
    """Return n numbers in [0, 1), one at random in each of n equal stretches."""
    return (np.arange(n) + rng.random(n)) / n


def _polar(radius: Floats | float, angle: Floats) -> Floats:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _two_circles(rng: Generator, n: int, label: int) -> Floats:
    low, high = ((0.0, 2.5), (3.5, 5.0))[label]
    return _polar(low + (high - low) * rng.random(n), 2 * np.pi * _even(rng, n))


def _xor(rng: Generator, n: int, label: int) -> Floats:
    corner = 0.3 + 4.7 * rng.random((n, 2))
    side = np.where(np.arange(n) % 2, 1.0, -1.0)
    result: Floats = corner * np.column_stack([side, -side if label else side])
    return result


def _two_gaussians(rng: Generator, n: int, label: int) -> Floats:
    return rng.standard_normal((n, 2)) * 1.2 + (1.8 if label else -1.8)


def _blobs(count: int) -> Callable[[Generator, int, int], Floats]:
    """Return what draws one of so many clouds on a circle, each of which touches its neighbours."""
    width = 3.4 * float(np.sin(np.pi / count)) / 2.4

    def one(rng: Generator, n: int, label: int) -> Floats:
        angle = np.full(1, np.pi / 2 + 2 * np.pi * label / count)
        cloud: Floats = _polar(3.4, angle) + width * rng.standard_normal((n, 2))
        return cloud

    return one


def _spirals(count: int, turns: float) -> Callable[[Generator, int, int], Floats]:
    """Return what draws one of so many arms wound around each other."""

    def one(rng: Generator, n: int, label: int) -> Floats:
        along = 0.04 + 0.96 * _even(rng, n)
        return _polar(5 * along, 2 * np.pi * (turns * along + label / count))

    return one


def _separable_blobs(rng: Generator, n: int, label: int) -> Floats:
    disc = _polar(1.7 * np.sqrt(rng.random(n)), 2 * np.pi * rng.random(n))
    return disc + (2.3 if label else -2.3)


def _two_spirals(rng: Generator, n: int, label: int) -> Floats:
    along = 0.04 + 0.96 * _even(rng, n)
    return _polar(5 * along, 3.5 * np.pi * along + np.pi * label)


def _two_moons(rng: Generator, n: int, label: int) -> Floats:
    arc = np.pi * _even(rng, n)
    moon = np.column_stack([3 * np.cos(arc) - 1.5, 3 * np.sin(arc) - 0.75])
    return -moon if label else moon


def _hours_of_study(rng: Generator, n: int, label: int) -> Floats:
    """Draw up to six hours; of the students with h hours, a share σ(1.5·(h − 3)) passed."""
    hours = np.linspace(0.0, 6.0, 601)
    share = 1 / (1 + np.exp(-1.5 * (hours - 3.0)))
    cumulated = np.cumsum(share if label else share[::-1])
    return np.interp(_even(rng, n), (cumulated - cumulated[0]) / (cumulated[-1] - cumulated[0]), hours)[
        :, None
    ]


def _noisy_line(rng: Generator, n: int) -> tuple[Floats, Floats]:
    """Draw x in [0, 3], nearly even.

    The eigenvalues of the mean of (x, 1)ᵀ(x, 1), which is the Hessian of half squared error over (w, b), are
    then near 0.20 and 3.89, and the stability limit near 0.515.
    """
    even = _even(rng, n)
    x = 3 * (even + even * (1 - even) * (0.18 * even - 0.05))
    return x[:, None], (0.5 * x - 1.4)[:, None]


def _sine(rng: Generator, n: int) -> tuple[Floats, Floats]:
    x = np.pi * (2 * _even(rng, n) - 1)
    return x[:, None], np.sin(x)[:, None]


def _square(rng: Generator, n: int) -> Floats:
    return 10 * rng.random((n, 2)) - 5


def _tilted_plane(rng: Generator, n: int) -> tuple[Floats, Floats]:
    x = _square(rng, n)
    return x, (x @ [0.12, 0.08])[:, None]


_BUMPS = ((-3.0, 2.5, 1.0), (2.5, 3.0, -1.0), (0.0, 0.0, 1.0), (-2.5, -3.0, -1.0), (3.0, -2.5, 1.0))
"""Centre x₁, centre x₂ and height of each."""


def _gaussian_bumps(rng: Generator, n: int) -> tuple[Floats, Floats]:
    x = _square(rng, n)
    y = np.zeros(n)
    for first, second, height in _BUMPS:
        y += height * np.exp(-((x[:, 0] - first) ** 2 + (x[:, 1] - second) ** 2) / (2 * 1.3**2))
    return x, y[:, None]


DATASET_INFO: dict[str, DatasetInfo] = {
    "two_circles": DatasetInfo(
        title="Two circles",
        sentence="A disc inside a ring: no straight line separates them.",
        of_classes=_two_circles,
    ),
    "xor": DatasetInfo(
        title="XOR",
        sentence="Opposite corners belong together: no straight line separates them.",
        of_classes=_xor,
    ),
    "two_gaussians": DatasetInfo(
        title="Two Gaussians",
        sentence="Two clouds that touch: a straight line does nearly well.",
        of_classes=_two_gaussians,
        straight=True,
    ),
    "two_spirals": DatasetInfo(
        title="Two spirals",
        sentence="Two arms wound around each other: hard for a small network.",
        of_classes=_two_spirals,
    ),
    "two_moons": DatasetInfo(
        title="Two moons",
        sentence="Two half rings that reach into each other.",
        of_classes=_two_moons,
    ),
    "separable_blobs": DatasetInfo(
        title="Separable blobs",
        sentence="Two blobs with a gap between them: a straight line separates them.",
        of_classes=_separable_blobs,
        straight=True,
    ),
    "three_blobs": DatasetInfo(
        title="Three blobs",
        sentence="Three clouds that touch: three classes, and straight lines do nearly well.",
        of_classes=_blobs(3),
        straight=True,
    ),
    "five_blobs": DatasetInfo(
        title="Five blobs",
        sentence="Five clouds around a circle: five classes, and straight lines do nearly well.",
        of_classes=_blobs(5),
        straight=True,
    ),
    "three_spirals": DatasetInfo(
        title="Three spirals",
        sentence="Three arms wound around each other: three classes.",
        of_classes=_spirals(3, 1.2),
    ),
    "five_spirals": DatasetInfo(
        title="Five spirals",
        sentence="Five arms wound around each other: five classes, hard for a small network.",
        of_classes=_spirals(5, 0.8),
    ),
    "hours_of_study": DatasetInfo(
        title="Hours of study",
        sentence="Who studied longer passed more often: one input, classes that overlap.",
        input_names=("hours of study",),
        output_name="passed",
        of_classes=_hours_of_study,
        straight=True,
        never_negative=True,
    ),
    "noisy_line": DatasetInfo(
        title="Noisy line",
        sentence="A line through noisy points: with a linear network, two numbers only.",
        input_names=("x",),
        output_name="y",
        of_values=_noisy_line,
        straight=True,
    ),
    "sine": DatasetInfo(
        title="Sine",
        sentence="One period of a sine: a curve to fit with one input.",
        input_names=("x",),
        output_name="y",
        of_values=_sine,
    ),
    "tilted_plane": DatasetInfo(
        title="Tilted plane",
        sentence="A value that rises evenly: a linear network fits it.",
        output_name="y",
        of_values=_tilted_plane,
        straight=True,
    ),
    "gaussian_bumps": DatasetInfo(
        title="Gaussian bumps",
        sentence="Hills and hollows: a value that needs hidden neurons.",
        output_name="y",
        of_values=_gaussian_bumps,
    ),
}
assert tuple(DATASET_INFO) == tuple(DATASETS), "each data set of an experiment has a record here"
assert all(
    (len(info.input_names) == DATASETS[name].n_inputs)
    and (info.of_classes is not None, info.of_values is None) == (DATASETS[name].classification,) * 2
    for name, info in DATASET_INFO.items()
), "a data set draws what an experiment expects of it: classes or values, and the number of inputs"
