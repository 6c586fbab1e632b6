"""Runs of the tests that go through a file and on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from playground.engine.recording.saved_run import run_value, saved_run_of
from playground.engine.trainer import Trainer
from playground.export.history_csv import history_text
from playground.sessions import Session
from tests.support.sessions import read, written


def run_file(run: Trainer) -> bytes:
    """The file of a session with this run: all of its state, in the same bytes where that is the same."""
    return written(Session(run=run_value(run.saved())))


def reopened(run: Trainer) -> Trainer:
    """The run from its file."""
    return Trainer.resumed(saved_run_of(read(run_file(run)).run))


def csv(run: Trainer) -> str:
    """The history of a run as it is exported."""
    view = run.view()
    return history_text(view.history, view.experiment.training)


def leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value in a value of a session, itself included."""
    yield way
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for name, child in children:
        yield from leaves(child, (*way, name))


def with_other(value: Any, way: tuple[Any, ...], other: Any) -> Any:
    """The same value with another one at the end of a way; a function makes it from what stands there."""
    if not way:
        return other(value) if callable(other) else other
    changed = copy.copy(value)
    changed[way[0]] = with_other(value[way[0]], way[1:], other)
    return changed
