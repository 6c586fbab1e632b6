"""The log of the program: bounded, on the terminal where asked, and never in the way."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from playground.startup import log
from playground.startup.crash import LOGGER


@pytest.fixture
def logger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log, "log_path", lambda: tmp_path / "logs" / "crash.log")
    monkeypatch.setattr(logging, "raiseExceptions", True)
    yield LOGGER
    for handler in LOGGER.handlers[:]:
        LOGGER.removeHandler(handler)
        handler.close()


def test_it_names_the_versions_and_takes_no_more_room_than_it_may(logger, tmp_path: Path) -> None:
    log.begin_log()
    text = (tmp_path / "logs" / log.FILE_NAME).read_text(encoding="utf-8")
    assert "Python 3." in text
    for _ in range(4000):
        logger.info("x" * 1000)
    sizes = [file.stat().st_size for file in (tmp_path / "logs").iterdir()]
    assert len(sizes) == 1 + log.OLDER_FILES
    assert max(sizes) <= log.MAX_BYTES


def test_begun_twice_it_writes_each_line_once(logger, tmp_path: Path) -> None:
    log.begin_log()
    log.begin_log()
    logger.info("a line of its own")
    text = (tmp_path / "logs" / log.FILE_NAME).read_text(encoding="utf-8")
    assert text.count("a line of its own") == 1


def test_a_folder_that_cannot_be_made_stops_nothing(logger, tmp_path: Path, capsys) -> None:
    (tmp_path / "logs").write_text("")
    log.begin_log()
    logger.info("nowhere to go")
    assert capsys.readouterr().err == ""


def test_verbose_writes_to_the_terminal(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "playground", "--verbose", "--headless", "--steps", "1"]
    ran = subprocess.run(
        [*command, "--export-dir", str(tmp_path / "out")], env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0
    assert "Started with Loss Landscape Playground" in ran.stderr
