"""The chain-rule lab as a page of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.drawing.kit.theme import Theme
from playground.ui.frame.actions import Command
from playground.ui.frame.feature import Feature, Page

if TYPE_CHECKING:
    from playground.ui.chain_rule.view import ChainRuleLab
    from playground.ui.frame.workbench import Workbench

PAGE = "chain_rule"
STEPPING = ("chain_rule_forward", "chain_rule_back", "chain_rule_all", "chain_rule_start")


class ChainRuleFeature(Feature):
    """Opens the page from the menu; its keys step only while it is on the screen."""

    page = Page(
        name=PAGE,
        title="Chain rule",
        place="centre",
        command=Command(
            "&Chain rule", "Ctrl+Alt+C", "Take an expression apart: values forward, gradients backward"
        ),
    )

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._lab: ChainRuleLab | None = None
        self._presenting = False
        actions = window.actions_by_name
        learn = window.menu("learn")
        stepping = learn.addMenu("Steps of the chain &rule")
        for name in STEPPING:
            stepping.addAction(actions[name])
        self.add_page(self._page).triggered.connect(self.open)
        actions["chain_rule_forward"].triggered.connect(lambda: self.lab.step(1))
        actions["chain_rule_back"].triggered.connect(lambda: self.lab.step(-1))
        actions["chain_rule_all"].triggered.connect(lambda: self.lab.run_all())
        actions["chain_rule_start"].triggered.connect(lambda: self.lab.start_again())
        self._allow_steps()

    @property
    def lab(self) -> ChainRuleLab:
        """The lab, made when it is first wanted: the window starts without it."""
        if self._lab is None:
            from playground.ui.chain_rule.view import ChainRuleLab

            self._lab = ChainRuleLab(self.window.theme)
            self._lab.export.folder = self.window.preferences.folder
            self._column.addWidget(self._lab)
            self._lab.restyle(self.window.theme)
            self._lab.set_presentation(self._presenting)
        return self._lab

    def open(self) -> None:
        """Turn to the page."""
        lab = self.lab
        self.show_page()
        lab.view.setFocus()
        self._allow_steps()

    def read(self) -> None:
        if self._lab is None and self.page_on_screen:
            # A scene or a presentation has turned to the page.
            _ = self.lab
        self._allow_steps()

    def restyle(self, theme: Theme) -> None:
        if self._lab is not None:
            self._lab.restyle(theme)

    def set_presentation(self, on: bool) -> None:
        self._presenting = on
        if self._lab is not None:
            self._lab.set_presentation(on)

    def _allow_steps(self) -> None:
        on = self.page_on_screen
        for name in STEPPING:
            self.window.actions_by_name[name].setEnabled(on)
