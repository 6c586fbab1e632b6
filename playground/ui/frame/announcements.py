"""Announcements of a screen reader: the notice, a pause, a goal that was reached."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from playground.lab.lab import Lab
from playground.lab.snapshot import PAUSED, RUNNING
from playground.ui.frame.notice_bar import NoticeBar


def announce(widget: QWidget, text: str) -> None:
    """Let a screen reader read a text after the one that it is reading."""
    if text:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


class NoticeAnnouncements(QObject):
    """The announcements of the notice bar's texts, and of a pause of the run."""

    def __init__(self, notices: NoticeBar, lab: Lab):
        super().__init__(notices)
        self._notices = notices
        self._state = lab.state
        notices.notice_shown.connect(lambda text: announce(notices, text))
        lab.state_changed.connect(self._state_changed)

    def _state_changed(self, state: str) -> None:
        if self._state == RUNNING and state == PAUSED:
            announce(self._notices, "Paused.")
        self._state = state
