"""A run without a window: an experiment or a session in, a folder of pictures and tables out.

Training needs NumPy only; Qt is loaded at the end, offscreen, to draw.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from threadpoolctl import threadpool_limits

from playground.engine.branches.recovery import fallen, recovery_of
from playground.engine.input_slice import usual_choice
from playground.engine.loss_words import TRAINING_LOSS, loss_name, penalties_text
from playground.engine.problem_of_experiment import curve_of, network_on_data
from playground.engine.recording.followed_log import FollowedLog
from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer
from playground.engine.usual_scale import is_usually_log
from playground.experiment import Experiment, ExperimentFile
from playground.export.carried_run import carried_run
from playground.export.history_csv import history_text
from playground.export.history_notes import notes_text
from playground.export.map_csv import map_table
from playground.export.page import FORMATS, USUAL, USUAL_FORMATS, Page
from playground.export.surface_npz import surface_npz
from playground.files.atomic import (
    ExportError,
    ensure_folder,
    reason_of,
    refuse_taken,
    refuse_unwritable,
    take_places,
    write_atomically,
)
from playground.files.foreign_names import shown_path
from playground.known_tables import own_rows
from playground.lab.saved_lab import SavedLab, saved_lab_of, session_of
from playground.landscape.momentum_map import (
    MOMENTA,
    MomentumPlan,
    momentum_of,
    momentum_plan,
    no_momentum,
)
from playground.landscape.questions.boundary import BoundaryAnswer, BoundaryQuestion
from playground.landscape.questions.context import Context
from playground.landscape.questions.rate_map import RateMapAnswer, RateMapQuestion
from playground.landscape.questions.surface import SurfaceAnswer, SurfaceQuestion
from playground.landscape.rate_map import RateMap
from playground.landscape.stability_region import optimizer_with_momentum
from playground.landscape.thinning import thinned
from playground.numerals import count_text, number_text, percent_text
from playground.sessions import Session, Value, save_session
from playground.startup.ending import heard_signals
from playground.theta_words import theta_of

if TYPE_CHECKING:
    from playground.drawing.rate_map import MapPicture
    from playground.drawing.surface.picture import SurfacePicture

Answer = TypeVar("Answer", SurfaceAnswer, BoundaryAnswer, RateMapAnswer)

DEFAULT_STEPS = 1000
RATE = "training.learning_rate"
TABLES = ("history.csv", "history.notes.json", "surface.npz", "experiment.json", "run.landscape")
"""Files that need no Qt."""
MAP = "momentum-map"
MAP_TABLES = (f"{MAP}.csv", f"{MAP}.notes.json")
MAP_STEPS = 100
"""Steps of each run of the map of learning rates and momenta."""
SHEET = "sheet"
PICTURES = ("loss", "surface", "boundary", SHEET)
"""Of a network on data; see pictures_of."""
PNG_PIXELS = USUAL.pixels
USUAL_PAGES = tuple(replace(USUAL, format=format_) for format_ in USUAL_FORMATS)
RESOLUTION = 151
PICTURE_SHAPE = (4.0, 3.0)
"""Width and height for which a surface is computed: it fills a usual picture in equal units."""
SLICE_SECONDS = 0.1
WITHOUT_PICTURES = 2
ENDED_BY_SIGNAL = 128
"""Added to the number of the signal that ended the run, as shells do."""


def pictures_of(experiment: Experiment) -> tuple[str, ...]:
    """Return the names of its pictures: a formula has no data, and of one variable a curve."""
    if experiment.formula is None:
        return PICTURES
    return ("loss", "curve" if experiment.formula.n_variables == 1 else "surface", SHEET)


@dataclass(frozen=True)
class Export:
    """The files to write and their folder: every picture once for each page, and the tables.

    overwrite: False refuses a folder that holds a file of one of the names. momentum_map: whether the map of
    learning rates and momenta is among the files. own_points: whether pictures carry a run that holds points
    of the user's own; a run on other points is carried where its page says so.
    """

    folder: str | Path = "."
    pages: tuple[Page, ...] = USUAL_PAGES
    overwrite: bool = False
    momentum_map: bool = False
    own_points: bool = False

    def files(self, experiment: Experiment) -> tuple[str, ...]:
        """Return the names of all files, in the order in which they take their places."""
        pictures = pictures_of(experiment)
        if self.momentum_map:
            pictures = (*pictures, MAP)
        return (*(f"{name}.{page.format}" for name in pictures for page in self.pages), *self.tables)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the files that need no Qt."""
        return (*MAP_TABLES, *TABLES) if self.momentum_map else TABLES


