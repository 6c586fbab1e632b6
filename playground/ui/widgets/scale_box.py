"""The choice between a logarithmic and a linear scale of J."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget


class ScaleBox(QComboBox):
    """The scale that suits what is shown, until the user chooses one."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.addItems(["log J", "linear J"])
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.is_chosen = False
        self._suggesting = False
        self.activated.connect(self._choose)
        self.currentIndexChanged.connect(self._choose)

    @property
    def logarithmic(self) -> bool:
        return self.currentIndex() == 0

    def suggest(self, logarithmic: bool) -> None:
        """Take the scale that suits what is shown, if the user has chosen none."""
        if self.is_chosen:
            return
        self._suggesting = True
        self.setCurrentIndex(0 if logarithmic else 1)
        self._suggesting = False

    def _choose(self) -> None:
        self.is_chosen = self.is_chosen or not self._suggesting
