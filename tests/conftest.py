"""Settings that every test shares: no screen, one BLAS thread, patience with a busy machine."""

import os
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

# A busy machine is no fault of the code under test.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


class PatientBot(QtBot):
    """A qtbot whose waits end late: the usual five seconds are too few on a machine that others use too."""

    def waitUntil(self, callback: Any, *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE, **rest: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **rest)


@pytest.fixture
def qtbot(qapp: Any, request: Any) -> QtBot:
    """The qtbot of every test."""
    return PatientBot(request)