FILES = Export().files(Experiment())
"""Of a network on data."""
OWN_PICTURES = tuple(f"{name}.{format_}" for format_ in FORMATS for name in (*PICTURES, "curve", MAP))
"""The names that a run can give to its pictures."""


def run(
    file: ExperimentFile,
    steps: int | None = None,
    learning_rate: float | None = None,
    export: Export | None = None,
) -> int:
    """Train the experiment, replaying its log of changes, and write the files of export.

    Return the exit status. steps: None is the file's own number, else DEFAULT_STEPS. learning_rate: the one
    at the start, None is the experiment's. export: None is Export(). A run that diverges is exported up to
    there; one that Ctrl+C or another signal ends before its files are finished writes none. Where no picture
    can be drawn (there is no font, or Qt does not start) history, experiment and session are written, one
    sentence on stderr explains it, and the status is 2. Raises ExportError, naming the path, where something
    cannot be written: no file is then changed, except those that it names.
    """
    if learning_rate is not None:
        experiment = file.experiment.with_value(RATE, learning_rate)
        # A change of α at the start in the log is overruled too.
        later = tuple(change for change in file.changes if (change.step, change.field) != (0, RATE))
        file = replace(file, experiment=experiment, changes=later)
    if steps is None:
        steps = DEFAULT_STEPS if file.steps is None else file.steps
    start = _Start(file.experiment, lambda: Trainer(file.experiment), FollowedLog(file.changes), steps)
    return _run(start, export or Export())


def go_on(
    session: Session,
    steps: int | None = None,
    learning_rate: float | None = None,
    export: Export | None = None,
) -> int:
    """Continue the run of a session as run does with an experiment; return the exit status.

    steps: number of further steps, None is 0. learning_rate: from now on, None is the run's. The session that
    is written is the old one with the run continued; a viewed moment and a fork are dropped. Raises
    SessionError for a session that no run has, and what run raises.
    """
    lab = saved_lab_of(session)
    log = FollowedLog(lab.run.following)

    def begin() -> Trainer:
        trainer = Trainer.resumed(lab.run)
        if learning_rate is not None:
            trainer.learning_rate = learning_rate
            log.leave()
        return trainer

    start = _Start(lab.experiment, begin, log, lab.step + (steps or 0), lab, session.window)
    return _run(start, export or Export())


@dataclass(frozen=True)
class _Start:
    """The beginning of a run: its source, its log, the step to go to; the rest of a session, if it is one."""

    experiment: Experiment
    begin: Callable[[], Trainer]
    log: FollowedLog
    target: int
    lab: SavedLab | None = None
    window: Value = None

    def session(self, trainer: Trainer) -> Session:
        """Return the session with the run as it is now."""
        run = replace(trainer.saved(), following=self.log.rest)
        if self.lab is None:
            return session_of(SavedLab(run))
        return session_of(replace(self.lab, run=run, moment=None, fork=None, finished=""), self.window)


