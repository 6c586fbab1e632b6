"""The queue that answers questions: in the helper process, or, without one, in the analysis thread.

No Qt here: the helper imports this file.
"""

from __future__ import annotations

import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

if TYPE_CHECKING:
    from playground.experiment import DataSettings, Experiment
    from playground.landscape.questions.context import Context

CHUNK = 0.006
"""Seconds of work between two looks for a newer question."""
HOLD_BACK = 1.0
"""Seconds for which the coarse beginnings of a picture are held back where a complete one is on the screen.
"""
LONG = 2.0
"""Seconds after which a question counts as long and has no precedence."""
PATIENT_TURNS = 16
"""A patient question gets one turn of so many while there are others."""
URGENT_TURNS = 16
"""Turns that a new picture gets one after another, about a tenth of a second; then it shares with others."""
CONTEXTS_KEPT = 3
MOMENT_FIELDS = frozenset({"step", "parameters", "path", "previous", "number", "checkpoint", "path_points"})
"""Fields in which two moments of the same picture differ."""


class Question(Protocol):
    """A question: the number of its run, the slot that it waits in, and a generator of answers.

    One with a true attribute `patient` may take long, and waits while others are there.
    """

    slot: ClassVar[str]

    @property
    def run(self) -> int: ...

    def answers(self, context: Context) -> Iterator[Any]: ...


@dataclass(frozen=True)
class Report:
    """An event of the queue about a question of this run and slot.

    kind is "answer" (content is the answer, more may follow), "done", or "failed" (content is a traceback).
    """

    kind: str
    run: int
    slot: str
    content: Any = None


def same_picture(one: Question, other: Question) -> bool:
    """Return whether two questions differ only in the moment of the run."""
    if type(one) is not type(other) or one.run != other.run:
        return False
    names = [entry.name for entry in fields(one) if entry.name not in MOMENT_FIELDS]  # type: ignore[arg-type]
    return all(_same(getattr(one, name), getattr(other, name)) for name in names)


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return bool(np.array_equal(one, other))
    if type(one) is type(other) and hasattr(one, "__dataclass_fields__"):
        return all(_same(getattr(one, entry.name), getattr(other, entry.name)) for entry in fields(one))
    return bool(one == other)


def _is_patient(question: Question | None) -> bool:
    return bool(getattr(question, "patient", False))


class _Slot:
    """The question of a slot that is being answered, and the one that waits for it."""

    def __init__(self) -> None:
        self.running: Question | None = None
        self.answers: Iterator[Any] | None = None
        self.began = 0.0
        self.held: Any = None
        self.waiting: Question | None = None
        self.answered: Question | None = None
        self.urgent = False
        """Whether a picture is due of which nothing is on the screen yet."""
        self.urgent_turns = 0
        """How many turns it had out of turn for that."""

    @property
    def busy(self) -> bool:
        return self.running is not None or self.waiting is not None

    @property
    def soon(self) -> bool:
        """Whether its new picture goes before all others."""
        return self.urgent and self.urgent_turns < URGENT_TURNS

    @property
    def patient(self) -> bool:
        """Whether its question waits while there are others."""
        return _is_patient(self.running or self.waiting)


