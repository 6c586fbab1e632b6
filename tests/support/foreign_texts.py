"""Names that look like markup, formulas, parts of a lesson or mnemonics, and the texts that fall for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QGraphicsTextItem,
    QGraphicsView,
    QLabel,
    QMenu,
    QTabBar,
    QTextEdit,
    QToolTip,
    QWidget,
)

MARKUP, FORMULA, PART, LONG = '<b>&"x"', "=1+1", "[[strip]]", "long " * 39 + "name"
HEBREW, EMOJI = "\u05d0\u05d1\u05d2 \u05d3", "\U0001f642 \U0001f469\u200d\U0001f52c"
INPUTS = (MARKUP, FORMULA, PART, LONG, HEBREW, EMOJI)
TARGET = '<i>t&amp;"x"'
CLASSES = ('<img src=x>&"x"', '=cmd|"x"')
MARKS = ("<b>", "<i>t", "<img src=x>")
"""How the names begin that are markup."""
TIPS = ("toolTip", "whatsThis")


def faults_of(window: QWidget) -> list[str]:
    """Return each text of a window in which a name is read as markup, or its "&" as the mark of a key."""
    found = []
    for part in (window, *window.findChildren(QWidget), *window.findChildren(QAction)):
        kind = type(part).__name__
        found += [f"{kind} {where}: {text!r}" for where, text in _rich_texts(part) if _is_read(text)]
        found += [f"{kind} mnemonic: {text!r}" for text in _texts_with_mnemonics(part) if _is_marked(text)]
        if isinstance(part, QGraphicsView) and part.scene() is not None:
            found += [
                f"{kind} scene: {item.toHtml()!r}"
                for item in part.scene().items()
                if isinstance(item, QGraphicsTextItem) and _is_lost(item.toPlainText())
            ]
        if isinstance(part, QTextEdit) and _is_lost(part.toPlainText()):
            found.append(f"{kind}: {part.toPlainText()!r}")
    return found


def tips_of(widget: QWidget, apart: int = 24) -> set[str]:
    """Return the tooltips that a widget shows beside a pointer that goes over all of it."""
    found = set()
    for y in range(4, widget.height(), apart):
        for x in range(4, widget.width(), apart):
            at = QPointF(x, y)
            none = Qt.MouseButton.NoButton
            move = QMouseEvent(
                QEvent.Type.MouseMove, at, widget.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier
            )
            QApplication.sendEvent(widget, move)
            found.add(QToolTip.text())
    QToolTip.hideText()
    return found - {""}


def tips_by_keys(qtbot: Any, widget: QWidget, count: int) -> set[str]:
    """Return the tooltips that a widget shows as the keys go to the next thing, so many times."""
    found = set()
    for _ in range(count):
        qtbot.keyClick(widget, Qt.Key.Key_Down)
        found.add(QToolTip.text())
    QToolTip.hideText()
    return found - {""}


def faults_in_tips(tips: set[str]) -> list[str]:
    """Return the tooltips in which a name is read as markup."""
    return [text for text in tips if QtGui.Qt.mightBeRichText(text) and _is_read(text)]


def names_in(texts: list[str]) -> set[str]:
    """Return which of the names stand in any of these texts, as they are or as HTML, whole or in part."""
    whole = "\n".join(texts).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    whole = whole.replace("&amp;", "&")
    return {name for name in (*INPUTS, TARGET, *CLASSES) if name[:12] in whole}


def _rich_texts(part: QObject) -> Iterator[tuple[str, str]]:
    """Yield the texts that Qt reads as markup."""
    for name in TIPS:
        text = part.property(name)
        if isinstance(text, str) and QtGui.Qt.mightBeRichText(text):
            yield name, text
    if isinstance(part, QLabel):
        rich = part.textFormat() == Qt.TextFormat.RichText
        auto = part.textFormat() == Qt.TextFormat.AutoText and QtGui.Qt.mightBeRichText(part.text())
        if rich or auto:
            yield "text", part.text()


def _texts_with_mnemonics(part: QObject) -> Iterator[str]:
    if isinstance(part, QAction | QAbstractButton):
        yield part.text()
    elif isinstance(part, QMenu):
        yield part.title()
    elif isinstance(part, QTabBar):
        yield from (part.tabText(index) for index in range(part.count()))
    elif isinstance(part, QLabel) and part.buddy() is not None:
        yield part.text()


def _is_read(text: str) -> bool:
    """Return whether a text of markup loses the markup of a name that it holds."""
    document = QTextDocument()
    document.setHtml(text)
    return _is_lost(document.toPlainText()) or any(mark in text for mark in MARKS[1:])


def _is_lost(plain: str) -> bool:
    """Return whether a name stands in a plain text without the markup that it begins with."""
    return re.search(r'(?<!<b>)(?<!<img src=x>)(?<!<i>t)&"x"', plain) is not None


def _is_marked(text: str) -> bool:
    return re.search(r'(?<!&)&(?!&)"x"', text) is not None