def _run(start: _Start, export: Export) -> int:
    if export.momentum_map and optimizer_with_momentum(start.experiment.training.optimizer) is None:
        raise ExportError(no_momentum(start.experiment.training.optimizer))
    folder, files = ensure_folder(export.folder), export.files(start.experiment)
    unseen = ""
    try:
        # The workshop is created before the training: a folder that cannot be written must not cost a long
        # run.
        with (
            Signals() as signals,
            _Workshop(folder, files, export.tables, export.overwrite) as workshop,
            threadpool_limits(limits=1),
        ):
            trainer = _train(start, signals)
            _print(_summary(trainer))
            pages = _pages_to_draw(trainer, export)
            surface = _write_tables(trainer, start.session(trainer), workshop.inside, signals)
            momenta = _write_map(trainer, workshop.inside, signals) if export.momentum_map else None
            try:
                _draw(trainer, surface, momenta, pages, workshop, signals)
            except _Unseen as error:
                unseen = str(error)
            signals.check()
    except _Ended as ended:
        _complain(f"\n{ended}; nothing was written.")
        return ENDED_BY_SIGNAL + ended.number
    if unseen:
        _complain(_without_pictures(unseen, folder, export.tables))
        _complain_of(workshop.left)
        return WITHOUT_PICTURES
    _print(f"Written to {shown_path(folder)}: {', '.join(files)}.")
    _complain_of(workshop.left)
    return 0


def _pages_to_draw(trainer: Trainer, export: Export) -> tuple[Page, ...]:
    """Return the pages of the pictures: without the run where it holds points that they are not to carry."""
    view = trainer.view()
    rows = own_rows(view.experiment.data, view.data, view.history.changes)
    if not rows or export.own_points or not any(page.run for page in export.pages):
        return export.pages
    told = "1 row" if rows == 1 else f"{count_text(rows)} rows"
    _print(f"The pictures carry no run, for it holds your {told}; --with-points puts them in.")
    return tuple(replace(page, run=False) for page in export.pages)


class Progress:
    """A bar on a terminal; elsewhere a plain line at every tenth part."""

    WIDTH = 30

    def __init__(self, total: int, stream: TextIO | None):
        self._total = total
        self._stream = stream
        self._terminal = stream is not None and stream.isatty()
        self._next = 0.0

    def show(self, step: int, loss: float) -> None:
        """Show the progress of the training."""
        share = step / self._total if self._total else 1.0
        text = f"step {step} of {self._total}, J {loss:.4g}"
        if self._terminal:
            filled = round(self.WIDTH * share)
            self._write(f"\r[{'#' * filled}{'.' * (self.WIDTH - filled)}] {text:<40}")
        elif share >= self._next:
            self._next = int(share * 10) / 10 + 0.1
            self._write(text + "\n")

    def end(self) -> None:
        """End the line of the bar."""
        if self._terminal:
            self._write("\n")

    def _write(self, text: str) -> None:
        # The output may be closed; the run goes on.
        if self._stream is not None:
            with suppress(OSError):
                self._stream.write(text)
                self._stream.flush()


class _Ended(KeyboardInterrupt):
    """A signal that ends the run. The message names it."""

    def __init__(self, number: int):
        name = signal.Signals(number).name
        super().__init__("Interrupted" if number == signal.SIGINT else f"Ended by {name}")
        self.number = number


class _Unseen(Exception):
    """No picture can be drawn. The message is a sentence with the reason."""


class Signals:
    """Ctrl+C and the signals that end a process: noted when they come, handled where nothing is cut in two.

    Raised at once they could leave a picture half painted, since Qt goes on after an exception in a paint()
    of Python, or only some of the files in their place. Ignored they would leave the unfinished ones behind.
    """

    def __init__(self) -> None:
        self._noted: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in heard_signals()}
        return self

    def __exit__(self, *_rest: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: object) -> None:
        self._noted = number

    def check(self) -> None:
        """Raise _Ended if a signal came."""
        if self._noted is not None:
            raise _Ended(self._noted)


