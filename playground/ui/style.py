"""The look of the window as one Qt style sheet: calm cards, flat controls, a focus ring that can be seen.

A widget takes its part in the look through the dynamic property "role" (see `set_role`):

- buttons: "run" (pink, one in the window), "quiet" (no frame until the pointer is over it),
  "thumbnail" (a picture to choose);
- labels: "title", "dim", "small", "value" (a number read from afar), "problem" (a sentence at a field),
  "rate" (pink);
- frames: "card", "separator".
"""

from __future__ import annotations

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QWidget

from playground.drawing.kit.theme import Theme, mix
from playground.resources import resource

ICONS = "icons"
NO_MAXIMUM = (1 << 24) - 1
"""The largest width or height of a widget that has none of its own: Qt's QWIDGETSIZE_MAX."""


def set_role(widget: QWidget, role: str) -> None:
    """Set the role of a widget in the style sheet, also while it is on the screen."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def stylesheet(theme: Theme) -> str:
    """Return the application's style sheet. Text and controls grow with theme.font_factor (presentation)."""
    colors = {
        "window": theme.window,
        "card": theme.card,
        "border": theme.border,
        "field": theme.field,
        "text": theme.text,
        "dim": theme.dim_text,
        "pink": theme.pink,
        "pink_hover": mix(theme.pink, theme.text, 0.18),
        "on_pink": theme.pink_text,
        "amber": theme.amber,
        "hover": mix(theme.card, theme.text, 0.10),
        "pressed": mix(theme.card, theme.text, 0.17),
        "chosen": mix(theme.card, theme.text, 0.14),
        "selection": mix(theme.card, theme.text, 0.22),
        "faint": mix(theme.card, theme.text, 0.38),
        "disabled": mix(theme.card, theme.text, 0.55),
    }
    normal = theme.font_size + theme.font_factor
    sizes = {"normal": normal, "small": theme.small_font_size, "large": 1.2 * normal}
    sheet = resource("style.qss").read_text(encoding="utf-8")
    for name, color in colors.items():
        sheet = sheet.replace(f"@{name}@", color)
    for name, pixels in sizes.items():
        sheet = sheet.replace(f"@{name}@", f"{round(pixels)}px")
    for pixels in range(1, 40):
        size = round(pixels * theme.font_factor)
        # With one pixel less beside a border of one pixel more a control keeps its size.
        sheet = sheet.replace(f"@{pixels}@", f"{size}px").replace(f"@{pixels}-1@", f"{size - 1}px")
    # The images are found under a name of their own: a character of the program's path may end a url() or the
    # sheet.
    QDir.setSearchPaths(ICONS, [str(resource("icons"))])
    shade = "light" if theme.is_dark else "dark"
    for icon in ("chevron-down", "chevron-up", "check", "close"):
        sheet = sheet.replace(f"@{icon}@", f"{ICONS}:{icon}-{shade}.svg")
    return sheet
