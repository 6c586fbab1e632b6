"""The panel on the left: data and network, or a formula; training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from playground.drawing.kit.theme import DARK, Theme
from playground.engine.activations import ACTIVATIONS, Activation, activation_title
from playground.engine.backprop.operation import Lit
from playground.engine.datasets import Samples, dataset_title
from playground.engine.formula_presets import FORMULA_PRESETS, preset_of
from playground.engine.optimizers import OPTIMIZERS, OptimizerInfo
from playground.engine.problem_of_experiment import check_start, network_on_data
from playground.experiment import (
    LIVE_FIELDS,
    RULE,
    DataSettings,
    Experiment,
    NetworkSettings,
    TrainingSettings,
    losses_for,
    outputs_for,
)
from playground.experiment_checks import ExperimentError
from playground.experiment_frozen import frozen_layers, with_layer_frozen
from playground.experiment_rule import RuleSettings
from playground.experiment_table import TableSettings
from playground.input_labels import input_labels
from playground.numerals import number_text
from playground.ui.experiment.activation_by_layer import ActivationByLayer
from playground.ui.experiment.dataset_chooser import DatasetChooser
from playground.ui.experiment.derived_editor import DerivedEditor
from playground.ui.experiment.fold import FoldHeading
from playground.ui.experiment.formula_fields import FormulaFields
from playground.ui.experiment.layers_editor import LayersEditor
from playground.ui.experiment.more_settings import MoreSettings
from playground.ui.experiment.rule_fields import RuleFields
from playground.ui.experiment.words import (
    HINTS,
    INITIALIZATIONS,
    LOSSES,
    MOMENTUM_FORMS,
    NEURONS,
    OF_FORMULA,
    OUTPUTS,
    SCHEDULES,
)
from playground.ui.network.view import NetworkView
from playground.ui.style import set_role
from playground.ui.widgets.card import Card, ElidingLabel
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.gestures import Gestures
from playground.ui.widgets.list_field import ListEntry, ListField
from playground.ui.widgets.number_field import Number, NumberEntry, NumberField, SentenceError
from playground.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from playground.lab.lab import Lab
    from playground.lab.snapshot import Snapshot
    from playground.landscape.questions.boundary import BoundaryAnswer
    from playground.ui.frame.actions import Actions

WIDTH, FULL_WIDTH, SMALL_WIDTH = 256, 304, 244
LOWER_DIAGRAM, DIAGRAM_HEIGHT, TALL_DIAGRAM = 196, 250, 470
CLOSE_ROW, ROW_OF_NEURONS, AROUND_NEURONS = 20, 54, 40
"""Pixels of the diagram: its height with all settings below it and with few, the largest one, a neuron with
its gap, small and at full size, and the legend.
"""
DIAGRAM_STRETCH = 1000
"""The share of the diagram in the height that is left, up to what it needs, beside the empty place below."""
NEEDED_FOR_LOSS = {
    "binary_cross_entropy": "Binary cross-entropy needs two classes.",
    "softmax_cross_entropy": "Softmax cross-entropy needs three classes or more.",
}
NEEDED_FOR_SIGMOID = {
    True: "Softmax cross-entropy needs a softmax output.",
    False: "A sigmoid output needs classes, or a table whose values lie from 0 to 1.",
}
"""Whether there are classes -> what is missing."""
MOST_LINES = 8
"""Of the standardisation of the inputs."""
LOW = 500
"""Height of a panel, in pixels, below which its rows are closer, so that the fields fit without scrolling."""
SPACING, LOW_SPACING = 6, 3


class ExperimentPanel(Card):
    """Every field of the experiment.

    The simple layout has data, network diagram, neurons, activation and optimiser. The full one adds the rest
    in two groups: changes now, and starts again. A formula has its own fields in place of data and network.
    """

    def __init__(
        self, lab: Lab, actions: Actions | None = None, theme: Theme = DARK, parent: QWidget | None = None
    ):
        super().__init__(parent=parent)
        self._lab = lab
        self._gestures = Gestures()
        self._theme = theme
        self._full = self._shows_formula = self._narrow = False
        self._shown: TrainingSettings | None = None
        # The number of the last change that was sent: a snapshot from before does not have it yet.
        self._order = 0
        self._samples: Samples | None = None
        self._table_words: Callable[[TableSettings], tuple[str, str]] | None = None
        self.setAccessibleName("Experiment")
        self.choosers: dict[str, ChoiceBox] = {}
        self.fields: dict[str, NumberField] = {}
        self._labels: dict[str, QLabel] = {}
        self.datasets = DatasetChooser(theme)
        self.rule = RuleFields(partial(self._check_start, "data.rule"))
        self.rule.hide()
        self.formula = FormulaFields(theme)
        self.diagram = NetworkView(theme)
        self.layers = LayersEditor()
        self.more = MoreSettings()
        self.activation_by_layer = ActivationByLayer()
        self.derived = DerivedEditor(partial(self._check_start, "data.derived_inputs"))
        self.frozen = ListField(
            "Frozen", partial(self._check_start, "network.frozen"), r"[;\s]+|,(?![0-9₀-₉])", ", "
        )
        self.neurons = ChoiceBox("Neurons of the hidden layer", NEURONS)
        self.standardize = QCheckBox("standardise inputs")
        self.standardization = PlainLabel()
        self._build(actions)
        self._connect()
        # Not by a lambda: the lab outlives the panel, and a connection to a method ends with its widget.
        lab.experiment_replaced.connect(self._experiment_replaced)
        self._show_experiment(lab.experiment)
        self.set_full(False)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Follow the run: its parameters, and settings that were changed elsewhere."""
        view = snapshot.view
        if view.settings != self._shown and snapshot.instruction >= self._order:
            self._show_training(view.settings)
        on_data = network_on_data(snapshot.problem)
        if on_data is None:
            return
        if on_data.samples is not self._samples:
            self._samples = on_data.samples
            self._show_samples(on_data.samples)
        self.diagram.show_snapshot(snapshot)

    def take_boundary(self, answer: BoundaryAnswer) -> None:
        """Show the output of each neuron over the inputs in the diagram."""
        self.diagram.show_boundary(answer.boundary)

    def light_up(self, lit: Lit | None) -> None:
        """Make a part of the network stand out in the diagram (None: no part)."""
        self.diagram.light_up(lit)
        self._fold_diagram()

    def set_reminder(self, widget: QWidget) -> None:
        """Put a widget above all fields, which it moves down while it is shown."""
        self.body.insertWidget(0, widget)

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        self.datasets.restyle(theme)
        self.rule.restyle(theme)
        self.formula.restyle(theme)
        self.diagram.restyle(theme)
        self._limit_diagram()
        self.updateGeometry()

    def set_full(self, full: bool) -> None:
        """Show every field, or those of a first hour."""
        self._full = full
        form = self._form
        for widget in self._full_only:
            form.setRowVisible(widget, full)
        form.setRowVisible(self.neurons, not full)
        self.formula.set_full(full)
        if self._lab.experiment.formula is not None:
            for widget in self._network_only:
                form.setRowVisible(widget, False)
        # The optimiser leads its group in the full layout and ends the list in the simple one.
        optimizer = self.choosers["training.optimizer"]
        form.takeRow(optimizer)
        form.insertRow(1 if full else form.rowCount(), self._optimizer_label, optimizer)
        if self._more is not None:
            self._more.setText("Fewer settings" if full else "All settings")
        self._limit_diagram()
        self._fold_diagram()
        self._set_tab_order()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self._is_low
        self.datasets.set_low(low)
        self._column.setSpacing(LOW_SPACING if low else SPACING)
        self._fold_diagram()

    def _limit_diagram(self) -> None:
        """Let the diagram grow as far as its neurons need where there is room."""
        on_data = self._lab.experiment.on_data
        tallest = 0 if on_data is None else max(self._lab.experiment.layer_sizes)
        # All settings scroll below it: there it is no higher than its neurons are told apart.
        usual, row = (LOWER_DIAGRAM, CLOSE_ROW) if self._full else (DIAGRAM_HEIGHT, ROW_OF_NEURONS)
        height = min(max(usual, AROUND_NEURONS + row * tallest), TALL_DIAGRAM)
        self.diagram.setMaximumHeight(round(height * self._theme.font_factor))

    @property
    def _is_low(self) -> bool:
        return self.height() < LOW * self._theme.font_factor

    def _fold_diagram(self) -> None:
        """Fold the diagram away where all settings have little room, unless a part of it stands out."""
        self.fold.set_folded(self._full, self._is_low and self.diagram.lit is None)

    def sizeHint(self) -> QSize:
        width = round((FULL_WIDTH if self._full else WIDTH) * self._theme.font_factor)
        return QSize(width, 560)

    def minimumSizeHint(self) -> QSize:
        usual = self.sizeHint().width()
        return QSize(min(usual, SMALL_WIDTH) if self._narrow else usual, 160)

    def set_narrow(self, on: bool) -> None:
        """Let the fields be narrower than usual: on a small screen no plot is scrolled sideways."""
        if on != self._narrow:
            self._narrow = on
            self.updateGeometry()

    # Building -------------------------------------------------------------------------------------------

    def _build(self, actions: Actions | None) -> None:
        self.dataset_title, self.formula_title = ElidingLabel(), ElidingLabel()
        for title in (self.dataset_title, self.formula_title):
            set_role(title, "dim")
        set_role(self.standardization, "small")
        self.standardization.setWordWrap(True)
        self._column = column = QVBoxLayout()
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(SPACING)
        heading = _heading("Data", self.dataset_title)
        self.fold = FoldHeading("Network", self.diagram, "the diagram of the network")
        self._network_part = _stacked(heading, self.datasets, self.rule, self.fold, self.diagram)
        self._formula_part = _stacked(_heading("Formula", self.formula_title), self.formula)
        self._formula_part.hide()
        # All height that the diagram does not need is below the fields, not between them and the diagram.
        inside = self._network_part.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.setStretchFactor(self.diagram, 1)
        self._network_part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._limit_diagram()
        column.addWidget(self._network_part, DIAGRAM_STRETCH)
        column.addWidget(self._formula_part)
        column.addWidget(self._make_form())
        column.addStretch(1)
        content = QWidget()
        content.setMinimumWidth(10)
        set_role(content, "scrolled")
        content.setLayout(column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        self.scroll_area = area
        self.set_body(area)
        self._more: QPushButton | None = None
        if actions is not None:
            self._more = QPushButton()
            set_role(self._more, "quiet")
            self._more.clicked.connect(lambda: actions["simple" if self._full else "full"].trigger())
            self.body.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)

    def _make_form(self) -> QWidget:
        box = QWidget()
        form = QFormLayout(box)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(8)
        form.setVerticalSpacing(5)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._form = form
        now, again = _group("Changes now", "no restart"), _group("Starts again", "Undo is there")
        form.addRow(now)
        self._optimizer_label = PlainLabel("Optimiser")
        form.addRow(
            self._optimizer_label, self._chooser("training.optimizer", "Optimiser", titles_of(OPTIMIZERS))
        )
        momentum = self._number("training.momentum", "Momentum", empty="")
        batch = self._number("training.batch_size", "Batch size", whole=True, empty="all")
        l1, l2 = self._number("training.l1", "L1"), self._number("training.l2", "L2")
        schedule = self._chooser("training.schedule", "Schedule of α", SCHEDULES)
        form.addRow("Schedule of α", schedule)
        over = self._number("training.schedule_steps", "over steps", whole=True)
        factor = self._number("training.schedule_factor", "factor γ")
        form.addRow(again)
        points = self._number("data.points", "Points", whole=True)
        noise = self._number("data.noise", "Noise")
        test_share = self._number("data.test_share", "Test share")
        self.standardize.setToolTip(HINTS["data.standardize"])
        form.addRow(self.standardize)
        form.addRow(self.standardization)
        data_seed = self._number("data.seed", "Data seed", whole=True)
        form.addRow("Neurons", self.neurons)
        form.addRow("Hidden layers", self.layers)
        form.addRow("Activation", self._chooser("network.activation", "Activation", titles_of(ACTIVATIONS)))
        loss = self._chooser("network.loss", "Loss", LOSSES)
        form.addRow("Loss", loss)
        start = self._chooser("network.initialization", "Initialisation", INITIALIZATIONS)
        form.addRow("First weights", start)
        network_seed = self._number("network.seed", "Weight seed", whole=True)
        batch_seed = self._number("training.seed", "Batch seed", whole=True)
        self._make_more_settings()
        form.addRow(self.more)
        seeds = (data_seed, network_seed, batch_seed)
        self._full_only = (
            *(now, momentum, batch, l1, l2, schedule, over, factor, again, points, noise, test_share),
            *(self.standardize, self.standardization, self.layers, loss, start, *seeds),
            self.more,
        )
        activation = self.choosers["network.activation"]
        self._network_only = (
            *(batch, again, points, noise, test_share, self.standardize, self.standardization),
            *(self.neurons, self.layers, activation, loss, start, *seeds, self.more),
        )
        return box

    def _make_more_settings(self) -> None:
        form = self.more.form
        form.addRow("Derived\ninputs", self.derived)
        form.addRow("Activation\nby layer", self.activation_by_layer)
        form.addRow("Output", self._chooser("network.output", "Output", OUTPUTS))
        self._number("network.initial_scale", "Weight scale", form=form)
        velocity = self._chooser("training.momentum_form", "Form of momentum", MOMENTUM_FORMS)
        form.addRow("Momentum v", velocity)
        self.frozen.set_hint(HINTS["network.frozen"])
        self.frozen.setPlaceholderText("none")
        form.addRow("Frozen", ListEntry(self.frozen))

    def _chooser(self, field: str, name: str, choices: dict[Any, str]) -> ChoiceBox:
        chooser = ChoiceBox(name, choices)
        chooser.setObjectName(field.replace(".", "_"))
        chooser.setToolTip(HINTS[field])
        chooser.chosen.connect(partial(self._change, field))
        self.choosers[field] = chooser
        return chooser

    def _number(
        self,
        field: str,
        name: str,
        whole: bool = False,
        empty: str | None = None,
        form: QFormLayout | None = None,
    ) -> NumberEntry:
        """Return a row of a form for a number; without one, of the form of the panel."""
        number = NumberField(name, partial(self._check, field), whole, empty)
        number.committed.connect(partial(self._number_taken, field, number))
        label = PlainLabel(name)
        label.setBuddy(number)
        self._labels[field] = label
        entry = NumberEntry(number)
        self.fields[field] = number
        self._hint(field, HINTS[field])
        (form or self._form).addRow(label, entry)
        return entry

    def _hint(self, field: str, hint: str) -> None:
        number = self.fields[field]
        number.setStatusTip(hint)
        self._labels[field].setToolTip(hint)

    def _connect(self) -> None:
        self.datasets.generated_chosen.connect(self._take_dataset)
        self.rule.changed.connect(partial(self._change, "data.rule"))
        self.neurons.chosen.connect(lambda n: self._change("network.hidden_layers", (n,) if n else ()))
        self.activation_by_layer.changed.connect(partial(self._change, "network.activation"))
        self.layers.changed.connect(partial(self._change, "network.hidden_layers"))
        self.layers.freeze_changed.connect(self._freeze_layer)
        self.derived.changed.connect(partial(self._change, "data.derived_inputs"))
        self.frozen.committed.connect(partial(self._change, "network.frozen"))
        self.standardize.clicked.connect(lambda on: self._change("data.standardize", on))
        self.formula.preset_chosen.connect(self._take_preset)
        self.formula.changed.connect(partial(self._change, "formula"))
        self.formula.constant_changed.connect(
            lambda name, value: self._change(f"formula.constants.{name}", value)
        )

    def _set_tab_order(self) -> None:
        """Set the tab order from top to bottom, whichever rows there are."""
        widgets: list[QWidget] = [
            *self.datasets.buttons.values(),
            *self.rule.controls(),
            self.fold.button,
            self.diagram,
        ]
        widgets += self.formula.controls()
        for row in range(self._form.rowCount()):
            item = self._form.itemAt(row, QFormLayout.ItemRole.FieldRole)
            widget = item.widget() if item is not None else None
            if isinstance(widget, LayersEditor | MoreSettings):
                widgets += widget.controls()
            elif widget is not None:
                widgets.append(widget.focusProxy() or widget)
        if self._more is not None:
            widgets.append(self._more)
        widgets = [widget for widget in widgets if widget.focusPolicy() != Qt.FocusPolicy.NoFocus]
        for first, second in pairwise(widgets):
            QWidget.setTabOrder(first, second)

    # From the user to the lab ---------------------------------------------------------------------------

    def _check(self, field: str, value: Number) -> None:
        try:
            self._check_start(field, value)
        except ExperimentError as error:
            if error.field == field:
                raise
            # Of a seed that draws points of one class only, the rule is at fault.
            raise SentenceError(error.sentence) from None

    def _check_start(self, field: str, value: Any) -> None:
        """Raise ExperimentError where no run can begin with this value."""
        experiment = self._lab.experiment.with_value(field, value)
        if field not in LIVE_FIELDS:
            check_start(experiment)

    def _take_dataset(self, name: str) -> None:
        if name == RULE:
            self._change("data.rule", self.rule.rule or RuleSettings())
        else:
            self._change("data.dataset", name)

    def _freeze_layer(self, layer: int, on: bool) -> None:
        experiment = self._lab.experiment
        if experiment.network is not None:
            names = with_layer_frozen(experiment.network.frozen, layer, experiment.layer_sizes, on)
            self._change("network.frozen", names)

    def _number_taken(self, field: str, number: NumberField, value: Any) -> None:
        self._change(field, value, self._gestures.number(held=False) if number.nudging else None)

    def _change(self, field: str, value: Any, gesture: int | None = None) -> None:
        if not _has(self._lab.experiment, field):
            # Another experiment has begun; the controls of the one before go with its first picture.
            return
        try:
            self._order = self._lab.change(field, value, gesture)
        except ExperimentError as error:
            # It fits by itself, but not what is set elsewhere, as points where an expression is infinite.
            self._lab.notice.emit(error.sentence)
        self._show_experiment(self._lab.experiment)

    def _take_preset(self, name: str) -> None:
        preset = FORMULA_PRESETS[name]
        experiment = self._lab.experiment.with_value("formula", preset.formula)
        experiment = experiment.with_value("training.learning_rate", preset.learning_rate)
        self._order = self._lab.set_preset(experiment, preset.title)
        self._show_experiment(experiment)

    # From the lab to the user ---------------------------------------------------------------------------

    def _experiment_replaced(self) -> None:
        self._show_experiment(self._lab.experiment)

    def _show_experiment(self, experiment: Experiment) -> None:
        formula = experiment.formula
        if (formula is None) == self._shows_formula:
            self._shows_formula = formula is not None
            self._network_part.setVisible(formula is None)
            self._formula_part.setVisible(formula is not None)
            self.choosers["network.activation"].setVisible(formula is None)
            self._form.setRowVisible(self.choosers["network.activation"], formula is None)
            for field, hint in OF_FORMULA.items():
                self._hint(field, HINTS[field] if formula is None else hint)
            self.set_full(self._full)
        if formula is not None:
            preset = preset_of(formula)
            self.formula_title.setText("your own" if preset is None else preset.title)
            self.formula.show_formula(formula)
        elif experiment.on_data is not None:
            self._show_network_on_data(experiment, *experiment.on_data)
        self._show_training(experiment.training)

    def _show_network_on_data(
        self, experiment: Experiment, data: DataSettings, network: NetworkSettings
    ) -> None:
        self.datasets.show_data(data)
        self._show_title(data)
        self.rule.setVisible(data.rule is not None)
        if data.rule is not None:
            self.rule.show_rule(data.rule)
        for name in ("points", "noise", "test_share", "seed"):
            self.fields[f"data.{name}"].set_value(getattr(data, name))
        # The points of a table are given: their number and their noise are no settings.
        for name in ("points", "noise"):
            self.fields[f"data.{name}"].setEnabled(data.table is None)
        self.fields["data.test_share"].setEnabled(data.table is None or data.table.test_rows is None)
        self.standardize.setChecked(data.standardize)
        layers = network.hidden_layers
        if len(layers) != len(self.layers.layers):
            self.layers.set_layers(layers)
            self._set_tab_order()
        self.layers.set_layers(layers)
        sizes = experiment.layer_sizes
        self.layers.show_frozen(frozen_layers(network.frozen, sizes))
        self.frozen.set_value(network.frozen)
        self.derived.show_value(data.derived_inputs, data.raw_names)
        self._show_loss(experiment, data)
        self.fields["network.initial_scale"].set_value(network.initial_scale)
        self._limit_diagram()
        self.neurons.set_value(
            (layers[0] if layers else 0) if len(layers) < 2 else layers,
            " – ".join(str(neurons) for neurons in layers),
        )
        title = activation_title(network.activation)
        self.choosers["network.activation"].set_value(network.activation, title)
        self.activation_by_layer.set_value(network.activations)
        self.more.form.setRowVisible(self.activation_by_layer, len(layers) > 1)
        self.choosers["network.activation"].setEnabled(bool(layers))
        self.choosers["network.initialization"].set_value(network.initialization)
        self.fields["network.seed"].set_value(network.seed)

    def _show_loss(self, experiment: Experiment, data: DataSettings) -> None:
        """Show loss and output, and which others a network on these data can have."""
        loss, output = self.choosers["network.loss"], self.choosers["network.output"]
        possible, outputs = losses_for(data.kind), outputs_for(data, experiment.loss)
        for name, sentence in NEEDED_FOR_LOSS.items():
            loss.set_possible(name, name in possible, sentence)
        loss.set_value(experiment.loss)
        needed = {
            "linear": f"A cross-entropy needs a {outputs[0]} output.",
            "sigmoid": NEEDED_FOR_SIGMOID[data.kind.classification],
            "softmax": "A softmax output needs softmax cross-entropy.",
        }
        for name, sentence in needed.items():
            output.set_possible(name, name in outputs, sentence)
        output.set_value(experiment.output)
        output.setEnabled(len(outputs) > 1)

    def set_table_words(self, words_of: Callable[[TableSettings], tuple[str, str]]) -> None:
        """Set the function that returns the title of a table, and a sentence about where it is from."""
        self._table_words = words_of
        if self._lab.experiment.data is not None:
            self._show_title(self._lab.experiment.data)

    def _show_title(self, data: DataSettings) -> None:
        title, told = dataset_title(data.dataset), ""
        if data.table is not None and self._table_words is not None:
            title, told = self._table_words(data.table)
        self.dataset_title.setText(title)
        self.dataset_title.set_told(told)

    def _show_training(self, training: TrainingSettings) -> None:
        self._shown = training
        self.fields["training.seed"].set_value(training.seed)
        self.choosers["training.optimizer"].set_value(training.optimizer)
        self.choosers["training.schedule"].set_value(training.schedule)
        for name in ("schedule_steps", "schedule_factor"):
            self.fields[f"training.{name}"].setEnabled(training.schedule != "constant")
        for name in ("momentum", "batch_size", "l1", "l2", "schedule_steps", "schedule_factor"):
            self.fields[f"training.{name}"].set_value(getattr(training, name))
        self.choosers["training.momentum_form"].set_value(training.momentum_form)
        self.choosers["training.momentum_form"].setEnabled(training.optimizer == "momentum")
        momentum = self.fields["training.momentum"]
        usual = OPTIMIZERS[training.optimizer].momentum
        momentum.setEnabled(usual is not None)
        momentum.setPlaceholderText("has none" if usual is None else number_text(usual))

    def _show_samples(self, samples: Samples) -> None:
        count = len(samples.y_train)
        whole = "the one point" if count == 1 else f"all {count} points"
        self.fields["training.batch_size"].setPlaceholderText(whole)
        names = input_labels(samples.input_names)
        if len(names) > MOST_LINES:
            lines_of, rest = MOST_LINES - 1, f"and {len(names) - MOST_LINES + 1} more inputs"
        else:
            lines_of, rest = len(names), ""
        columns = zip(names, samples.mean.tolist(), samples.scale.tolist(), strict=True)
        lines = [
            f"{name}: ({name} − {number_text(mean)}) / {number_text(scale)}".replace("− −", "+ ")
            for name, mean, scale in islice(columns, lines_of)
        ]
        lines += [rest] if rest else []
        self.standardization.setText(
            "\n".join(lines) if self.standardize.isChecked() else "inputs as they are"
        )


