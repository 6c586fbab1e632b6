"""The commands of the window: titles, keys, tooltips and status tips.

A command that opens a page is declared with its page; those that change α are declared with the strip.

A command is one QAction for menu, button and key. Its handler is connected elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget


def name_of(action: QAction) -> str:
    """Return the name of a command, without the mark of its menu key and without dots."""
    return action.text().replace("&", "").rstrip("…")


class Command(NamedTuple):
    """Title, keys and texts of a command.

    choice: the group of which exactly one is on. menu: the menu of the menu bar that lists it last; empty
    where menus.py or a feature places it. of_formula: title and tip while a formula runs, where they differ.
    """

    text: str
    keys: str = ""
    tip: str = ""
    on_off: bool = False
    choice: str = ""
    more_keys: tuple[str, ...] = ()
    menu: str = ""
    of_formula: tuple[str, str] | None = None


COMMANDS: dict[str, Command] = {  # a command that opens a page is declared with its page: Feature.page
    "new": Command(
        "&Network on data", "Ctrl+N", "A new experiment: two circles and four neurons, as at the first start"
    ),
    "new_formula": Command(
        "&Formula", "Ctrl+Shift+N", "A new experiment on a formula: J = w², then any formula of your own"
    ),
    "open": Command(
        "&Open…", "Ctrl+O", "Open a table of points, a session, an experiment, scenes, a lesson or a figure"
    ),
    "save": Command("&Save", "Ctrl+S", "Save the session, or the experiment where the open file is one"),
    "save_as": Command("Save &as…", "Ctrl+Shift+S", "Save the session or the experiment under another name"),
    "export": Command("&Export…", "Ctrl+E", "Save a plot as PNG, SVG or PDF, or the history as CSV"),
    "export_loss": Command("The &loss plot…", tip="Save the loss plot as PNG, SVG or PDF"),
    "export_surface": Command("The loss &surface…", tip="Save the loss surface as PNG, SVG or PDF"),
    "export_boundary": Command(
        "The data and decision &boundary…", tip="Save the data and the decision boundary as PNG, SVG or PDF"
    ),
    "export_history": Command(
        "The &history…", tip="Save the history as CSV, with the experiment and the log of changes beside it"
    ),
    "export_points": Command("The &points…", tip="Save the points as CSV, which opens here again"),
    "clear_recent": Command("&Clear the recent files", tip="Empty the list of the files opened and saved"),
    "quit": Command("&Quit", "Ctrl+Q", "Close the window", more_keys=("Ctrl+W",)),
    "undo": Command(
        "&Undo",
        "Ctrl+Z",
        "Take back the last change, or bring the old run back",
    ),
    "redo": Command("&Redo", "Ctrl+Shift+Z", "Do again what was undone", more_keys=("Ctrl+Y",)),
    "copy_share_string": Command(
        "Copy as share &string",
        "Ctrl+Shift+C",
        "Copy the experiment with what was changed as one line of text, for a message",
    ),
    "copy_points": Command(
        "Copy the points as a &table",
        tip="Copy the points with the names of their columns, for a spreadsheet or another window",
    ),
    "paste": Command(
        "&Paste a table or an experiment",
        "Ctrl+V",
        "Take points that were copied in a spreadsheet, or begin the experiment of a share string",
    ),
    "keep_weights": Command(
        "&Keep these weights",
        "Ctrl+D",
        "Keep the weights of now as the third point of a plane",
        of_formula=("&Keep this point", "Keep the point of now as the third of a plane"),
    ),
    "run": Command("&Run", "F5", "Run, or pause the run; Space does the same"),
    "step": Command("&Step", "F10", "Make one step"),
    "run_exactly": Command("Run &exactly…", "Ctrl+Shift+F5", "Make the steps that the box says, then pause"),
    "moment_earlier": Command("One step &back in time", "Alt+,", "Look at the step before, and pause"),
    "moment_later": Command("One step &forward in time", "Alt+.", "Look at the step after"),
    "moment_first": Command("Look at the fir&st step", "Ctrl+Home", "Look at the start: step 0"),
    "moment_now": Command("Back to &now", "Ctrl+End", "Show the run as it stands"),
    "run_from_here": Command(
        "Run from &here",
        "Ctrl+Return",
        "Go on from the step that is shown; the old run stays as a pale line",
    ),
    "stop_when": Command("Stop w&hen…", tip="Stop a run at a loss, at a step, or at a small gradient"),
    "race": Command(
        "Race of all &optimisers",
        tip="Continue from here with all optimisers side by side, on the same batches",
    ),
    "drop_fork": Command("&Drop the fork", "Ctrl+Shift+F", "Take all branches of the fork away"),
    "keep_run": Command(
        "&Keep this run", "Ctrl+Shift+D", "Keep a copy of this run as a pale line, to compare"
    ),
    "same_weights": Command(
        "Same &weights again",
        "Ctrl+R",
        "Start again from the same initial weights: the fair comparison",
        of_formula=("Same start &again", "Start again from the same point: the fair comparison"),
    ),
    "new_weights": Command(
        "&New weights",
        "Ctrl+Shift+R",
        "Start again from other random initial weights",
        of_formula=("&New start", "Start again from another random point of the window"),
    ),
    "two_numbers": Command(
        "&Two numbers only (w, b)",
        tip="Hours of study, passed or not: logistic regression, whose whole landscape is a plane",
    ),
    "simple": Command("&Simple layout", "Ctrl+1", "Only what a first hour needs", choice="layout"),
    "full": Command("&Full layout", "Ctrl+2", "Every setting, in two groups", choice="layout"),
    "panel_experiment": Command(
        "&Experiment", "Ctrl+Alt+1", "Show or hide the settings of the experiment", on_off=True
    ),
    "panel_surface": Command("Loss s&urface", "Ctrl+Alt+2", "Show or hide the loss surface", on_off=True),
    "panel_data": Command("&Data and prediction", "Ctrl+Alt+3", "Show or hide the data", on_off=True),
    "panel_loss": Command("&Loss plot", "Ctrl+Alt+4", "Show or hide the loss plot", on_off=True),
    "panel_strip": Command("Learning &rate", "Ctrl+Alt+5", "Show or hide the learning rate", on_off=True),
    "own_surface": Command(
        "Loss s&urface", tip="The loss surface in a window of its own, for a second screen", on_off=True
    ),
    "own_data": Command("&Data", tip="The data in a window of their own, for a second screen", on_off=True),
    "own_loss": Command("&Loss plot", tip="The loss plot in a window of its own", on_off=True),
    "reset_layout": Command(
        "Rese&t the layout", tip="Show all panels where they stood at the first start, and close the pages"
    ),
    "show_limit": Command(
        "Stability &limit",
        "Ctrl+L",
        "Show or hide on the learning rate where steps begin to overshoot",
        on_off=True,
    ),
    "show_lookahead": Command(
        "Loo&k-ahead",
        "Ctrl+K",
        "Show or hide above the learning rate what each α would reach in the next steps",
        on_off=True,
    ),
    "guess_limit": Command(
        "Guess: where does it brea&k?",
        "Ctrl+G",
        "Pin on the learning rate where steps begin to overshoot, before it is shown",
    ),
    "guess_fastest": Command(
        "Guess: which α is fa&stest?",
        "Ctrl+Shift+G",
        "Pin which learning rate gets lowest in 100 steps, before it is shown",
    ),
    "theme_system": Command("Like the s&ystem", tip="Light or dark as the system is", choice="theme"),
    "theme_light": Command("L&ight", tip="Dark on light", choice="theme"),
    "theme_dark": Command("D&ark", tip="Light on dark", choice="theme"),
    "colors_viridis": Command("&Viridis", tip="The loss from violet to yellow", choice="loss colours"),
    "colors_cividis": Command(
        "&Cividis", tip="The loss from blue to yellow, alike for colour-blind eyes", choice="loss colours"
    ),
    "surface_3d": Command(
        "Surface in &3-D",
        "Ctrl+3",
        "Show the loss surface as a height field, turned by mouse or arrows",
        on_off=True,
    ),
    "blame": Command(
        "&Blame the points",
        "Ctrl+B",
        "Show each training point in the colour of its own loss, and what it does to the weights",
        on_off=True,
    ),
    "confusion": Command(
        "&Confusion matrix",
        tip="Show how many points of each class the network takes for which, in place of their picture",
        on_off=True,
    ),
    "presentation": Command(
        "Prese&ntation", "F11", "One plot large, large type, no controls but α; Esc leaves it", on_off=True
    ),
    "lock": Command(
        "&Lock everything but α",
        "Ctrl+F12",
        "Only the learning rate moves, for handing the mouse to a student; the same key unlocks",
        on_off=True,
    ),
    "tally": Command(
        "Show of &hands", "Ctrl+H", "Count hands for A, B, C …, beside a prediction of a lesson", on_off=True
    ),
    "large_next": Command("&Next plot, large", "Alt+PgDown", "The next plot or page fills the presentation"),
    "large_previous": Command("Plot &before, large", "Alt+PgUp", "The plot or page before fills it"),
    "large_surface": Command("The loss &surface", "Alt+1", "The loss surface fills the presentation"),
    "large_data": Command("The &data", "Alt+2", "The data and the boundary fill the presentation"),
    "large_loss": Command("The &loss plot", "Alt+3", "The loss plot fills the presentation"),
    "scene_again": Command("This scene from its &start", "0", "The present scene again, with the same start"),
    "keep_scene": Command(
        "Keep this as the &next free scene",
        "Ctrl+Alt+S",
        "Keep what is on the screen under the next free digit",
    ),
    "open_scenes": Command("&Open scenes…", tip="Take the scenes of a file in place of those of now"),
    "save_scenes": Command("Save &all scenes…", tip="Write all scenes to one file, for another machine"),
    "chain_rule_forward": Command("Step &forward", "Ctrl+F10", "One node forward, or one edge backward"),
    "chain_rule_back": Command("Step &back", "Ctrl+F9", "Take the last step of the chain rule back"),
    "chain_rule_all": Command("&All steps", "Ctrl+F11", "Both passes to their end"),
    "chain_rule_start": Command("Before the f&irst step", "Ctrl+F8", "The graph with no step taken"),
    "lesson_next": Command("&Next step of the lesson", "Alt+Right", "Go on to the next step of the lesson"),
    "lesson_back": Command("Step of the lesson &before", "Alt+Left", "Go back to the step before"),
    "lesson_again": Command(
        "&Again from the start of the step", tip="Bring run and window back to where this step begins"
    ),
    "lesson_hint": Command("Hin&t", tip="A hint for this step of the lesson"),
    "lesson_show": Command("&Show me", tip="Do what the step of the lesson asks, before your eyes"),
    "lesson_folder": Command("Open a &folder of lessons…", tip="Lessons of your own: text files"),
    "inspector_forward": Command("Step &forward", "F8", "The next operation of the pass"),
    "inspector_back": Command("Step &back", "Shift+F8", "Take the last operation of the pass back"),
    "next_point": Command("&Next point", "F7", "Inspect the next point of the data"),
    "previous_point": Command("&Previous point", "Shift+F7", "Inspect the point before"),
    "check_gradients": Command(
        "&Check gradients",
        "Ctrl+Shift+I",
        "Compare backpropagation with central differences, and what each way costs",
    ),
    "update_forward": Command("&Next part", "F9", "The next part of the update"),
    "update_back": Command("Part &before", "Shift+F9", "Take the last part of the update away again"),
    "update_play": Command("&Play or stop", "Ctrl+Shift+F9", "Play the parts of the update, or stop"),
    "palette": Command("&Find a command…", "Ctrl+Shift+P", "Carry out a command by a few of its letters"),
    "help": Command("&Keys and hints", "F1", "What the keys do"),
    "log_folder": Command("Open the &log folder", tip="The folder with the logs, for a report of an error"),
    "about": Command("&About", tip="What this program is, and the versions of what it runs on"),
}

COMMANDS.update(
    {
        f"scene_{number}": Command(
            f"&{number}  –",
            str(number),
            f"Show scene {number}: its experiment, layout, plane, zoom and speed",
        )
        for number in range(1, 10)
    }
)

REPEATED = (
    "step",
    "chain_rule_forward",
    "chain_rule_back",
    "inspector_forward",
    "inspector_back",
    "next_point",
    "previous_point",
    "update_forward",
    "update_back",
)
CHECKED_AT_FIRST = tuple(name for name in COMMANDS if name.startswith("panel_"))


class Actions:
    """The QActions by name: `actions["run"]`.

    They belong to the given window, so that its keys work. of_pages: the commands that open pages, by name.
    """

    def __init__(self, window: QWidget, of_pages: Mapping[str, Command] = MappingProxyType({})):
        commands = {**COMMANDS, **of_pages}
        keys = [key for command in commands.values() for key in (command.keys, *command.more_keys) if key]
        assert len(set(keys)) == len(keys), "no two commands share a key"
        self._actions: dict[str, QAction] = {}
        self._commands, self._of_formula = commands, False
        self._menus = {name: command.menu for name, command in commands.items() if command.menu}
        groups: dict[str, QActionGroup] = {}
        for name, command in commands.items():
            action = QAction(command.text, window)
            action.setObjectName(name)
            if command.keys:
                action.setShortcuts([QKeySequence(keys) for keys in (command.keys, *command.more_keys)])
            describe(action, command.tip)
            # Holding a key down must not toggle at the keyboard's repeat rate; stepping may repeat.
            action.setAutoRepeat(name in REPEATED)
            if command.on_off or command.choice:
                action.setCheckable(True)
                action.setChecked(name in CHECKED_AT_FIRST)
            if command.choice:
                group = groups.setdefault(command.choice, QActionGroup(window))
                group.addAction(action)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            window.addAction(action)
            self._actions[name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> object:
        return iter(self._actions.items())

    def say_for(self, of_formula: bool) -> None:
        """Use the words for a run on a formula, or those for a network."""
        if of_formula == self._of_formula:
            return
        self._of_formula = of_formula
        for name, command in self._commands.items():
            if command.of_formula is not None:
                text, tip = command.of_formula if of_formula else (command.text, command.tip)
                self._actions[name].setText(text)
                describe(self._actions[name], tip)

    def fill(self, menus: Mapping[str, QMenu]) -> None:
        """Append every command that names a menu to that menu."""
        for name, menu in self._menus.items():
            menus[menu].addAction(self._actions[name])

    def names(self) -> tuple[str, ...]:
        return tuple(self._actions)


def describe(action: QAction, tip: str) -> None:
    """Set the tooltip (with the key) and the status tip of an action."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{tip} ({keys})" if keys else tip)
    action.setStatusTip(tip)
    action.setWhatsThis(tip)
