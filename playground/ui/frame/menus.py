"""The menu bar, made from the actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from playground.files.foreign_names import shown_name, shown_path
from playground.ui.frame.actions import Actions
from playground.ui.frame.preferences import Preferences
from playground.ui.widgets.plain_label import plain_tip

SEPARATOR = "-"
MOST_ENTRIES = 14
"""Of any menu: more are read one by one, not seen."""
RUN = ("run", "step", "run_exactly", SEPARATOR, "same_weights", "new_weights")
EXPORTS = ("export_surface", "export_loss", "export_boundary", "export_history", "export_points")
PANELS = ("panel_experiment", "panel_surface", "panel_data", "panel_loss", "panel_strip")
OWN_WINDOWS = ("own_surface", "own_data", "own_loss")
THEMES = ("theme_system", "theme_light", "theme_dark")
LOSS_COLORS = ("colors_viridis", "colors_cividis")
LARGE = ("large_surface", "large_data", "large_loss")


def fill_menu_bar(
    bar: QMenuBar,
    actions: Actions,
    preferences: Preferences,
    open_file: Callable[[str], object],
    rate_actions: Sequence[QAction],
) -> dict[str, QMenu]:
    """Create all menus and return them by name. rate_actions change the learning rate."""
    file = bar.addMenu("&File")
    _fill(file.addMenu("&New"), actions, ("new", "new_formula", "two_numbers"))
    _fill(file, actions, ("open",))
    recent = file.addMenu("Open &recent")
    clear = actions["clear_recent"]
    recent.aboutToShow.connect(lambda: _fill_recent(recent, preferences, open_file, clear))
    _fill(file, actions, (SEPARATOR, "save", "save_as", SEPARATOR))
    export = file.addMenu("&Export")
    _fill(export, actions, ("export", SEPARATOR, *EXPORTS))
    _fill(file, actions, (SEPARATOR, "quit"))
    edit = bar.addMenu("&Edit")
    _fill(edit, actions, ("undo", "redo", SEPARATOR, "copy_share_string", "copy_points", "paste", SEPARATOR))
    run = bar.addMenu("&Run")
    _fill(run, actions, (*RUN, SEPARATOR))
    run.addMenu("&Learning rate").addActions(list(rate_actions))
    time = run.addMenu("Back and forth in &time")
    update = run.addMenu("One u&pdate")
    run.addSeparator()
    view = bar.addMenu("&View")
    _fill(view, actions, ("simple", "full", SEPARATOR))
    _fill(view.addMenu("&Panels"), actions, (*PANELS, SEPARATOR, "reset_layout"))
    _fill(view.addMenu("In a &window of its own"), actions, OWN_WINDOWS)
    _fill(view.addMenu("&Theme"), actions, THEMES)
    _fill(view.addMenu("&Colours of the loss"), actions, LOSS_COLORS)
    _fill(view, actions, (SEPARATOR, "presentation"))
    presentation = view.addMenu("Plots in the presentat&ion")
    large = presentation.addMenu("Fill it &with")
    _fill(large, actions, LARGE)
    view.addSeparator()
    strip = view.addMenu("Along the learning &rate")
    learn = bar.addMenu("&Learn")
    _fill(learn, actions, ("two_numbers",))
    help_menu = bar.addMenu("&Help")
    _fill(help_menu, actions, ("palette", "help", SEPARATOR, "log_folder", "about"))
    return {
        "file": file,
        "edit": edit,
        "run": run,
        "time": time,
        "update": update,
        "view": view,
        "presentation": presentation,
        "large": large,
        "strip": strip,
        "learn": learn,
        "help": help_menu,
    }


def _fill(menu: QMenu, actions: Actions, names: tuple[str, ...]) -> None:
    for name in names:
        if name == SEPARATOR:
            menu.addSeparator()
        else:
            menu.addAction(actions[name])


def _fill_recent(
    menu: QMenu, preferences: Preferences, open_file: Callable[[str], object], clear: QAction
) -> None:
    menu.clear()
    for path in preferences.recent_files:
        action = menu.addAction(shown_name(Path(path).name).replace("&", "&&"))
        action.setToolTip(plain_tip(shown_path(path)))
        action.setStatusTip(shown_path(path))
        action.triggered.connect(lambda _=False, path=path: open_file(path))
    if menu.isEmpty():
        menu.addAction("No file was opened or saved yet").setEnabled(False)
    else:
        menu.addSeparator()
        menu.addAction(clear)