class _Workshop:
    """A folder inside the export folder: all files are finished in it before the first one is moved."""

    def __init__(self, folder: Path, files: Sequence[str], tables: Sequence[str], overwrite: bool):
        self._folder, self._files, self._tables, self._overwrite = folder, files, tables, overwrite
        self.left: tuple[str, ...] = ()
        """Once it is closed: the pictures in the folder with names of this program that it did not write."""

    def __enter__(self) -> _Workshop:
        for name in self._files:
            refuse_unwritable(self._folder / name)
        if not self._overwrite:
            refuse_taken(self._folder, self._files)
        try:
            self.inside = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=self._folder))
        except OSError as error:
            sentence = f"Nothing can be written to {shown_path(self._folder)}: {reason_of(error)}."
            raise ExportError(sentence) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self.close(put_in_place=kind is None)

    def close(self, put_in_place: bool) -> None:
        """Move the finished files to their places, or delete them."""
        try:
            if put_in_place:
                made = [name for name in self._files if (self.inside / name).exists()]
                take_places([(self.inside / name, self._folder / name) for name in made])
                there = (name for name in OWN_PICTURES if name not in made)
                self.left = tuple(name for name in there if (self._folder / name).is_file())
        finally:
            with suppress(OSError):
                shutil.rmtree(self.inside)

    def finish_without_pictures(self, sentence: str) -> None:
        """Finish without pictures and report it: called where the process ends at once."""
        self.close(put_in_place=True)
        _complain(_without_pictures(sentence, self._folder, self._tables))
        _complain_of(self.left)


def _train(start: _Start, signals: Signals) -> Trainer:
    trainer, log, steps, piece = start.begin(), start.log, start.target, 1
    progress = Progress(steps, sys.stderr)
    log.apply(trainer)
    progress.show(trainer.step, trainer.train_loss())
    shown = time.perf_counter()
    while trainer.step < steps and not trainer.diverged:
        began, before = time.perf_counter(), trainer.step
        trainer.advance(int(min(piece, steps - before, log.steps_to_next(trainer))))
        log.apply(trainer)
        made, now = trainer.step - before, time.perf_counter()
        # A piece that the log has cut short shows the speed, not that twice its length would do.
        longest = 2 * piece if made == piece else piece
        piece = max(1, min(longest, int(made * SLICE_SECONDS / (now - began + 1e-9))))
        if now - shown >= SLICE_SECONDS or trainer.step >= steps:
            progress.show(trainer.step, trainer.train_loss())
            shown = now
        signals.check()
    progress.end()
    return trainer


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except OSError:
        # The reader has stopped, `| head` for example; the files are needed all the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _why_stopped(trainer: Trainer) -> str:
    """Return a sentence about a diverged run.

    It names a learning rate that was tried and works, where there is one.
    """
    overflows = trainer.overflows()
    stopped = f"The run stopped after step {trainer.step}:"
    if overflows == "here":
        return f"{stopped} J is not finite there, so the run cannot go on at any learning rate."
    if overflows == "no gradient":
        return f"{stopped} J has no finite gradient there, so the run cannot go on at any learning rate."
    what = "loss" if overflows == "J" else "norm of the gradient"
    sentence = f"{stopped} the {what} of the next step is not finite."
    if fallen(trainer.history.view()) is not None:
        return f"{sentence} J has no lower bound in what was tried: no learning rate ends the fall."
    way = recovery_of(trainer)
    if way is None:
        return f"{sentence} No smaller learning rate that was tried goes on."
    start = f"step {way.step}" if way.back else "there"
    return f"{sentence} At a learning rate of {number_text(way.learning_rate, 4)} it goes on from {start}."


def _summary(trainer: Trainer) -> str:
    view = trainer.view()
    rate = f"learning rate now {number_text(trainer.rate, 6)}"
    if view.settings.schedule != "constant":
        rate += f" ({number_text(view.settings.learning_rate, 6)} before its schedule)"
    epochs = "" if view.experiment.formula is not None else f"{view.epoch} epochs, "
    lines = [f"{view.step} steps, {epochs}{rate}"]
    if view.diverged:
        lines.append(_why_stopped(trainer))
    lines.append(f"{loss_name(view.experiment, TRAINING_LOSS)} {view.train_loss:.6g}")
    if trainer.problem.has_test:
        lines.append(f"test loss J {view.test_loss:.6g}")
    if penalties_text(view.settings):
        lines.append(f"J includes the penalty {view.penalty:.6g} ({penalties_text(view.settings)})")
        training = "" if view.experiment.formula is not None else "training "
        points = f"loss without the penalty: {training}{view.train_points_loss:.6g}"
        tested = f", test {view.test_points_loss:.6g}" if trainer.problem.has_test else ""
        lines.append(points + tested)
    if trainer.problem.has_accuracy:
        lines.append(f"training accuracy {percent_text(view.train_accuracy, 3)}")
        if trainer.problem.has_test:
            lines.append(f"test accuracy {percent_text(view.test_accuracy, 3)}")
    on_data = network_on_data(trainer.problem)
    if on_data is not None:
        lines += on_data.samples.notices
    return "\n".join(lines)


