"""One quiet line under the controls: what is going on, what the pointer is over, what can be taken back.

It never goes away and never grows, so nothing below it moves. When there is nothing to say it describes
the experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from playground.ui.card import ElidingLabel
from playground.ui.style import set_role


class Offer(NamedTuple):
    """A button beside a sentence."""

    text: str
    act: Callable[[], object]


class NoticeBar(QWidget):
    """Shows the newest notice; under it, in this order, a hint and the description of the experiment."""

    said = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName("Notices")
        self._mark = QLabel("●")
        set_role(self._mark, "small")
        self._label = ElidingLabel()
        set_role(self._label, "dim")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(6)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self._label)
        row.addLayout(self._buttons)
        row.addStretch(1)
        row.setStretch(1, 0)
        self._description = ""
        self._hint = ""
        self._text = ""
        self._offers: tuple[Offer, ...] = ()
        self._dismissed: Callable[[], object] | None = None
        self._expiry = QTimer(self, singleShot=True)
        self._expiry.timeout.connect(self.clear)
        self._show()

    @property
    def text(self) -> str:
        """The sentence on the screen."""
        return self._label.text()

    @property
    def offers(self) -> dict[str, QPushButton]:
        """The buttons on the screen, by their text."""
        widgets = [self._buttons.itemAt(i).widget() for i in range(self._buttons.count())]
        return {w.text(): w for w in widgets if isinstance(w, QPushButton)}

    def say(
        self,
        text: str,
        offers: Sequence[Offer] = (),
        seconds: float | None = 20.0,
        dismissed: Callable[[], object] | None = None,
    ) -> None:
        """Show a sentence for so many seconds (None: until it is dismissed or another one comes)."""
        self._text = text
        self._dismissed = dismissed
        self._set_offers(tuple(offers))
        self._expiry.stop()
        if seconds is not None:
            self._expiry.start(round(1000 * seconds))
        self._show()
        self.said.emit(text)

    def clear(self) -> None:
        """Take the notice away."""
        self._expiry.stop()
        self._text = ""
        self._dismissed = None
        self._set_offers(())
        self._show()

    def hint(self, text: str) -> None:
        """Show what the pointer is over; an empty text ends it."""
        self._hint = text
        self._show()

    def describe(self, text: str) -> None:
        """Set the description that stands here when there is nothing else to say."""
        self._description = text
        self._show()

    def _show(self) -> None:
        text = self._hint or self._text or self._description
        if text != self._label.text():
            self._label.setText(text)
            self._label.updateGeometry()
            self.setAccessibleDescription(text)
        important = bool(self._text) and not self._hint
        self._mark.setVisible(important)
        set_role(self._label, "" if important else "dim")
        for button in self.offers.values():
            button.setVisible(not self._hint)

    def _set_offers(self, offers: tuple[Offer, ...]) -> None:
        while self._buttons.count():
            widget = self._buttons.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._offers = offers
        for offer in offers:
            self._buttons.addWidget(self._button(offer.text, offer.act))
        if self._text:
            close = self._button("✕", self._dismiss)
            close.setAccessibleName("Dismiss the notice")
            self._buttons.addWidget(close)

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        set_role(button, "quiet" if text == "✕" else "")
        button.setAutoDefault(False)

        def clicked() -> None:
            act()

        button.clicked.connect(clicked)
        return button

    def _dismiss(self) -> None:
        dismissed = self._dismissed
        self.clear()
        if dismissed is not None:
            dismissed()
