"""The file of the window: opening any file of the program, saving, the title, and going on with work."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from playground.experiment import Change, Experiment, ExperimentFile
from playground.experiment_files import save_experiment
from playground.files.atomic import ExportError
from playground.files.endings import EXPERIMENT_ENDING, SESSION_ENDING
from playground.files.foreign_names import shown_name
from playground.files.kinds import FileKind
from playground.lab.session_writer import session_to_write
from playground.lab.snapshot import RUNNING, Snapshot, has_work
from playground.numerals import count_text
from playground.sessions import SessionError, load_session, save_session
from playground.ui.files.kept_work import LeftWork, work_folder
from playground.ui.files.opener import (
    LessonFolder,
    OpenedSession,
    OpenError,
    TableFile,
    read_file,
    session_content,
)
from playground.ui.files.replay_check import ReplayCheckFeature
from playground.ui.files.saved_window import NamedFile, SavedWindow, window_value
from playground.ui.files.window_state import WindowState
from playground.ui.files.work_keeper import WorkKeeper
from playground.ui.frame.feature import Feature
from playground.ui.frame.notice_bar import Offer
from playground.ui.frame.saving import ask_where_to_save
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.tables.feature import TablesFeature

if TYPE_CHECKING:
    from playground.engine.recording.run_view import RunView
    from playground.lab.saved_lab import SavedLab
    from playground.lessons.format import Lesson
    from playground.ui.files.opener import Opened
    from playground.ui.frame.workbench import Workbench

TITLE = "Loss Landscape Playground"
ALL_FILES = (
    "Files that can be opened (*.landscape *.json *.toml *.png *.svg *.pdf *.csv *.tsv *.tab *.txt *.dat);;"
    "Tables (*.csv *.tsv *.tab *.txt *.dat);;Sessions (*.landscape);;Experiments and scenes (*.json);;"
    "Lessons (*.toml);;All files (*)"
)
SAVED_KINDS = {
    f"Sessions (*{SESSION_ENDING})": SESSION_ENDING,
    f"Experiments (*{EXPERIMENT_ENDING})": EXPERIMENT_ENDING,
}
RUN_SECONDS = 30.0
"""That saving waits for the run, which is copied between two steps."""
BETWEEN = 0.3
"""Seconds between two looks at whether anything has changed."""
KEPT_RUNS = "kept runs"
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clean:
    """What a file holds of a run: as far as this is what there is, the file has not changed.

    steps: None where the file does not say how far its run went. rest: what else a session is saved for;
    None for an experiment.
    """

    experiment: Experiment
    changes: tuple[Change, ...]
    steps: int | None
    rest: tuple[object, ...] | None = None

    def holds(self, view: RunView, running: bool, rest: tuple[object, ...]) -> bool:
        """Return whether this run is that of the file, or on its way to it."""
        changes = view.history.changes
        on_its_way = self.steps is None or (running and view.step < self.steps)
        same = changes == (self.changes[: len(changes)] if on_its_way else self.changes)
        reached = on_its_way or view.step == self.steps
        return view.experiment == self.experiment and same and reached and self.rest in (None, rest)


@dataclass(frozen=True)
class KnownFile:
    """A file that was opened or saved here. clean: None where it has changed since in any case."""

    kind: FileKind
    clean: Clean | None


def announcement(sentence: str, lab: SavedLab, figure: str) -> tuple[str, ...]:
    """Return the notice that a run is opened, and shorter ones. figure: the name of its figure, if any."""
    if not figure or not lab.run.state.history.gaps:
        return (sentence,)
    return f"{sentence.removesuffix('.')}; the steps before are not in the figure.", sentence


class FilesFeature(Feature):
    """Opens and saves the files of a window, and keeps its work aside."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._known: dict[str, KnownFile] = {}
        """By the names that runs have."""
        self._given = False
        self._order = 0
        self._pending: OpenedSession | None = None
        self._announcement: tuple[str, ...] = ("",)
        """A notice, and the same in fewer words."""
        self._pending_figure = self._pending_name = ""
        self._offers: tuple[Offer, ...] = ()
        self._first_name = ""
        self._looked_at = 0.0
        self._written_signature: tuple[object, ...] = ()
        self._seen: tuple[object, ...] = ()
        self._may_close = False
        self._question: QMessageBox | None = None
        self._left: LeftWork | None = None

    def join(self) -> None:
        window = self.window
        self._state = WindowState(window, window.features)
        folder = work_folder(window.preferences.settings.fileName())
        self.keeper = WorkKeeper(window.lab, folder, self._work, self)
        self.keeper.failed.connect(lambda sentence: window.notices.say(sentence))
        window.lab.run_named.connect(self.show_name)
        window.lab.view_restored.connect(self._restore)

    # What the window was given --------------------------------------------------------------------------

    def show_given(self, given: Opened | None) -> None:
        """Show what the window was started with; the experiment of a file is on its way already."""
        self._given = True
        if given is None:
            return
        if isinstance(given.content, ExperimentFile):
            self._know_experiment(given.path, given.content)
            self._first_name = str(given.path)
            self.window.preferences.add_recent_file(given.path)
        else:
            self._show(given)

    # The file of the run on the screen ------------------------------------------------------------------

    @property
    def path(self) -> Path | None:
        """The file that the run on the screen was opened from or saved to; None where there is none."""
        snapshot = self.window.snapshot
        name = self.window.lab.name_of(snapshot.run) if snapshot is not None else ""
        return Path(name) if name else None

    @property
    def changed(self) -> bool:
        """Whether there is such a file, and the run has changed since it was opened or saved."""
        path, snapshot = self.path, self.window.snapshot
        known = self._known.get(str(path))
        if known is None or snapshot is None or self._pending is not None:
            return False
        clean = known.clean
        if clean is None:
            return True
        running = snapshot.state == RUNNING
        return not clean.holds(snapshot.whole, running, self._state.worth_asking)

    def show_name(self) -> None:
        """Write the name of the file into the title bar, with a mark where it has changed."""
        path, widget = self.path, self.window.widget
        # Qt puts its mark where this stands, and takes two of them for one to be shown.
        name = "" if path is None else shown_name(path.name).replace("[*]", "[*][*]") + "[*] – "
        if widget.windowTitle() != f"{name}{TITLE}":
            widget.setWindowModified(False)
            widget.setWindowTitle(f"{name}{TITLE}")
        changed = self.changed
        if widget.isWindowModified() != changed:
            widget.setWindowModified(changed)

    # Opening --------------------------------------------------------------------------------------------

    def ask_and_open(self) -> None:
        """Ask for a file of any kind, and open it."""
        folder = self.window.preferences.folder
        tables = self.fellow(TablesFeature)
        tables.prepare()
        self.file_is_near()
        path, _ = QFileDialog.getOpenFileName(self.window.widget, "Open", folder, ALL_FILES)
        if path:
            self.open_file(path)
        self.file_is_gone()

    def file_is_near(self) -> None:
        """Get ready for a file: one is looked for, or is dragged over the window."""
        self.fellow(TablesFeature).prepare()

    def file_is_gone(self) -> None:
        """Drop what was made ready, unless a table is read."""
        tables = self.fellow(TablesFeature)
        if tables.dialog is None:
            tables.drop_preparations()

    def open_file(self, path: str | Path) -> bool:
        """Open a file of any kind; False, with a sentence and nothing changed, where that fails."""
        try:
            opened = read_file(path, self.window.arrangement.page_names())
        except OpenError as error:
            LOG.warning("not opened: %s", error)
            self.window.preferences.remove_recent_file(path)
            self.window.notices.say(str(error), seconds=None)
            return False
        LOG.info("opened %s", path)
        self._show(opened)
        return True

    def _show(self, opened: Opened) -> None:
        path, content, window = opened.path, opened.content, self.window
        if isinstance(content, TableFile):
            self.fellow(TablesFeature).open_file(path)
            return
        window.preferences.add_recent_file(path)
        if isinstance(content, ExperimentFile):
            self._know_experiment(path, content)
            window.lab.set_experiment(content.experiment, content.changes, content.steps, str(path))
        elif isinstance(content, OpenedSession):
            name = f"“{shown_name(path.name)}”"
            sentence = f"{name} is opened, at step {count_text(content.lab.step)}."
            if opened.kind is FileKind.PICTURE:
                # Nothing is saved into a picture.
                self._go_on(content, "", sentence, (self._replay_offer(content),), figure=name)
            else:
                self._known[str(path)] = KnownFile(FileKind.SESSION, None)
                self._go_on(content, str(path), sentence)
        elif opened.kind is FileKind.LESSON:
            self.fellow(LessonFeature).take(cast("Lesson", content))
        elif isinstance(content, LessonFolder):
            lessons = self.fellow(LessonFeature)
            lessons.load(content.path)
            lessons.show_page()
        elif isinstance(content, Mapping):
            self.fellow(SceneFeature).take(dict(content))

    def _know_experiment(self, path: Path, file: ExperimentFile) -> None:
        clean = Clean(file.experiment, file.changes, file.steps)
        self._known[str(path)] = KnownFile(FileKind.EXPERIMENT, clean)

    def _replay_offer(self, session: OpenedSession) -> Offer:
        """Offer to make the steps of a run again: a picture carries neither its curves nor its path."""
        state = session.lab.run.state
        experiment, changes, steps = state.experiment, state.history.changes, state.step
        replay = self.window.lab.set_experiment
        return Offer("Replay it from the start", lambda: replay(experiment, changes, steps, sentence=""))

    def _go_on(
        self,
        session: OpenedSession,
        name: str,
        sentence: str,
        offers: tuple[Offer, ...] = (),
        figure: str = "",
    ) -> None:
        """Go on with a session; its window's part follows once its run is on the screen.

        figure: the name of the figure that carried it, whose run is then replayed in the background.
        """
        lab, snapshot = self.window.lab, self.window.snapshot
        earlier = None if self._pending is None else self._pending.window
        # What is opened in quick succession is not on the screen yet.
        before = tuple(self._state.kept_runs.runs) if earlier is None else earlier.kept
        after = before if session.window is None else session.window.kept
        view = KEPT_RUNS, (after, before), (before, after)
        worked = (snapshot is not None and has_work(snapshot)) or lab.can_undo or bool(before)
        self._offers = (*offers, Offer("Undo", lab.undo)) if worked else offers
        self._pending, self._pending_figure = session, figure
        self._announcement = announcement(sentence, session.lab, figure)
        self._pending_name = name
        self._order = lab.open_saved(replace(session.lab, name=name), "", view, keep=bool(before))

    def _restore(self, kind: str, value: Any) -> None:
        """Exchange the kept runs where opening a session is undone, or done again."""
        if kind == KEPT_RUNS:
            self._state.kept_runs.exchange(*value)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._first_name:
            name, self._first_name = self._first_name, ""
            self.window.lab.name_run(snapshot.run, name)
            self.show_name()
        session = self._pending
        if session is None or not self.window.lab.reached(self._order):
            return
        self._pending = None
        same = snapshot.whole.experiment == session.lab.run.state.experiment
        if not same or self.window.lab.name_of(snapshot.run) != self._pending_name:
            # Another file was opened meanwhile.
            return
        if session.window is not None:
            self._state.arrange(session.window)
            self._state.look(session.window)
        name = self.window.lab.name_of(snapshot.run)
        file = session.window.file if session.window is not None else None
        if name in self._known and not (file is not None and file.changed):
            self._note_clean(name, self._known[name].kind, snapshot.whole)
        self._written_signature = self._signature_of(snapshot)
        self.show_name()
        if self._pending_figure:
            check = self.fellow(ReplayCheckFeature)
            check.begin(snapshot.run, session, self._pending_figure, self._announcement, self._offers)
        else:
            whole, *shorter = self._announcement
            self.window.notices.say(whole, self._offers, shorter=shorter)
        if session.window is not None:
            self._state.ask_again(session.window)

    # Saving ---------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save to the file that was opened or saved last, as what it is; ask for one where there is none."""
        path = self.path
        return self.save_as() if path is None else self.save_to(path, self._kind_of(path))

    def save_as(self) -> bool:
        """Ask where, and save a session or an experiment."""
        path = self.path
        start = path or Path(self.window.preferences.folder) / f"run{SESSION_ENDING}"
        kinds = SAVED_KINDS
        if path is not None and self._kind_of(path) is FileKind.EXPERIMENT:
            kinds = dict(reversed(SAVED_KINDS.items()))
        chosen = ask_where_to_save(
            self.window.widget,
            "Save the session or the experiment",
            start,
            ";;".join([*kinds, "All files (*)"]),
            kinds,
            say=self.window.notices.say,
        )
        return self.save_to(chosen) if chosen is not None else False

    def save_to(self, path: str | Path, kind: FileKind | None = None) -> bool:
        """Save to a file; False, with a sentence, where that fails.

        kind: None is a session where the name ends so, and an experiment otherwise.
        """
        window, snapshot = self.window, self.window.snapshot
        if snapshot is None:
            return False
        kind = kind or kind_named(path)
        try:
            if kind is FileKind.SESSION:
                saved = Path(path)
                step: int | None = self._save_session(saved)
            else:
                # At an earlier moment the file is of the run up to there.
                file = snapshot.view.experiment_file
                saved = save_experiment(file, path, add_ending=str(path) not in self._known)
                step = file.steps
        except (ExportError, SessionError) as error:
            window.notices.say(str(error), seconds=None)
            return False
        LOG.info("saved %s", saved)
        window.preferences.add_recent_file(saved)
        view = snapshot.whole if kind is FileKind.SESSION else snapshot.view
        self._note_clean(str(saved), kind, view, step)
        window.lab.name_run(snapshot.run, str(saved))
        self.show_name()
        window.notices.say(f"Saved at step {step} to “{shown_name(saved.name)}”.", seconds=8)
        return True

    def _kind_of(self, path: Path) -> FileKind:
        """Return what a file is that was opened or saved; by its name where it is not known here."""
        known = self._known.get(str(path))
        return kind_named(path) if known is None else known.kind

    def _save_session(self, path: Path) -> int:
        """Write the session of now; return the step of its run."""
        try:
            lab = self.window.lab.saved().result(RUN_SECONDS)
        except (CancelledError, TimeoutError):
            lab = None
        if lab is None:
            raise SessionError("The session was not saved: no run answers.")
        window = self._state.taken()
        save_session(path, session_to_write(lab, None if window is None else window_value(window)))
        return lab.step

    def _note_clean(self, name: str, kind: FileKind, view: RunView, step: int | None = None) -> None:
        """Note that a file holds this run; step: that of the run when it was saved."""
        rest = self._state.worth_asking if kind is FileKind.SESSION else None
        steps = view.step if step is None else step
        clean = Clean(view.experiment, tuple(view.history.changes), steps, rest)
        self._known[name] = KnownFile(kind, clean)

    # Work that is kept by itself ------------------------------------------------------------------------

    def offers_to_go_on(self) -> list[Offer]:
        """Offer to go on with what a window before this one has left."""
        self._left = None if self._given else self.keeper.left()
        if self._left is None:
            return []
        return [Offer(f"Go on: {self._left.words}", self.go_on)]

    def go_on(self) -> None:
        """Go on with the work that was left."""
        left, self._left = self._left, None
        place = None if left is None else left.claim()
        if left is None or place is None:
            self.window.notices.say("Another window goes on with that work.")
            return
        try:
            session = session_content(load_session(left.path))
        except SessionError as error:
            LOG.warning("left work not opened: %s", error)
            place.put_aside()
            self.window.notices.say(f"The work that was left cannot be read. {error}", seconds=None)
            return
        self.keeper.take_over(place)
        file = None if session.window is None else session.window.file
        if file is not None:
            self._known[file.path] = KnownFile(file.kind, None)
        sentence = f"You go on with {left.words}."
        self._go_on(session, "" if file is None else file.path, sentence)

    def _work(self) -> SavedWindow | None:
        path = self.path
        if path is None:
            return self._state.taken()
        return self._state.taken(NamedFile(str(path), self._kind_of(path), self.changed))

    def _signature_of(self, snapshot: Snapshot) -> tuple[object, ...]:
        """Something that is another one where the work is."""
        view = snapshot.whole
        moment = snapshot.view.step if snapshot.moment else None
        run = snapshot.run, view.step, len(view.history.changes), moment, snapshot.fork is not None
        return *run, self.path, *self._state.signature

    def frame(self) -> None:
        now = time.monotonic()
        if now - self._looked_at >= BETWEEN:
            self._looked_at = now
            self._look()

    def _look(self) -> None:
        """See whether something has changed since the last look."""
        snapshot = self.window.snapshot
        if snapshot is None or self._pending is not None:
            return
        signature = self._signature_of(snapshot)
        seen = signature, snapshot.state
        if seen == self._seen:
            return
        self._seen = seen
        self.show_name()
        if has_work(snapshot) and signature != self._written_signature:
            self._written_signature = signature
            self.keeper.note_change()

    def keep_work(self) -> None:
        """Write the work down now, where there is any that is not written: the window may be closed next."""
        snapshot = self.window.snapshot
        if snapshot is None:
            return
        path = self.path
        if path is not None and self._kind_of(path) is FileKind.SESSION and not self.changed:
            self.keeper.discard()
        elif has_work(snapshot):
            self.keeper.write_now()

    # The end --------------------------------------------------------------------------------------------

    def may_close(self) -> bool:
        """Return whether the window may close now; where a file has changed, ask, and close later."""
        self.show_name()
        if self._may_close or not self.changed:
            return True
        if self._question is None:
            self._ask_before_closing()
        return False

    def _ask_before_closing(self) -> None:
        path = self.path
        assert path is not None
        buttons = QMessageBox.StandardButton
        box = QMessageBox(self.window.widget)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Save before closing?")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"“{shown_name(path.name)}” has changed since it was saved. Save it before closing?")
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.button(buttons.Discard).setText("Don't save")
        box.setDefaultButton(buttons.Save)
        box.finished.connect(self._closing_answered)
        self._question = box
        # It does not wait here: whoever asked the window to close goes on.
        box.open()

    def _closing_answered(self, answer: int) -> None:
        box, self._question = self._question, None
        if box is not None:
            box.deleteLater()
        if answer == QMessageBox.StandardButton.Cancel:
            return
        if answer == QMessageBox.StandardButton.Save and not self.save():
            return
        self._may_close = True
        self.window.widget.close()

    def shutdown(self) -> None:
        self.keeper.close()


def kind_named(path: str | Path) -> FileKind:
    """Return what is saved under a name: a session where it ends so, otherwise an experiment."""
    return FileKind.SESSION if Path(path).suffix.lower() == SESSION_ENDING else FileKind.EXPERIMENT