def _complain(text: str) -> None:
    # The terminal may be closed, and then nothing can be written.
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def _complain_of(left: Sequence[str]) -> None:
    """Name the pictures beside the files of a run that are not its own."""
    if left:
        _complain(f"Not of this run, and still in the folder: {', '.join(left)}.")


def _without_pictures(sentence: str, folder: Path, tables: Sequence[str]) -> str:
    names = f"{', '.join(tables[:-1])} and {tables[-1]}"
    return f"{names} are written to {shown_path(folder)} without pictures: {sentence}"


def _write_tables(trainer: Trainer, session: Session, folder: Path, signals: Signals) -> SurfaceAnswer:
    """Write what needs no Qt; return the surface, whose numbers are among it."""
    view = trainer.view()
    history, notes, numbers, experiment, run = TABLES
    write_atomically(folder / history, history_text(view.history, view.experiment.training))
    write_atomically(folder / notes, notes_text(view.history))
    exported = view.experiment_file
    write_atomically(folder / experiment, exported.to_json())
    save_session(folder / run, session)
    answer = _surface(view, Context.of(view.experiment, view.data), signals)
    kind = "random" if answer.choice is None else answer.choice.kind
    random = (SurfaceQuestion.normalization, SurfaceQuestion.seed) if kind == "random" else None
    content = surface_npz(answer.surface, view, kind, random, trainer.samples, answer.problem)
    write_atomically(folder / numbers, content)
    return answer


def _write_map(trainer: Trainer, folder: Path, signals: Signals) -> tuple[RateMap, MomentumPlan]:
    """Compute the map of learning rates and momenta of the experiment and write its table."""
    experiment = trainer.experiment
    seeds = (experiment.start_seed,) * len(MOMENTA)
    plan = momentum_plan(trainer.problem, experiment.training)
    question = RateMapQuestion(1, 1, plan.training, seeds, plan.learning_rates, MAP_STEPS, MOMENTA)
    rows = _last(question.answers(Context.of(experiment, trainer.data)), signals).rows
    table = map_table(rows, MOMENTA, experiment, plan.training, plan.region)
    for name, content in zip(MAP_TABLES, table, strict=True):
        write_atomically(folder / name, content)
    return rows, plan


def _draw(
    trainer: Trainer,
    surface: SurfaceAnswer,
    momenta: tuple[RateMap, MomentumPlan] | None,
    pages: Sequence[Page],
    workshop: _Workshop,
    signals: Signals,
) -> None:
    """Draw the pictures. Raises _Unseen where none can be."""
    view = trainer.view()
    boundary = (
        None
        if "boundary" not in pictures_of(view.experiment)
        else _boundary(view, Context.of(view.experiment, view.data), signals)
    )

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from playground.startup.qt_start import QtStartError, check_letters, make_application

    try:
        application = make_application(["loss-playground"], workshop.finish_without_pictures)
        check_letters()
    except QtStartError as error:
        raise _Unseen(str(error)) from None

    from playground.export.figures import (
        MakeFigure,
        boundary_figure,
        curve_figure,
        loss_figure,
        surface_figure,
    )
    from playground.export.map_figure import map_figure
    from playground.export.picture import save_picture
    from playground.export.run_words import run_sentence
    from playground.export.sheet import sheet_figure, sheet_page

    # Pages agree in this; a run that is too large for a picture is refused only where one is to carry it.
    run = carried_run(view) if any(page.run for page in pages) else None
    figures: dict[str, MakeFigure] = {"loss": loss_figure(view)}
    if (curve := curve_of(trainer.problem)) is not None:
        figures["curve"] = curve_figure(curve, view)
    else:
        figures["surface"] = surface_figure(_picture(surface, view), view)
    if boundary is not None:
        figures["boundary"] = boundary_figure(trainer.samples, boundary.boundary, True, None, view)
    # The panels are in the order of the window's sheet.
    panels = [figures[name] for name in ("surface", "curve", "loss", "boundary") if name in figures]
    figures[SHEET] = sheet_figure(panels, run_sentence(view))
    if momenta is not None:
        figures[MAP] = map_figure(_map_picture(*momenta, view), view)
    for name in (*pictures_of(view.experiment), *((MAP,) if momenta is not None else ())):
        figure = figures[name]
        for page in pages:
            signals.check()
            sized = sheet_page(page) if name == SHEET else page
            save_picture(figure, sized, workshop.inside / f"{name}.{page.format}", run)
    application.processEvents()


