"""The chain-rule lab as a page of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from playground.ui.frame.actions import Command
from playground.ui.frame.feature import Page
from playground.ui.frame.lazy_page import LazyPage

if TYPE_CHECKING:
    from playground.lab.snapshot import Snapshot
    from playground.ui.chain_rule.view import ChainRuleLab
    from playground.ui.frame.workbench import Workbench

PAGE = "chain_rule"


class ChainRuleFeature(LazyPage["ChainRuleLab"]):
    """The page of the lab. Its keys step only while it is on the screen."""

    export_requested, copy_requested = Signal(str), Signal(str)
    name = PAGE

    keys = ("chain_rule_forward", "chain_rule_back", "chain_rule_all", "chain_rule_start")

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
        actions = window.actions_by_name
        self.add_keys("Steps of the chain &rule")
        self.add_lazy_page()
        actions["chain_rule_forward"].triggered.connect(lambda: self.lab.step(1))
        actions["chain_rule_back"].triggered.connect(lambda: self.lab.step(-1))
        actions["chain_rule_all"].triggered.connect(lambda: self.lab.run_all())
        actions["chain_rule_start"].triggered.connect(lambda: self.lab.start_again())
        self.allow_keys()
        # Its graph is exported and copied as a plot is.
        self.plots = (self,)
        window.exporter.offer(PAGE, "Graph of the chain rule", self._figure, of_run=False)

    @property
    def lab(self) -> ChainRuleLab:
        """The content of the page, created when it is first needed."""
        return self.content

    def create(self) -> ChainRuleLab:
        from playground.ui.chain_rule.view import ChainRuleLab

        lab = ChainRuleLab(self.window.theme)
        lab.export.folder = self.window.preferences.folder
        return lab

    def join_content(self, content: ChainRuleLab) -> None:
        content.export.picture_requested.connect(lambda: self.export_requested.emit(PAGE))
        content.export.copy_requested.connect(lambda: self.copy_requested.emit(PAGE))

    def _figure(self, snapshot: Snapshot) -> Any:
        return self.lab.export.figure()

    def open(self) -> None:
        lab = self.lab
        self.show_page()
        lab.view.setFocus()
        self.allow_keys()

    def read(self) -> None:
        if self.created is None and self.page_on_screen:
            # A scene or a presentation has opened the page.
            _ = self.lab
        self.allow_keys()
