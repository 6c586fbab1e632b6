"""The bar in which a plane is chosen: its kind, what that kind needs, and whether it follows the run."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from playground.engine.formula import Formula
from playground.engine.problem import NamedParameters
from playground.landscape.directions import PLANE_KINDS
from playground.ui.style import set_role
from playground.ui.surface.plane_words import NORMALIZATIONS
from playground.ui.surface.wish import PlaneSettings
from playground.ui.widgets.card import ElidingLabel
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.whole_box import WholeBox

WHOLE = "{} and {}: all there is"
"""What the only plane of two parameters is called."""


Shape = tuple[object, ...]


class PlaneBar(QWidget):
    """Shows PlaneSettings and lets the user change them; controls appear where the kind needs them."""

    chosen = Signal(object)
    keep_requested = Signal()
    follow_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.settings = PlaneSettings()
        self._named: NamedParameters | None = None
        self._shape: Shape = ()
        self._listed: Shape = ()
        self._full = False
        self._kept: int | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._make_choices()
        self.sentence = ElidingLabel()
        # It has what the others leave over.
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_role(self.sentence, "dim")
        self._row.addWidget(self.sentence, 1)
        self._make_following()
        self.show_settings(self.settings)

    def _make_choices(self) -> None:
        self.kind_box = ChoiceBox(
            "Plane that is shown", {name: kind.title for name, kind in PLANE_KINDS.items()}
        )
        self.kind_box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self.kind_box.setMinimumWidth(104)
        self.kind_box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for index, kind in enumerate(PLANE_KINDS.values()):
            self.kind_box.setItemData(index, kind.tip, Qt.ItemDataRole.ToolTipRole)
        self.kind_box.chosen.connect(lambda kind: self._choose(kind=kind))
        self.pair_boxes = tuple(ChoiceBox(name, {}) for name in ("Parameter across", "Parameter up"))
        for place, box in enumerate(self.pair_boxes):
            box.setMinimumContentsLength(6)
            box.setToolTip(f"The parameter that runs {('across', 'up')[place]}")
            box.chosen.connect(lambda index, place=place: self._choose_parameter(place, index))
        self.seed_box = WholeBox("Seed", 0, 2**31 - 1, 0, grouped=False)
        self.seed_box.setPrefix("seed ")
        self.seed_box.setAccessibleName("Seed of the random directions")
        self.seed_box.setKeyboardTracking(False)
        self.seed_box.setMaximumWidth(84)
        self.seed_box.valueChanged.connect(lambda seed: self._choose(seed=seed))
        self.another_button = QToolButton()
        self.another_button.setText("another")
        self.another_button.setToolTip("Two other random directions: the next seed")
        self.another_button.clicked.connect(lambda: self.seed_box.stepUp())
        self.normalization_box = ChoiceBox("Length of the random directions", NORMALIZATIONS)
        self.normalization_box.setMinimumContentsLength(8)
        self.normalization_box.setToolTip(
            "How long the directions are: as long as each neuron's weights, as each layer's, or all alike"
        )
        self.normalization_box.chosen.connect(lambda name: self._choose(normalization=name))
        self.keep_button = QToolButton()
        self.keep_button.setText("Keep these instead")
        self.keep_button.clicked.connect(self.keep_requested)
        self._in_row: tuple[QWidget, ...] = (
            self.kind_box,
            *self.pair_boxes,
            self.seed_box,
            self.another_button,
            self.normalization_box,
            self.keep_button,
        )
        for widget in self._in_row:
            self._row.addWidget(widget)

    def _make_following(self) -> None:
        self.follow_box = QCheckBox("follow")
        self.follow_box.setChecked(True)
        self.follow_box.setToolTip(
            "Lay the plane anew through the present parameters once they have left it; "
            "without it the plane keeps its place"
        )
        self.follow_box.toggled.connect(self.follow_changed)
        self._row.addWidget(self.follow_box)

    # What is shown -------------------------------------------------------------------------------------

    def show_parameters(self, named: NamedParameters) -> PlaneSettings:
        """Offer these parameters for a plane, and return the settings that make sense for them."""
        before, self._shape = self._shape, _shape_of(named)
        self._named = named
        two = self.two_numbers
        title = PLANE_KINDS["parameters"].title
        if two:
            title = WHOLE.format(named.parameter_name(0), named.parameter_name(1))
        self.kind_box.setItemText(list(PLANE_KINDS).index("parameters"), title)
        for kind in PLANE_KINDS:
            possible = not two or kind == "parameters"
            self.kind_box.set_possible(kind, possible, "With two numbers there is only one plane")
        settings = self.settings
        if two:
            settings = replace(settings, kind="parameters", pair=(0, 1))
        elif before != self._shape:
            kind = "rehearsal" if settings.kind == "parameters" else settings.kind
            settings = replace(settings, kind=kind, pair=(0, 1))
        self._listed = ()
        self.show_settings(settings)
        return settings

    @property
    def two_numbers(self) -> bool:
        """Whether there are two parameters, so that one plane is the whole landscape."""
        return self._named is not None and self._named.n_parameters == 2

    @property
    def _of_formula(self) -> bool:
        """Whether the parameters are variables of a formula, which has no neurons and no layers."""
        return isinstance(self._named, Formula)

    def show_settings(self, settings: PlaneSettings) -> None:
        """Show settings that came from elsewhere."""
        self.settings = settings
        self.kind_box.set_value(settings.kind)
        self.kind_box.setToolTip(PLANE_KINDS[settings.kind].tip)
        self.seed_box.blockSignals(True)
        self.seed_box.setValue(settings.seed)
        self.seed_box.blockSignals(False)
        self.normalization_box.set_value(settings.normalization)
        self._fit()

    def show_kept(self, step: int | None) -> None:
        """Say which weights are kept, those of which step; None: none are."""
        self._kept = step
        tip = "Keep where the run is now as the third point of the plane (Ctrl+D)"
        self.keep_button.setToolTip(f"{tip}; kept now: that of step {step}")
        self._fit()

    def sizeHint(self) -> QSize:
        # As high with any of its controls: the picture below must not move.
        hint = super().sizeHint()
        return QSize(hint.width(), max(widget.sizeHint().height() for widget in self._in_row))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def set_full(self, full: bool) -> None:
        """The full layout also shows how the plane follows."""
        self._full = full
        self._fit()

    def _fit(self) -> None:
        kind = PLANE_KINDS[self.settings.kind]
        pair = kind.needs == "pair" and not self.two_numbers
        if pair:
            self._list_parameters()
        shown: dict[QWidget, bool] = {
            self.pair_boxes[0]: pair,
            self.pair_boxes[1]: pair,
            self.seed_box: kind.needs == "seed" and self._full,
            self.another_button: kind.needs == "seed",
            self.normalization_box: kind.needs == "seed" and self._full and not self._of_formula,
            # Before any are kept the picture itself offers it.
            self.keep_button: kind.needs == "third" and self._kept is not None,
            self.follow_box: self._full and kind.follows and not self.two_numbers,
        }
        for widget, on in shown.items():
            widget.setVisible(on)

    def _list_parameters(self) -> None:
        if self._named is not None and self._listed != self._shape:
            self._listed = self._shape
            count = self._named.n_parameters
            names = [self._named.parameter_name(index) for index in range(count)]
            for box in self.pair_boxes:
                box.clear()
                box.addItems(names)
                for index in range(count):
                    box.setItemData(index, index)
        for box, index in zip(self.pair_boxes, self.settings.pair, strict=True):
            box.set_value(index)

    @property
    def stepping(self) -> bool:
        """Whether the seed is changed by keys or wheel in its field, and not by a button."""
        return self.seed_box.hasFocus()

    # What is chosen ------------------------------------------------------------------------------------

    def _choose(self, **changes: object) -> None:
        settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        if settings != self.settings:
            self.show_settings(settings)
            self.chosen.emit(settings)

    def _choose_parameter(self, place: int, index: object) -> None:
        assert isinstance(index, int)
        pair = list(self.settings.pair)
        if pair[1 - place] == index:
            # The other one steps aside: twice the same parameter spans no plane.
            pair[1 - place] = pair[place]
        pair[place] = index
        self._choose(pair=(pair[0], pair[1]))


def _shape_of(named: NamedParameters) -> Shape:
    """Return what two problems have in common whose parameters have the same names."""
    return (named.n_parameters, *(block.shape for block in named.weight_blocks))