class QuestionQueue:
    """Answers to questions in turn, a chunk each. In a slot the newest question replaces the others.

    A newer question ends the one that is being answered, unless it only asks for a later moment of the same
    picture: then it waits until the picture is complete, or a run that is faster than its surface would never
    show a whole one. A slot in which a new picture is due and nothing of it is there yet goes before the
    others for URGENT_TURNS, so that the first cells of another plane come soon; one that takes longer has
    every second chunk. Every second of the other chunks is given to the question that was begun first, so
    that repeated short questions cannot starve it. Patient questions wait for all others, but for one chunk
    of PATIENT_TURNS.
    """

    def __init__(self, publish: Callable[[Report], None], chunk: float = CHUNK):
        self._publish = publish
        self._chunk = chunk
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._contexts: OrderedDict[Experiment, Context] = OrderedDict()
        self._experiment: Experiment | None = None
        self._data: DataSettings | None = None
        self._painted: tuple[Experiment, DataSettings, Context] | None = None
        self._run = 0
        self._oldest_next = self._shared = False
        self._turns = 0

    def begin(self, run: int, experiment: Experiment, data: DataSettings | None = None) -> None:
        """Answer questions about this run from now on, and drop all others.

        data: its present points; None: those of the experiment.
        """
        self._run, self._experiment, self._data = run, experiment, data
        self._slots.clear()

    def ask(self, question: Question) -> None:
        """Add a question, unless it is about another run.

        A question that cannot be compared is reported as failed.
        """
        if question.run != self._run:
            return
        slot = self._slots.setdefault(question.slot, _Slot())
        try:
            self._take_in(slot, question)
        except Exception:
            slot.waiting = slot.answered = None
            self._end(slot)
            self._fail(question)

    def _take_in(self, slot: _Slot, question: Question) -> None:
        slot.waiting = question
        if slot.running is not None and not same_picture(slot.running, question):
            self._end(slot)
        if slot.running is None and not _is_patient(question):
            slot.urgent = slot.answered is None or not same_picture(slot.answered, question)
            slot.urgent_turns = 0

    def complain(self, text: str) -> None:
        """Report a question that cannot be read. text: the traceback."""
        self._publish(Report("failed", self._run, "", text))

    @property
    def busy(self) -> bool:
        return any(slot.busy for slot in self._slots.values())

    @property
    def urgent(self) -> bool:
        """Whether a new picture is due that goes before all other questions."""
        return any(slot.soon for slot in self._slots.values())

    def work(self) -> None:
        """Work one chunk for the slot whose turn it is."""
        names = [name for name, slot in self._slots.items() if slot.busy]
        if not names:
            return
        patient = [name for name in names if self._slots[name].patient]
        if patient and len(patient) < len(names):
            self._turns += 1
            if self._turns % PATIENT_TURNS == 0:
                self._slots.move_to_end(patient[0])
                self._work_on(self._slots[patient[0]])
                return
            names = [name for name in names if name not in patient]
        urgent = [name for name in names if self._slots[name].urgent]
        soon = [name for name in urgent if self._slots[name].soon]
        if soon or (urgent and not self._shared):
            name = (soon or urgent)[0]
            self._slots[name].urgent_turns += 1
            self._shared = True
        else:
            # A new picture has its chunks; the question that was begun first may be just that one.
            name = self._first_begun(names) if self._oldest_next and not urgent else names[0]
            self._shared, self._oldest_next = False, not self._oldest_next
        self._slots.move_to_end(name)
        self._work_on(self._slots[name])

    def _first_begun(self, names: list[str]) -> str:
        """Return the slot of the question that was begun first, without long ones.

        Where there is none, return the next in turn.
        """
        not_long = time.perf_counter() - LONG
        began = {name: self._slots[name].began for name in names if self._slots[name].running is not None}
        began = {name: moment for name, moment in began.items() if moment > not_long}
        return min(began, key=began.__getitem__, default=names[0])

    def _work_on(self, slot: _Slot) -> None:
        question = slot.running
        try:
            if question is None:
                question = slot.running = slot.waiting
                assert question is not None
                slot.waiting = None
                slot.began = time.perf_counter()
                slot.answers = question.answers(self._context())
            self._continue(slot, question)
        except Exception:
            assert question is not None
            self._end(slot)
            self._fail(question)

    def _fail(self, question: Question) -> None:
        self._publish(Report("failed", question.run, question.slot, traceback.format_exc()))

    def _continue(self, slot: _Slot, question: Question) -> None:
        follows = slot.answered is not None and same_picture(slot.answered, question)
        until = time.perf_counter() + self._chunk
        while slot.answers is not None:
            try:
                answer = next(slot.answers)
            except StopIteration:
                self._publish_answer(slot, question)
                self._end(slot)
                slot.answered = question
                self._publish(Report("done", question.run, question.slot))
                return
            now = time.perf_counter()
            if answer is not None:
                slot.held = answer
                if not follows or now - slot.began > HOLD_BACK:
                    self._publish_answer(slot, question)
            if now >= until:
                return

    def _publish_answer(self, slot: _Slot, question: Question) -> None:
        if slot.held is not None:
            slot.urgent = False
            self._publish(Report("answer", question.run, question.slot, slot.held))
            slot.held = None

    def _end(self, slot: _Slot) -> None:
        slot.running = None
        slot.answers = None
        slot.held = None
        slot.urgent = False

    def _context(self) -> Context:
        # Imported here: the window's process needs it only without a helper.
        from playground.landscape.questions.context import Context

        assert self._experiment is not None
        context = self._contexts.get(self._experiment)
        if context is None:
            context = self._contexts[self._experiment] = Context(self._experiment)
        self._contexts.move_to_end(self._experiment)
        while len(self._contexts) > CONTEXTS_KEPT:
            self._contexts.popitem(last=False)
        if self._data is None:
            return context
        # Data compare by the checksum of their points.
        if self._painted is None or self._painted[:2] != (self._experiment, self._data):
            self._painted = self._experiment, self._data, context.on_points(self._data)
        return self._painted[2]
