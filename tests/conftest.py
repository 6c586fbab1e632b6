"""Settings that every test shares: no screen, one BLAS thread, patience with a busy machine."""

import gc
import inspect
import logging
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings
from pytestqt.qtbot import QtBot

PATIENCE = 60_000
"""Milliseconds to wait for what is sure to come, where a test says nothing else."""
MOST_PROCESSES = 4

# A busy machine is no fault of the code under test. The ordinary run tries the same examples each time, the
# slow one looks for others.
settings.register_profile("ordinary", deadline=None, derandomize=True)
settings.register_profile("slow", deadline=None)


# As in the program, no cycle is collected in another thread or in the midst of an event: between tests alone.
gc.disable()
YOUNG, TESTS_BETWEEN_FULL_COLLECTIONS = gc.get_threshold()[0], 50
_tests_run = 0


@pytest.fixture(autouse=True)
def _garbage() -> Iterator[None]:
    global _tests_run
    yield
    _tests_run += 1
    if _tests_run % TESTS_BETWEEN_FULL_COLLECTIONS == 0:
        gc.collect()
    elif gc.get_count()[0] > YOUNG:
        gc.collect(1)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("slow" if config.option.markexpr == "slow" else "ordinary")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share a whole run out among processes, where pytest-xdist is there.

    Whatever is asked for but -q, -v or the slow tests may want to see every test in this one.
    """
    asked = " ".join(map(str, config.invocation_params.args))
    plain = re.fullmatch("((-[qv]+|-m ?(not )?slow) ?)*", asked) is not None
    if plain and config.pluginmanager.hasplugin("xdist") and not hasattr(config, "workerinput"):
        config.option.numprocesses, config.option.maxprocesses = "logical", MOST_PROCESSES


@pytest.fixture(autouse=True)
def _log(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the log of the program out of the user's folder, and close it after each test."""
    if "XDG_STATE_HOME" not in os.environ:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp()))
    yield
    logger = logging.getLogger("playground")
    for handler in logger.handlers[:]:
        if not isinstance(handler, logging.NullHandler):
            logger.removeHandler(handler)
            handler.close()
    logger.propagate, logging.raiseExceptions = True, True


class PatientBot(QtBot):
    """A qtbot whose waits end late: the usual five seconds are too few on a machine that others use too.

    A condition that cannot be read does not hold yet: between two answers a window may hold none, when
    the thread that waits happens to look.
    """

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = PATIENCE) -> None:
        def holds() -> Any:
            try:
                return callback()
            except (AttributeError, TypeError, LookupError) as error:
                raise AssertionError(f"the condition cannot be read: {error!r}") from error

        try:
            super().waitUntil(holds, timeout=timeout)
        except QtBot.TimeoutError as error:
            for name, value in inspect.getclosurevars(callback).nonlocals.items():
                if type(value).__name__ == "MainWindow":
                    error.add_note(f"{name}: {state_of(value)}")
            raise

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE, **rest: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **rest)


def state_of(window: Any) -> str:
    """Return what a window shows, for the report of a wait that has ended in vain."""
    snapshot, analysis = window.snapshot, window.lab.analysis
    at = "no run" if snapshot is None else f"run {snapshot.run}, step {snapshot.view.step}, {snapshot.state}"
    helper = window.lab.helper_pid
    return f"{at}; notice {window.notices.text!r}; helper {helper}, analysis busy {analysis.busy}"


@pytest.fixture
def qtbot(qapp: Any, request: Any) -> QtBot:
    """The qtbot of every test."""
    return PatientBot(request)
