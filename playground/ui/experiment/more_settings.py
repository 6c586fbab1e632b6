"""The settings of a network that are seldom used, folded away until they are opened."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from playground.ui.experiment.fold import FoldHeading


class MoreSettings(QWidget):
    """A heading that opens a form; `form` takes the rows."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.box = QWidget()
        self.form = QFormLayout(self.box)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(8)
        self.form.setVerticalSpacing(5)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.fold = FoldHeading(
            "Seldom used",
            self.box,
            "derived inputs, activation by layer, output, weight scale, form of momentum, frozen weights",
        )
        self.fold.set_folded(may_fold=True, folded=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.fold)
        column.addWidget(self.box)

    def controls(self) -> list[QWidget]:
        """Return the widgets that can have the focus, from top to bottom."""
        found: list[QWidget] = [self.fold.button]
        for row in range(self.form.rowCount()):
            item = self.form.itemAt(row, QFormLayout.ItemRole.FieldRole)
            widget = item.widget() if item is not None else None
            if widget is not None:
                controls = getattr(widget, "controls", None)
                found += controls() if controls is not None else [widget.focusProxy() or widget]
        return found
