"""A box with arrows for a number with decimals, read like every other number of the window."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from playground.number_reader import NumberError, read_number, shown
from playground.numerals import number_text
from playground.ui.widgets.whole_box import WholeBox


class DecimalBox(WholeBox):
    """A WholeBox in units of the last decimal: with one decimal its value() is 85 for 8.5, its number 8.5."""

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        number: float,
        decimals: int,
        parent: QWidget | None = None,
    ):
        self._per_one: int = 10**decimals
        lowest, highest, value = (round(limit * self._per_one) for limit in (low, high, number))
        super().__init__(name, lowest, highest, value, parent=parent)
        self.setSingleStep(self._per_one)

    @property
    def number(self) -> float:
        """The number in the box."""
        return self.value() / self._per_one

    def set_number(self, number: float) -> None:
        """Set the number, rounded to the box's decimals."""
        self.setValue(round(number * self._per_one))

    def set_decimals(self, decimals: int, low: float, high: float, number: float) -> None:
        """Set other decimals, another range and a number."""
        self._per_one = 10**decimals
        self.setRange(round(low * self._per_one), round(high * self._per_one))
        self.setSingleStep(self._per_one)
        self.set_number(number)

    def textFromValue(self, value: int) -> str:
        if self._per_one == 1:
            return super().textFromValue(value)
        return number_text(value / self._per_one, 8)

    def _read(self, text: str) -> int:
        if self._per_one == 1:
            return super()._read(text)
        bare = self._bare(text)
        number = read_number(bare)
        value = round(number * self._per_one)
        if not self.minimum() <= value <= self.maximum():
            low, high = (number_text(limit / self._per_one, 8) for limit in (self.minimum(), self.maximum()))
            raise NumberError(f"must be from {low} to {high}, not {shown(bare)}.")
        return value
