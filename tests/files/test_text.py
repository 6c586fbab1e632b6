"""Texts are read with or without a byte order mark; every other file is refused in a sentence, at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.experiment import Experiment, ExperimentFile
from playground.experiment_files import read_experiment
from playground.export.history_csv import read_history
from playground.files.text import TextFileError, read_text
from playground.lessons.format import parse_lesson, read_lesson
from playground.ui.hall.scenes import Scene, read_scenes, scenes_of, scenes_text

LESSON = 'title = "Läufe"\n[[step]]\ntitle = "One"\ntext = "α"\n'
SCENES = scenes_text({1: Scene(ExperimentFile(Experiment()))})
READERS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "experiment": (read_experiment, Experiment().to_json()),
    "scenes": (read_scenes, SCENES),
    "lesson": (read_lesson, LESSON),
    "history": (read_history, "step,training loss J\n0,1.5\n"),
    "text": (lambda path: read_text(path, 1000), "α"),
}


@pytest.mark.parametrize("kind", READERS)
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, kind: str) -> None:
    read, text = READERS[kind]
    plain, marked = tmp_path / "plain.txt", tmp_path / "marked.txt"
    plain.write_text(text, encoding="utf-8")
    marked.write_text(text, encoding="utf-8-sig")
    without, with_mark = read(plain), read(marked)
    if kind == "scenes":
        assert with_mark[1].content() == without[1].content()
    elif kind == "lesson":
        assert with_mark.steps == without.steps
    elif kind == "history":
        assert with_mark["train_loss"].values.tolist() == without["train_loss"].values.tolist() == [1.5]
    else:
        assert with_mark == without


def test_a_text_in_memory_may_carry_the_mark_too() -> None:
    assert Experiment.from_json("\ufeff" + Experiment().to_json()) == Experiment()
    assert scenes_of("\ufeff" + SCENES)[1].content() == scenes_of(SCENES)[1].content()
    assert parse_lesson("\ufeff" + LESSON, "x.toml").title == "Läufe"


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-16", "text in UTF-16; save it in UTF-8"),
        ("utf-32", "text in UTF-32; save it in UTF-8"),
        ("utf-16-le", "not text in UTF-8"),
        ("latin-1", "not text in UTF-8"),
    ],
)
def test_another_encoding_is_named_or_refused(tmp_path: Path, kind: str, encoding: str, said: str) -> None:
    read, text = READERS[kind]
    path = tmp_path / "other.txt"
    path.write_bytes((text.replace("α", "ä") + "\n# ä").encode(encoding))
    with pytest.raises(Exception, match=said) as refused:
        read(path)
    assert "other.txt" in str(refused.value) or kind == "text"
    assert "\n" not in str(refused.value)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("kind", READERS)
def test_what_is_no_ordinary_file_is_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    read, _ = READERS[kind]
    os.mkfifo(tmp_path / "pipe")
    for path, said in (
        (tmp_path / "pipe", "not an ordinary file"),
        (Path("/dev/zero"), "not an ordinary file"),
        (tmp_path, "it is a folder"),
        (tmp_path / ("x" * 300), "could not be read"),
        (tmp_path / "nul\0", "could not be read"),
    ):
        with pytest.raises(Exception, match=said):
            read(path)


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * 1001)
    with pytest.raises(TextFileError, match="too large, more than 1 kB"):
        read_text(path, 1000)
    path.write_bytes(b"x" * 1000)
    assert len(read_text(path, 1000)) == 1000