def titles_of(records: Mapping[str, Activation | OptimizerInfo]) -> dict[Any, str]:
    """Return the choices of a list: the records by name, each with its title."""
    return {name: record.title for name, record in records.items()}


def _heading(text: str, beside: QWidget | None = None, role: str = "title") -> QHBoxLayout:
    label = PlainLabel(text)
    set_role(label, role)
    line = QHBoxLayout()
    line.setSpacing(6)
    line.addWidget(label)
    if beside is not None:
        line.addWidget(beside, 1)
    else:
        line.addStretch(1)
    return line


def _stacked(*parts: QWidget | QHBoxLayout) -> QWidget:
    """Return these one below the other; what is below takes the height that is left."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACING)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    return box


def _group(title: str, words: str) -> QWidget:
    beside = ElidingLabel(words)
    set_role(beside, "dim")
    box = QWidget()
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 8, 0, 0)
    column.setSpacing(6)
    line = QFrame()
    set_role(line, "separator")
    column.addWidget(line)
    column.addLayout(_heading(title, beside, "group"))
    return box


def _has(experiment: Experiment, field: str) -> bool:
    """Return whether an experiment has a field of data, network, formula or training."""
    section, _, name = field.partition(".")
    formula = experiment.formula
    if name.startswith("constants."):
        return formula is not None and name.removeprefix("constants.") in formula.constants_by_name
    return section == "training" or (section == "formula") == (formula is not None)
