"""Every text that a window can show: of its widgets and actions, tooltips and spoken names included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QWidget

PROPERTIES = (
    "text",
    "title",
    "windowTitle",
    "toolTip",
    "statusTip",
    "whatsThis",
    "accessibleName",
    "accessibleDescription",
    "placeholderText",
    "plainText",
    "suffix",
    "prefix",
)


def visible_texts(window: QWidget) -> list[str]:
    """The texts of a window with all that it holds, shown or not yet."""
    parts: list[QObject] = [window, *window.findChildren(QWidget), *window.findChildren(QAction)]
    return [text for part in parts for text in _texts_of(part) if text]


def _texts_of(part: QObject) -> Iterator[str]:
    for name in PROPERTIES:
        value = part.property(name)
        if isinstance(value, str):
            yield value
    if isinstance(part, QComboBox):
        yield from (part.itemText(row) for row in range(part.count()))


def svg_texts(path: Path) -> str:
    """What is written in an SVG, in one line."""
    root = ElementTree.parse(path).getroot()
    texts = (node for node in root.iter() if node.tag.endswith("}text"))
    return " ".join("".join(node.itertext()).strip() for node in texts)


def shown_texts(window: QWidget) -> list[tuple[str, str]]:
    """The texts of what is on the screen and of the commands that can be given, each with what bears it."""
    widgets = [part for part in (window, *window.findChildren(QWidget)) if part.isVisible()]
    actions = [action for action in window.findChildren(QAction) if action.isVisible() and action.isEnabled()]
    parts: list[QObject] = [*widgets, *actions]
    return [
        (part.objectName() or type(part).__name__, text) for part in parts for text in _texts_of(part) if text
    ]
