"""Files are written whole or not at all, and a failure names the file in one sentence."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from playground.export.atomic import ExportError, ensure_folder, write_atomically


def test_a_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_atomically(tmp_path / "α.txt", "J = ½")
    assert (tmp_path / "α.txt").read_text(encoding="utf-8") == "J = ½"
    assert [entry.name for entry in tmp_path.iterdir()] == ["α.txt"]


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "kept.bin"
    write_atomically(path, b"old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "x.png"
    with pytest.raises(ExportError) as error:
        write_atomically(path, b"x")
    assert str(path) in str(error.value)
    assert str(error.value).endswith(".")
    assert str(error.value).count("\n") == 0


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="folder"):
        write_atomically(tmp_path, b"x")
    assert list(tmp_path.iterdir()) == []


def test_when_the_last_step_fails_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    write_atomically(path, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ExportError, match="no space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]


def test_whoever_interrupts_the_writing_finds_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    write_atomically(path, b"old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    assert ensure_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExportError, match="file"):
        ensure_folder(tmp_path / "file" / "b")
