"""The dialog that shows an unexpected error."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
)

from playground.versions import versions_text

MAX_TEXTS = 20


class CrashDialogs(QObject):
    """Reports from any thread, shown in one dialog in the thread that created this object."""

    reported = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.dialog: CrashDialog | None = None
        self._busy = False
        self.reported.connect(self._show, Qt.ConnectionType.QueuedConnection)

    @Slot(str, str)
    def _show(self, text: str, log_path: str) -> None:
        if self._busy:
            return
        # An error while an error is shown would otherwise repeat without end.
        self._busy = True
        try:
            if self.dialog is None:
                self.dialog = CrashDialog(log_path)
                self.dialog.finished.connect(self._closed)
                self.dialog.show()
            self.dialog.add(text)
        finally:
            self._busy = False

    @Slot()
    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


class CrashDialog(QDialog):
    """The traceback, the place of the log, and three ways on: copy it, go on, close the program."""

    def __init__(self, log_path: str):
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle("An unexpected error")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
        where = f"It is written to {log_path}." if log_path else "The log file could not be written."
        self.message = QLabel(
            f"The program met an error that it did not expect. {where} You can go on, but save first "
            "what you want to keep."
        )
        # A folder's name is no markup.
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.traceback = QPlainTextEdit()
        self.traceback.setReadOnly(True)
        self.traceback.setAccessibleName("Traceback of the error")
        self.traceback.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.traceback.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.more = QLabel()
        self.more.setTextFormat(Qt.TextFormat.PlainText)
        buttons = QDialogButtonBox()
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        leave = buttons.addButton("Close the program", QDialogButtonBox.ButtonRole.DestructiveRole)
        go_on = buttons.addButton("Go on", QDialogButtonBox.ButtonRole.RejectRole)
        copy.clicked.connect(self._copy)
        leave.clicked.connect(self._leave)
        go_on.clicked.connect(self.reject)
        go_on.setDefault(True)
        layout = QVBoxLayout(self)
        for part in (self.message, self.traceback, self.more, buttons):
            layout.addWidget(part)
        self.resize(720, 420)
        self._texts: list[str] = []
        self._count = 0

    def add(self, text: str) -> None:
        """Show one more error; a repeated one is only counted."""
        self._count += 1
        if text not in self._texts and len(self._texts) < MAX_TEXTS:
            self._texts.append(text)
            self.traceback.appendPlainText(text.rstrip() + "\n")
        self.more.setText(f"{self._count} errors so far." if self._count > 1 else "")

    @Slot()
    def _copy(self) -> None:
        QApplication.clipboard().setText(f"{versions_text()}\n{self.traceback.toPlainText()}")

    @Slot()
    def _leave(self) -> None:
        self.reject()
        QApplication.closeAllWindows()
        QApplication.quit()
