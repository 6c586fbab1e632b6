"""A process that is killed while it saves leaves the old session or the new one, never anything else."""

from __future__ import annotations

import multiprocessing
import os
import random
import stat
import time
from pathlib import Path

import pytest

from playground.sessions import load_session
from tests.support.sessions import large_session, same, save_again_and_again

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL and no fork server")
SESSIONS = [large_session(number) for number in (1.0, 2.0)]
LONGEST = 0.06
"""Seconds: a few sessions are written meanwhile."""


def kill_while_saving(path: Path, times: int, seed: int) -> tuple[int, int, int]:
    """Kill a process that saves, so many times; how often each session was found there, and how often it had
    written half of one beside it.
    """
    # A server forks in milliseconds what a new process would import in a second.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.sessions"])
    rng = random.Random(seed)
    found = [0, 0]
    for _ in range(times):
        ready = context.Event()
        process = context.Process(target=save_again_and_again, args=(str(path), ready))
        process.start()
        assert ready.wait(60.0)
        # No event tells of a random moment.
        time.sleep(rng.uniform(0.0, LONGEST))
        process.kill()
        process.join(60.0)
        session = load_session(path)
        which = [same(session, each) for each in SESSIONS]
        assert any(which)
        found[which.index(True)] += 1
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        process.close()
    left = [entry.name for entry in path.parent.iterdir() if entry != path]
    assert len(left) <= times
    assert all(name.startswith(f".{path.name}.") and name.endswith(".part") for name in left)
    return found[0], found[1], len(left)


def test_a_process_killed_while_saving_leaves_a_whole_session(tmp_path: Path) -> None:
    kill_while_saving(tmp_path / "kept.landscape", 20, seed=1)


@pytest.mark.slow
def test_processes_killed_at_many_moments_leave_whole_sessions(tmp_path: Path) -> None:
    assert min(kill_while_saving(tmp_path / "kept.landscape", 200, seed=2)) > 5
