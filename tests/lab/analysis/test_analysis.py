"""Questions about the landscape, answered in the helper, or without one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playground.engine.network import network_of
from playground.lab.analysis import thread as analysis_thread
from playground.lab.lab import Lab
from playground.landscape.questions.boundary import BoundaryQuestion
from playground.landscape.questions.surface import SurfaceQuestion
from tests.support.questions_asked import (
    AsksForTheUnreadable,
    Broken,
    Countdown,
    Forgetful,
    HowManyPoints,
    OtherCountdown,
    Uncompared,
    WhichModules,
    WhichPriority,
)
from tests.support.small_runs import SMALL
from tests.support.watching import Watcher

PATIENCE = 120_000
"""Milliseconds: the helper lets every other process of a busy machine go first."""


def answer_of(lab: Lab, qtbot: Any, slot: str, enough: Callable[[Any], bool] = lambda answer: True) -> Any:
    """Wait for an answer that is enough."""
    seen: list[Any] = []

    def look() -> bool:
        answer = lab.answer(slot)
        if answer is not None:
            seen.append(answer)
        return bool(seen) and enough(seen[-1])

    qtbot.waitUntil(look, timeout=PATIENCE)
    return seen[-1]


def text_of(lab: Lab, qtbot: Any, slot: str, text: str) -> Any:
    return answer_of(lab, qtbot, slot, lambda answer: answer.text == text)


def of_step(step: int) -> Callable[[Any], bool]:
    return lambda answer: answer.step == step


@pytest.fixture(params=[True, False], ids=["helper", "no helper"])
def asked_lab(request: Any, make_lab: Callable[..., Lab]) -> Lab:
    """A lab with a helper, and one without: both answer everything."""
    return make_lab(use_process=request.param)


def test_a_surface_is_that_of_the_network_that_trains(asked_lab: Lab, qtbot: Any) -> None:
    watcher = Watcher(asked_lab, qtbot)
    asked_lab.run_exactly(30)
    view = watcher.until(lambda snapshot: snapshot.view.step == 30)
    run, samples = watcher.snapshot.run, watcher.snapshot.samples
    asked_lab.ask(
        SurfaceQuestion(run, view.step, view.parameters, view.history.path, kind="path", resolution=25)
    )
    answer = answer_of(asked_lab, qtbot, "surface", lambda answer: answer.complete)
    assert (answer.run, answer.step) == (run, 30)
    assert answer.true_loss == pytest.approx(view.train_loss)
    surface = answer.surface
    network = network_of(SMALL)
    for row, column in ((0, 0), (12, 12), (24, 3)):
        theta = surface.plane.at(surface.a[column], surface.b[row])
        loss = network.loss(theta, samples.X_train, samples.y_train)
        assert surface.values[row, column] == pytest.approx(loss, rel=1e-5)
    asked_lab.ask(BoundaryQuestion(run, view.step, view.parameters, resolution=21))
    output = answer_of(asked_lab, qtbot, "boundary").boundary.output
    assert output.shape == (21, 21)
    assert np.ptp(output) > 0


def test_the_helper_holds_no_window(make_lab: Callable[..., Lab], qtbot: Any) -> None:
    lab = make_lab(use_process=True)
    lab.ask(WhichModules(1))
    assert answer_of(lab, qtbot, "modules").text == "numpy"
    assert lab.helper_pid not in (None, os.getpid())


def test_the_helper_steps_back_for_others(make_lab: Callable[..., Lab], qtbot: Any) -> None:
    if not hasattr(os, "getpriority"):
        pytest.skip("no priorities here")
    lab = make_lab(use_process=True)
    # A first picture is urgent: it steps back less far.
    lab.ask(WhichPriority(1))
    assert int(answer_of(lab, qtbot, "priority").text.split()[0]) < 19
    lab.ask(WhichPriority(1, step=1))
    nice, policy = answer_of(lab, qtbot, "priority").text.split()
    assert nice == "19"
    if os.cpu_count() != 1 and may_idle():
        assert policy == str(os.SCHED_IDLE)
    pid = lab.helper_pid
    assert pid is not None
    assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)


def test_what_is_urgent_is_not_begun_at_the_lowest_priority(make_lab: Callable[..., Lab], qtbot: Any) -> None:
    if not hasattr(os, "getpriority"):
        pytest.skip("no priorities here")
    lab = make_lab(use_process=True)
    lab.ask(Countdown(1, 0, 10_000, 0.005))
    answer_of(lab, qtbot, "countdown", lambda answer: int(answer.text) < 9990)
    lab.ask(WhichPriority(1))
    assert int(answer_of(lab, qtbot, "priority").text.split()[0]) < 19


def may_idle() -> bool:
    """Whether a process may call itself idle here: not every system and container allows it."""
    ask = "import os; os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))"
    return subprocess.run([sys.executable, "-c", ask], stderr=subprocess.DEVNULL, check=False).returncode == 0


def test_the_newest_question_of_a_slot_replaces_a_long_one(asked_lab: Lab, qtbot: Any) -> None:
    asked_lab.ask(Countdown(1, 0, 10_000, 0.005, "old "))
    answer_of(asked_lab, qtbot, "countdown")
    asked_lab.ask(OtherCountdown(1, 0, 2))
    text_of(asked_lab, qtbot, "other", "0")
    asked_lab.ask(Countdown(1, 0, 3, 0.0, "new "))
    text_of(asked_lab, qtbot, "countdown", "new 0")


def test_questions_and_answers_of_an_old_run_are_dropped(asked_lab: Lab, qtbot: Any) -> None:
    asked_lab.ask(Countdown(1, 0, 10_000, 0.002))
    answer_of(asked_lab, qtbot, "countdown")
    asked_lab.change("data.points", 100)
    qtbot.waitUntil(lambda: asked_lab.run_number == 2)
    asked_lab.ask(HowManyPoints(1))
    asked_lab.ask(OtherCountdown(2, 0, 2))
    text_of(asked_lab, qtbot, "other", "0")
    assert asked_lab.answer("countdown") is None
    assert asked_lab.answer("points") is None
    asked_lab.ask(HowManyPoints(2))
    text_of(asked_lab, qtbot, "points", "80")


def test_a_fault_in_a_question_is_told_once_and_the_next_is_answered(asked_lab: Lab, qtbot: Any) -> None:
    told: list[str] = []
    asked_lab.failed.connect(told.append)
    pids = set()
    for _ in range(3):
        asked_lab.ask(Broken(1))
        asked_lab.ask(WhichModules(1))
        answer_of(asked_lab, qtbot, "modules")
        pids.add(asked_lab.helper_pid)
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
    assert "ZeroDivisionError" in told[0]
    assert len(pids) == 1
    assert asked_lab.state == "ready"


def test_a_question_that_cannot_travel_is_told(make_lab: Callable[..., Lab], qtbot: Any) -> None:
    lab = make_lab(use_process=True)
    with qtbot.waitSignal(lab.failed, timeout=PATIENCE):
        lab.ask(Countdown(1, 0, 1, picture=lambda: ""))  # type: ignore[arg-type]
    lab.ask(WhichModules(1))
    answer_of(lab, qtbot, "modules")


def test_an_answer_that_cannot_be_read_is_told_once_and_all_others_come(
    make_lab: Callable[..., Lab], qtbot: Any
) -> None:
    lab = make_lab(use_process=True)
    told: list[str] = []
    lab.failed.connect(told.append)
    lab.ask(Countdown(1, 0, 100, 0.002))
    answer_of(lab, qtbot, "countdown")
    pid = lab.helper_pid
    for step in range(3):
        lab.ask(AsksForTheUnreadable(1, step))
        lab.ask(WhichModules(1, step))
        answer_of(lab, qtbot, "modules", of_step(step))
    text_of(lab, qtbot, "countdown", "0")
    assert len(told) == 1
    assert "nobody can read this answer" in told[0]
    assert lab.answer("unreadable") is None
    assert lab.helper_pid == pid
    lab.same_weights_again()
    qtbot.waitUntil(lambda: lab.run_number == 2)
    lab.ask(HowManyPoints(2))
    text_of(lab, qtbot, "points", "32")


def test_a_question_that_cannot_be_compared_with_the_last_is_told_once_and_dropped(
    asked_lab: Lab, qtbot: Any
) -> None:
    told: list[str] = []
    asked_lab.failed.connect(told.append)
    asked_lab.notice.connect(told.append)
    for _ in range(2):
        asked_lab.ask(Uncompared(1, 0, 10_000, 0.002))
        answer_of(asked_lab, qtbot, "uncompared")
        asked_lab.ask(Uncompared(1, 1, 10_000, 0.002))
        asked_lab.ask(HowManyPoints(1))
        text_of(asked_lab, qtbot, "points", "32")
        qtbot.waitUntil(lambda: bool(told))
        asked_lab.answer("uncompared")
    assert len(told) == 1
    assert "compared with nothing" in told[0]


def test_a_fault_in_telling_of_a_fault_drops_the_work_and_is_told_once(
    make_lab: Callable[..., Lab], qtbot: Any
) -> None:
    lab = make_lab()
    told: list[str] = []
    lab.failed.connect(told.append)
    lab.ask(Countdown(1, 0, 10_000, 0.002))
    answer_of(lab, qtbot, "countdown")
    lab.ask(Forgetful(1))
    qtbot.waitUntil(lambda: bool(told))
    lab.answer("countdown")
    lab.ask(OtherCountdown(1, 0, 3, 0.01))
    text_of(lab, qtbot, "other", "0")
    assert lab.answer("countdown") is None
    lab.ask(Forgetful(1))

    def answered() -> bool:
        # Whatever is asked before that one is met goes with it.
        lab.ask(HowManyPoints(1))
        return lab.answer("points") is not None

    qtbot.waitUntil(answered)
    assert len(told) == 1
    assert "pop from empty list" in told[0]
    lab.same_weights_again()
    qtbot.waitUntil(lambda: lab.run_number == 2)
    lab.ask(HowManyPoints(2))
    text_of(lab, qtbot, "points", "32")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_helper_killed_at_work_is_replaced_by_the_thread_and_by_a_new_helper(
    make_lab: Callable[..., Lab], qtbot: Any
) -> None:
    lab = make_lab(use_process=True)
    notices: list[str] = []
    lab.notice.connect(notices.append)
    lab.ask(Countdown(1, 0, 500, 0.002))
    answer_of(lab, qtbot, "countdown")
    pid = lab.helper_pid
    assert pid is not None
    with qtbot.waitSignal(lab.notice, timeout=PATIENCE):
        os.kill(pid, signal.SIGKILL)
    text_of(lab, qtbot, "countdown", "0")
    assert lab.helper_pid is None
    lab.ask(HowManyPoints(1))
    text_of(lab, qtbot, "points", "32")
    assert len(notices) == 1

    lab.same_weights_again()
    qtbot.waitUntil(lambda: lab.run_number == 2)
    lab.ask(WhichModules(2))
    assert answer_of(lab, qtbot, "modules").text == "numpy"
    assert lab.helper_pid not in (None, pid)
    assert len(notices) == 1


def test_without_a_helper_the_thread_answers_and_says_so_once(
    make_lab: Callable[..., Lab], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_helper() -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(analysis_thread, "Helper", no_helper)
    lab = make_lab(use_process=True, wait=False)
    with qtbot.waitSignal(lab.notice) as said:
        pass
    assert "helper" in said.args[0]
    qtbot.waitUntil(lambda: lab.run_number == 1)
    lab.ask(HowManyPoints(1))
    text_of(lab, qtbot, "points", "32")

    told: list[str] = []
    lab.notice.connect(told.append)
    for run in (2, 3):
        lab.same_weights_again()
        qtbot.waitUntil(lambda run=run: lab.run_number == run)
        lab.ask(HowManyPoints(run))
        text_of(lab, qtbot, "points", "32")
    assert told == []
