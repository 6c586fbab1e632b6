"""A lock is held by one at a time, and ends with its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from playground.files.lock import FileLock

HOLDS = """
import sys
from playground.files.lock import FileLock
lock = FileLock.taken(sys.argv[1])
print(lock is not None, flush=True)
sys.stdin.read()
"""


def test_one_at_a_time_also_in_one_process(tmp_path: Path) -> None:
    first = FileLock.taken(tmp_path / "a.lock")
    assert first is not None
    assert FileLock.taken(tmp_path / "a.lock") is None
    first.release()
    first.release()
    assert not (tmp_path / "a.lock").exists()
    again = FileLock.taken(tmp_path / "a.lock")
    assert again is not None
    if os.name != "nt":
        assert (tmp_path / "a.lock").stat().st_mode & 0o777 == 0o600
    again.release()


def test_it_ends_with_a_process_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    root = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    )
    assert process.stdout.readline().strip() == b"True"
    assert FileLock.taken(path) is None
    process.kill()
    process.communicate()
    lock = FileLock.taken(path)
    assert lock is not None
    lock.release()


def test_where_nothing_can_be_made_there_is_no_lock(tmp_path: Path) -> None:
    assert FileLock.taken(tmp_path / "absent" / "a.lock") is None
