"""Files are written whole or not at all, and a failure names the file in one sentence."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from playground.files.atomic import (
    ExportError,
    ensure_folder,
    refuse_unwritable,
    take_places,
    write_atomically,
    write_together,
)


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


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such permissions")
def test_a_file_has_the_permissions_that_were_asked_for_from_its_first_byte_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = tmp_path / "kept.bin", []

    def look(number: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(number).st_mode))

    monkeypatch.setattr(os, "fsync", look)
    path.write_bytes(b"old")
    path.chmod(0o644)
    write_atomically(path, b"new", mode=0o600)
    assert seen == [0o600]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"new"


def test_what_killed_processes_left_half_written_goes_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "run.landscape"
    left = [".run.landscape.llp-0123abcd.part", ".run.landscape.llp-ffffffff.part"]
    foreign = [
        ".run.landscape.part",
        ".run.landscape.0123abcd.part",
        ".run.landscape.llp-0123abcd.part.txt",
        ".run.landscape.llp-0123ABCD.part",
        "run.landscape.llp-0123abcd.part",
        ".other.landscape.llp-0123abcd.part",
        ".run.landscape.llp-0123abc.part",
    ]
    long_ago = time.time() - 2 * 3600.0
    for name in (*left, *foreign):
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (long_ago, long_ago))
    # Another process may be writing this one.
    (tmp_path / ".run.landscape.llp-00000000.part").write_bytes(b"half")
    (tmp_path / ".run.landscape.llp-11111111.part").mkdir()
    os.utime(tmp_path / ".run.landscape.llp-11111111.part", (long_ago, long_ago))
    write_atomically(path, b"whole")
    stay = {path.name, *foreign, ".run.landscape.llp-00000000.part", ".run.landscape.llp-11111111.part"}
    assert {entry.name for entry in tmp_path.iterdir()} == stay
    assert path.read_bytes() == b"whole"


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


LINKS = pytest.mark.skipif(os.name == "nt", reason="Windows asks for a privilege to make links")


@LINKS
def test_saving_through_a_link_writes_the_file_that_it_points_to(tmp_path: Path) -> None:
    there = tmp_path / "elsewhere"
    there.mkdir()
    (there / "real.json").write_bytes(b"old")
    (there / "real.json").chmod(0o640)
    link = tmp_path / "lab.json"
    link.symlink_to(there / "real.json")
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert (there / "real.json").read_bytes() == b"new"
    assert stat.S_IMODE((there / "real.json").stat().st_mode) == 0o640
    dangling = tmp_path / "later.json"
    dangling.symlink_to(there / "later.json")
    write_atomically(dangling, b"first")
    assert dangling.is_symlink()
    assert (there / "later.json").read_bytes() == b"first"
    assert sorted(entry.name for entry in there.iterdir()) == ["later.json", "real.json"]


@LINKS
def test_a_finished_file_takes_the_place_behind_a_link(tmp_path: Path) -> None:
    there, workshop = tmp_path / "elsewhere", tmp_path / "workshop"
    there.mkdir()
    workshop.mkdir()
    (there / "real.csv").write_bytes(b"old")
    (tmp_path / "history.csv").symlink_to(there / "real.csv")
    (workshop / "history.csv").write_bytes(b"new")
    take_places([(workshop / "history.csv", tmp_path / "history.csv")])
    assert (tmp_path / "history.csv").is_symlink()
    assert (there / "real.csv").read_bytes() == b"new"
    assert list(workshop.iterdir()) == []


@LINKS
def test_a_loop_of_links_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(ExportError, match="could not be written"):
        write_atomically(tmp_path / "a", b"x")
    assert (tmp_path / "a").is_symlink()


def test_a_write_protected_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_bytes(b"precious")
    path.chmod(0o444)
    with pytest.raises(ExportError, match=r"kept\.json could not be written: it is write-protected\."):
        write_atomically(path, b"x")
    assert path.read_bytes() == b"precious"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_what_is_no_ordinary_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ExportError, match="not an ordinary file"):
        write_atomically(tmp_path / "pipe", b"x")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_of_two_files_none_is_written_where_one_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_bytes(b"old")
    (tmp_path / "run.json").mkdir()
    with pytest.raises(ExportError, match=r"run\.json"):
        write_together({tmp_path / "run.csv": b"new", tmp_path / "run.json": b"new"})
    assert (tmp_path / "run.csv").read_bytes() == b"old"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["run.csv", "run.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_writing_never_touches_the_umask_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It belongs to all threads: one that makes a file meanwhile would make it open to everybody."""
    before = os.umask(0o027)
    try:
        with monkeypatch.context() as patched:
            asked: list[int] = []

            def umask(mask: int) -> int:
                asked.append(mask)
                return 0o027

            patched.setattr(os, "umask", umask)
            write_atomically(tmp_path / "new.json", b"x")
            assert asked == []
        assert stat.S_IMODE((tmp_path / "new.json").stat().st_mode) == 0o640
    finally:
        os.umask(before)


@pytest.mark.parametrize("name", ["x" * 5000, "two\nlines", "nul\0"])
def test_an_impossible_or_ugly_name_is_one_short_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / "absent" / name
    for act in (lambda: write_atomically(path, b"x"), lambda: ensure_folder(tmp_path / name / "nul\0")):
        with pytest.raises(ExportError) as refused:
            act()
        said = str(refused.value)
        assert len(said) < 400
        assert said.count("\n") == 0
        assert said.endswith(".")


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
def test_a_link_that_leads_nowhere_is_told_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "b").symlink_to(tmp_path / "nowhere" / "b")
    with pytest.raises(ExportError, match="leads nowhere"):
        write_together({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    with pytest.raises(ExportError, match="leads nowhere"):
        refuse_unwritable(tmp_path / "b")
    for name in ("a", "b"):
        (tmp_path / f"{name}.part").write_bytes(b"new")
    finished = [(tmp_path / "a.part", tmp_path / "a"), (tmp_path / "b.part", tmp_path / "b")]
    with pytest.raises(ExportError, match=r"could not be written: .*\. Written before it: a\."):
        take_places(finished)
