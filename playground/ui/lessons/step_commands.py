"""The keys and the menu of a step of a lesson: next, back, again, hint, show me."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench
    from playground.ui.lessons.panel import LessonPanel


class StepCommands:
    """Presses the buttons of the page by key, menu and palette.

    seen: whether the page is on the screen; show_page: brings it there.
    """

    def __init__(
        self,
        window: Workbench,
        panel: LessonPanel,
        seen: Callable[[], bool],
        show_page: Callable[[], None],
    ):
        self._panel, self._seen, self._show_page = panel, seen, show_page
        self._actions = {name: window.actions_by_name[f"lesson_{name}"] for name in panel.presses}
        self.menu = QMenu("L&esson", window.menu("learn"))
        self.menu.setObjectName("lesson_menu")
        self.menu.addActions(list(self._actions.values()))
        self.menu.addSeparator()
        self.menu.addAction(window.actions_by_name["lesson_folder"])
        for name, action in self._actions.items():
            action.triggered.connect(lambda _=False, name=name: self._press(name))
        panel.step_shown.connect(self._offer)
        self._offer()

    def _press(self, name: str) -> None:
        """Press a button of the lesson; show the page first, where it is not seen."""
        if self._seen():
            self._panel.presses[name].click()
        else:
            self._show_page()

    def _offer(self) -> None:
        """Offer what the step on the page has a button for."""
        for name, button in self._panel.presses.items():
            self._actions[name].setEnabled(not button.isHidden())
