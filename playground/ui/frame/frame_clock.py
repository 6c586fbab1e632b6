"""When the window checks for news: at display rate, or rarely where none can come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from playground.lab.lab import Lab

FRAME_MS, FAST_FRAME_MS = 16, 8
QUIET_SECONDS = 0.7
"""Seconds without news after which the clock sleeps."""
SELDOM_MS = 500
"""Time between two checks of a sleeping clock, for what is due by time alone; none while the window is
hidden."""

_T = QEvent.Type
WAKING = frozenset(
    {
        _T.MouseMove,
        _T.MouseButtonPress,
        _T.MouseButtonRelease,
        _T.MouseButtonDblClick,
        _T.Wheel,
        _T.HoverEnter,
        _T.HoverMove,
        _T.HoverLeave,
        _T.KeyPress,
        _T.KeyRelease,
        _T.ShortcutOverride,
        _T.Shortcut,
        _T.InputMethod,
        _T.ContextMenu,
        _T.TouchBegin,
        _T.TouchUpdate,
        _T.TouchEnd,
        _T.NativeGesture,
        _T.DragEnter,
        _T.DragMove,
        _T.DragLeave,
        _T.Drop,
        _T.Enter,
        _T.Leave,
        _T.FocusIn,
        _T.FocusOut,
        _T.Show,
        _T.Hide,
        _T.Close,
        _T.Resize,
        _T.WindowStateChange,
        _T.WindowActivate,
        _T.WindowDeactivate,
        _T.EnabledChange,
        _T.ApplicationPaletteChange,
        _T.PaletteChange,
        _T.StyleChange,
        _T.FontChange,
        _T.ThemeChange,
        _T.LanguageChange,
        _T.ScreenChangeInternal,
        _T.DevicePixelRatioChange,
        _T.Quit,
    }
)
"""Events after which something may be new: input, and changes of the window."""


class FrameClock(QObject):
    """The timer of the frames: it calls look() for each.

    It sleeps when nothing was new for a while and nothing runs. News of the lab, a question, and any event of
    WAKING wake it, and the next frame comes at once.
    """

    def __init__(self, window: QWidget, lab: Lab, look: Callable[[], None]):
        super().__init__(window)
        self._window, self._lab, self._look = window, lab, look
        self.timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=FRAME_MS)
        self.timer.timeout.connect(self._frame)
        self._seldom = QTimer(self, timerType=Qt.TimerType.VeryCoarseTimer, interval=SELDOM_MS)
        self._seldom.timeout.connect(self._frame)
        self._asleep = self._ended = False
        self._something_at = time.monotonic()
        lab.news.connect(self.wake)
        self.timer.start()

    @property
    def asleep(self) -> bool:
        return self._asleep

    def set_fast(self, fast: bool) -> None:
        """Use a shorter interval between frames, so that every view moves while the views take turns."""
        interval = FAST_FRAME_MS if fast else FRAME_MS
        if interval != self.timer.interval():
            self.timer.setInterval(interval)

    def seen(self, something: bool) -> None:
        """Note the end of a frame.

        something: whether anything was new in it, or something runs.
        """
        if something:
            self.wake()
            self._something_at = time.monotonic()
        elif self.timer.isActive() and time.monotonic() - self._something_at > QUIET_SECONDS:
            self._sleep()

    def wake(self) -> None:
        """Look again at display rate: something may be new."""
        if not self._asleep:
            return
        self._asleep = False
        self._something_at = time.monotonic()
        self._seldom.stop()
        self._lab.wake()
        if (application := QCoreApplication.instance()) is not None:
            application.removeEventFilter(self)
        if not self._ended:
            self.timer.start()
            QTimer.singleShot(0, self, self._frame)

    def end(self) -> None:
        """Stop all frames for good."""
        self._ended = True
        self.wake()
        self.timer.stop()

    def _sleep(self) -> None:
        application = QCoreApplication.instance()
        if self._ended or application is None or not self._lab.sleep():
            return
        self._asleep = True
        self.timer.stop()
        if self._window.isVisible() and not self._window.isMinimized():
            self._seldom.start()
        application.installEventFilter(self)

    def _frame(self) -> None:
        if not self._ended:
            self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in WAKING:
            self.wake()
        return False