def _map_picture(rows: RateMap, plan: MomentumPlan, view: RunView) -> MapPicture:
    from playground.drawing.rate_map import MapPicture

    began = view.experiment.training
    return MapPicture(
        rows,
        rows.seeds,
        (began.learning_rate, momentum_of(began)),
        schedule=began.schedule,
        momenta=rows.momenta,
        region=plan.region,
        why_no_region=plan.why_no_region,
        has_weights=view.experiment.formula is None,
    )


def _surface(view: RunView, context: Context, signals: Signals) -> SurfaceAnswer:
    """Return the surface of the plane of the path.

    Where the path is too short, of a rehearsal or random directions.
    """
    path = view.history.path
    formula = view.experiment.formula
    # Of two variables one plane is all there is.
    whole = formula is not None and formula.n_variables == 2
    for kind in ("parameters",) if whole else ("path", "rehearsal", "random"):
        question = SurfaceQuestion(
            run=1,
            step=view.step,
            parameters=view.parameters,
            path=thinned(path),
            path_points=len(path),
            l1=view.settings.l1,
            l2=view.settings.l2,
            kind=kind,
            resolution=RESOLUTION,
            to_the_end=True,
            picture_size=PICTURE_SHAPE,
        )
        answer = _last(question.answers(context), signals)
        if not answer.problem:
            break
    return answer


def _boundary(view: RunView, context: Context, signals: Signals) -> BoundaryAnswer:
    choice = usual_choice(context.network_on_data.samples)
    question = BoundaryQuestion(1, view.step, view.parameters, RESOLUTION, choice=choice)
    return _last(question.answers(context), signals)


def _last(answers: Iterator[Answer | None], signals: Signals) -> Answer:
    last: Answer | None = None
    for answer in answers:
        signals.check()
        last = answer if answer is not None else last
    assert last is not None
    return last


def _picture(answer: SurfaceAnswer, view: RunView) -> SurfacePicture:
    from playground.drawing.surface.arrows import with_gaps
    from playground.drawing.surface.picture import (
        Now,
        SurfacePicture,
        equal_units_of,
        margins_of,
        marks_of,
        minima_marks,
        project_path,
        rows_apart,
    )

    if answer.choice is None:
        return SurfacePicture(None, problem=answer.problem)
    plane = answer.choice.plane
    path_ab, path_off = project_path(plane, view.history)
    a, b = plane.project(view.parameters)
    began = view.experiment.training
    marks = marks_of(view.history, path_ab, began.learning_rate, began.schedule)
    path_ab, path_off = with_gaps(path_ab, path_off, rows_apart(view.history))
    return SurfacePicture(
        surface=answer.surface,
        choice=answer.choice,
        path_ab=path_ab,
        path_off=path_off,
        marks=[*marks, *minima_marks(view.experiment, plane)],
        now=Now(a, b, answer.true_loss, answer.plane_loss, answer.distance),
        log_scale=answer.surface is None or is_usually_log(view.experiment, answer.surface.values),
        theta=theta_of(view.experiment),
        margins=margins_of(answer),
        equal_units=equal_units_of(answer),
    )
