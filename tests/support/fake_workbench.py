"""A window for a few features, without the main window: what they ask of a Workbench, and no more.

Commands, preferences, notices and views are the real ones; a view is made when it is first asked for. The lab
is a real one too, and computes in this process: nothing of the engine is replaced. Pages and exports are only
written down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Any, TypeVar

from PySide6.QtCore import QRect, QTimer
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from playground.drawing.kit.theme import LIGHT, Theme
from playground.experiment import Experiment, ExperimentFile
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.ui.data.view import DataView
from playground.ui.experiment.panel import ExperimentPanel
from playground.ui.export.exporter import Exporter
from playground.ui.features import FEATURES, page_commands
from playground.ui.frame.actions import Actions
from playground.ui.frame.feature import View
from playground.ui.frame.frame_clock import FRAME_MS
from playground.ui.frame.frames import Frames
from playground.ui.frame.notice_bar import NoticeBar
from playground.ui.frame.preferences import Preferences
from playground.ui.frame.question_loop import QuestionLoop
from playground.ui.frame.workbench import Workbench
from playground.ui.loss.view import LossView
from playground.ui.rate.strip import LearningRateStrip
from playground.ui.surface.view import SurfaceView
from playground.ui.transport.bar import TransportBar

PANELS = {"experiment": "left", "surface": "centre", "data": "right", "loss": "right"}
Shown = TypeVar("Shown", bound=QWidget)


class WhenAsked:
    """A view that is made by what is looked for in it."""

    def __init__(self, make: Callable[[], Any]):
        self._make = make

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)


class FakeArrangement:
    """Pages below one another: at the front of its place and on the screen, or hidden."""

    def __init__(self, put: Callable[[QWidget], QWidget]):
        self._put = put
        self.pages: dict[str, QWidget] = {}
        self.titles: dict[str, str] = {}
        self.places = dict(PANELS)
        self.panels: dict[str, bool] = {}
        self.large: str | None = None
        self.widget = put(QWidget())

    @property
    def presenting(self) -> bool:
        return self.large is not None

    def add_page(self, place: str, name: str, title: str, widget: QWidget, with_column: bool = False) -> None:
        self.pages[name], self.titles[name], self.places[name] = self._put(widget), title, place
        widget.hide()

    def stand_in(self, widget: QWidget, on: bool, title: str) -> None:
        if widget.parent() is None:
            self._put(widget)
        widget.setVisible(on)

    def set_aside(self, widget: QWidget) -> None:
        self._put(widget)

    def set_available(self, name: str, on: bool) -> None: ...

    def leave_room(self, height: int) -> None: ...

    def page_is_available(self, name: str) -> bool:
        return True

    def show_page(self, name: str) -> None:
        for other, page in self.pages.items():
            if self.places[other] == self.places.get(name):
                page.setVisible(other == name)

    def hide_page(self, name: str) -> None:
        if name in self.pages:
            self.pages[name].hide()

    def show_side_by_side(self, middle: str, right: str) -> None:
        for name in (middle, right):
            self.show_page(name)

    def end_side_by_side(self) -> None: ...

    def page_names(self) -> tuple[str, ...]:
        # Lessons name pages of the whole window, also of features that are not here.
        pages = [feature.page.name for feature in FEATURES if feature.page is not None]
        return tuple(dict.fromkeys((*PANELS, *self.pages, *pages)))

    def title_of(self, name: str) -> str:
        return self.titles[name]

    def page_on_screen(self, name: str) -> bool:
        return name in self.pages and self.pages[name].isVisible()

    def page_is_open(self, name: str) -> bool:
        return name in self.pages and not self.pages[name].isHidden()

    def place_on_screen(self, name: str, tab: bool) -> tuple[QWidget, QRect] | None:
        return (self.pages[name], self.pages[name].rect()) if self.page_on_screen(name) else None

    def clear_except(self, panels: Collection[str] | None) -> None: ...

    def seen(self, place: str) -> str:
        return next((name for name in self.pages if self.page_is_open(name)), "")

    def is_open(self, name: str) -> bool:
        return self.panels.get(name, True)

    def set_open(self, name: str, on: bool) -> None:
        self.panels[name] = on


class FakeWorkbench(QMainWindow):
    """Makes features, and carries the snapshots and answers of a lab to them."""

    def __init__(self, preferences: Preferences, kinds: tuple[Callable[[Workbench], View], ...], lab: Lab):
        super().__init__()
        self.preferences, self.lab = preferences, lab
        self.actions_by_name, self.notices = Actions(self, page_commands()), NoticeBar()
        self.snapshot: Snapshot | None = None
        self.theme: Theme = LIGHT
        self._menus: dict[str, QMenu] = {}
        centre = QWidget()
        self.setCentralWidget(centre)
        self._column = QVBoxLayout(centre)
        self._put(self.notices)
        surface: Any = WhenAsked(lambda: self.surface_view)
        data: Any = WhenAsked(lambda: self.data_view)
        loss: Any = WhenAsked(lambda: self.loss_view)
        self.exporter = Exporter(lambda: self.snapshot, surface, data, loss)
        self.arrangement = FakeArrangement(self._put)
        self.features: tuple[View, ...] = tuple(make(self) for make in kinds)
        for feature in self.features:
            feature.join()
            feature.restyle(self.theme)
            feature.set_full(False)
        self.question_loop = QuestionLoop(lab, self.features)
        self.frames = Frames(self, self.question_loop)
        lab.experiment_replaced.connect(self._experiment_replaced)
        lab.notice.connect(self._notice)
        commands = {"run": lab.toggle, "step": lab.step, "undo": lab.undo, "redo": lab.redo}
        commands |= {"same_weights": lab.same_weights_again, "new_weights": lab.new_weights}
        commands |= {"simple": lambda: self.set_full(False), "full": lambda: self.set_full(True)}
        for name, command in commands.items():
            self.actions_by_name[name].triggered.connect(command)
        self.clock = QTimer(self, interval=FRAME_MS)
        self.clock.timeout.connect(self.frame)
        self.clock.start()

    def frame(self) -> None:
        """One look at what is new, as the main window has it at display rate."""
        snapshot = self.lab.latest()
        if snapshot is not None:
            new_run = self.snapshot is None or self.snapshot.run != snapshot.run
            self.snapshot = snapshot
            if new_run or snapshot.state != "running":
                self.frames.read_soon()
            self.question_loop.show(snapshot, new_run)
        if self.snapshot is not None and self.snapshot.run == self.lab.run_number:
            self.question_loop.exchange(self.fast)
        self.frames.draw()
        for feature in self.features:
            feature.frame()

    def _experiment_replaced(self, experiment: Experiment, sentence: str) -> None:
        self.question_loop.run_replaced(experiment)
        if sentence:
            self.notices.say(sentence)

    def _notice(self, sentence: str) -> None:
        self.question_loop.clear_questions()
        self.notices.say(sentence)

    def _put(self, widget: Shown) -> Shown:
        self._column.addWidget(widget)
        return widget

    # The real views, each when it is first asked for.
    transport = cached_property(lambda self: self._put(TransportBar(self.lab, self.actions_by_name)))
    panel = cached_property(lambda self: self._put(ExperimentPanel(self.lab, self.actions_by_name)))
    surface_view = cached_property(lambda self: self._put(SurfaceView(self.lab)))
    data_view = cached_property(lambda self: self._put(DataView(self.lab)))
    loss_view = cached_property(lambda self: self._put(LossView(self.lab)))
    strip = cached_property(lambda self: self._put(LearningRateStrip(self.lab)))

    @property
    def widget(self) -> QMainWindow:
        return self

    @property
    def fast(self) -> bool:
        return self.frames.fast

    def menu(self, name: str) -> QMenu:
        return self._menus.setdefault(name, QMenu(name, self))

    def set_full(self, full: bool) -> None:
        self.preferences.layout = "full" if full else "simple"
        self.actions_by_name[self.preferences.layout].setChecked(True)
        for feature in self.features:
            feature.set_full(full)

    def choose_theme(self, name: str) -> None: ...

    def present(self, plot: str | None) -> None:
        was, self.arrangement.large = self.arrangement.presenting, plot
        if plot in self.arrangement.pages:
            self.arrangement.show_page(str(plot))
        if was != self.arrangement.presenting:
            for feature in self.features:
                feature.set_presentation(plot is not None)

    def save_state(self) -> None: ...

    def leave(self) -> bool:
        return self.close()

    def shut(self) -> None:
        """End everything that runs."""
        self.clock.stop()
        for feature in self.features:
            feature.shutdown()
        self.lab.shutdown()
        self.close()

    def feature(self, kind: type[Any]) -> Any:
        """Return the feature of this kind."""
        return next(feature for feature in self.features if isinstance(feature, kind))


def bench_of(
    preferences: Preferences, *kinds: Callable[[Workbench], View], file: ExperimentFile | None = None
) -> FakeWorkbench:
    """Return a workbench with features of these kinds, in this order, and a run."""
    lab = Lab(file.experiment if file is not None else Experiment(), None, use_process=False)
    if file is not None and (file.changes or file.steps):
        lab.set_experiment(file.experiment, file.changes, file.steps)
    return FakeWorkbench(preferences, kinds, lab)
