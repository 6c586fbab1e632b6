"""Questions are answered in turn, the newest of each kind, and a moving picture is still completed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.lab.analysis import question_queue as desk_module
from playground.lab.analysis.question_queue import PATIENT_TURNS, URGENT_TURNS, QuestionQueue, Report
from tests.support.questions_asked import (
    Broken,
    Countdown,
    HowManyPoints,
    OtherCountdown,
    PatientCountdown,
    Silence,
    ThirdCountdown,
    Uncompared,
)
from tests.support.small_runs import SMALL


@pytest.fixture
def reports() -> list[Report]:
    return []


@pytest.fixture
def queue(reports: list[Report]) -> QuestionQueue:
    """A queue that looks for new questions after every answer."""
    queue = QuestionQueue(reports.append, chunk=0.0)
    queue.begin(1, SMALL)
    return queue


def work(queue: QuestionQueue, until: Callable[[], bool] = lambda: False) -> None:
    while queue.busy and not until():
        queue.work()


def texts(reports: list[Report], slot: str = "countdown") -> list[str]:
    return [report.content.text for report in reports if report.kind == "answer" and report.slot == slot]


def test_a_question_is_answered_in_refinements_and_then_done(
    queue: QuestionQueue, reports: list[Report]
) -> None:
    queue.ask(Countdown(1, 7, 3))
    work(queue)
    assert texts(reports) == ["3", "2", "1", "0"]
    assert reports[-1] == Report("done", 1, "countdown")
    assert not queue.busy


def test_a_newer_question_of_the_slot_ends_the_one_under_way(
    queue: QuestionQueue, reports: list[Report]
) -> None:
    queue.ask(Countdown(1, 0, 50, picture="old "))
    work(queue, lambda: len(reports) >= 2)
    queue.ask(Countdown(1, 0, 1, picture="new "))
    work(queue)
    assert texts(reports)[-2:] == ["new 1", "new 0"]
    assert "old 0" not in texts(reports)


def test_slots_are_served_in_turn(queue: QuestionQueue, reports: list[Report]) -> None:
    queue.ask(Countdown(1, 0, 500))
    work(queue, lambda: len(reports) >= 2)
    queue.ask(OtherCountdown(1, 0, 3))
    work(queue, lambda: reports[-1].kind == "done")
    assert reports[-1].slot == "other"
    assert len(texts(reports)) < 10


def test_a_patient_question_waits_for_the_others_but_for_a_turn_in_many(
    queue: QuestionQueue, reports: list[Report]
) -> None:
    queue.ask(PatientCountdown(1, 0, 4 * PATIENT_TURNS))
    work(queue, lambda: len(reports) >= 2)
    reports.clear()
    queue.ask(Countdown(1, 0, 10 * PATIENT_TURNS))
    queue.ask(OtherCountdown(1, 0, 10 * PATIENT_TURNS))
    work(queue, lambda: len(texts(reports)) + len(texts(reports, "other")) == 10 * PATIENT_TURNS)
    assert 9 <= len(texts(reports, "patient")) <= 11
    work(queue)
    for slot in ("patient", "countdown", "other"):
        assert texts(reports, slot)[-1] == "0"


def test_a_later_moment_of_the_same_picture_waits_for_the_complete_one(
    queue: QuestionQueue, reports: list[Report]
) -> None:
    """A run that is faster than its surface would never see a whole surface otherwise."""
    complete = 0
    for step in range(1, 201):
        queue.ask(Countdown(1, step, 5))
        queue.work()
        complete += reports[-1:] == [Report("done", 1, "countdown")]
    assert complete > 5
    queue.ask(Countdown(1, 999, 5))
    work(queue)
    assert [report.content.step for report in reports if report.kind == "answer"][-1] == 999


def test_coarse_beginnings_are_kept_back_where_the_picture_is_already_there(
    queue: QuestionQueue, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "HOLD_BACK", 1e9)
    queue.ask(Countdown(1, 0, 3))
    work(queue)
    reports.clear()
    queue.ask(Countdown(1, 1, 3))
    work(queue)
    assert texts(reports) == ["0"]


def test_a_new_run_drops_every_question_of_the_old_one(queue: QuestionQueue, reports: list[Report]) -> None:
    queue.ask(Countdown(1, 0, 50))
    queue.work()
    queue.begin(2, SMALL.with_value("data.points", 60).with_value("data.test_share", 0.5))
    assert not queue.busy
    queue.ask(HowManyPoints(1))
    assert not queue.busy
    queue.ask(HowManyPoints(2))
    work(queue)
    assert texts(reports, "points") == ["30"]


def test_a_fault_in_a_question_is_reported_and_the_others_go_on(
    queue: QuestionQueue, reports: list[Report]
) -> None:
    queue.ask(Broken(1))
    queue.ask(Countdown(1, 0, 1))
    work(queue)
    failures = [report for report in reports if report.kind == "failed"]
    assert len(failures) == 1
    assert "ZeroDivisionError" in failures[0].content
    assert texts(reports) == ["1", "0"]


def test_a_new_picture_has_its_first_answer_before_the_others_have_had_their_turn(
    queue: QuestionQueue, reports: list[Report]
) -> None:
    """Someone turns to another plane while many other questions are under way."""

    class Third(Countdown):
        slot = "third"

    class Fourth(Countdown):
        slot = "fourth"

    for question in (Countdown(1, 0, 500), OtherCountdown(1, 0, 500), Third(1, 0, 500), Fourth(1, 0, 500)):
        queue.ask(question)
    work(queue, lambda: len(reports) >= 40)
    reports.clear()
    queue.ask(OtherCountdown(1, 0, 3, picture="new "))
    work(queue, lambda: "new 3" in texts(reports, "other"))
    # Two chunks lead to its first answer, and none of another slot comes between.
    assert [report.slot for report in reports] == ["other"]
    reports.clear()
    work(queue, lambda: len(reports) >= 8)
    assert {report.slot for report in reports} == {"countdown", "other", "third", "fourth"}
    # The next moment of a picture that is there is in no hurry.
    work(queue, lambda: "new 0" in texts(reports, "other"))
    work(queue, lambda: reports[-1].kind == "done")
    reports.clear()
    queue.ask(OtherCountdown(1, 1, 3, picture="new "))
    work(queue, lambda: len(reports) >= 6)
    assert {report.slot for report in reports} >= {"countdown", "third", "fourth"}


def test_what_was_begun_first_is_not_outlived_by_short_questions_that_come_again(
    queue: QuestionQueue, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question in turn alone would give it a third of the time."""
    monkeypatch.setattr(desk_module, "LONG", 1e9)
    queue.ask(Countdown(1, 0, 19))
    chunks = 0
    while Report("done", 1, "countdown") not in reports:
        queue.ask(OtherCountdown(1, chunks, 3))
        queue.ask(ThirdCountdown(1, chunks, 3))
        queue.work()
        chunks += 1
    # A breath and an answer for each of twenty numbers.
    assert chunks < 2.5 * 40
    assert Report("done", 1, "other") in reports
    assert Report("done", 1, "third") in reports


def test_a_picture_that_is_long_in_coming_leaves_half_of_the_time_to_what_is_alive(
    queue: QuestionQueue, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "LONG", 1e9)
    queue.ask(Countdown(1, 0, 3))
    work(queue)
    queue.ask(Silence(1, 0, 400))
    # It goes before the others at first, and has half of the time from then on.
    for _ in range(URGENT_TURNS):
        queue.ask(Countdown(1, 0, 3))
        queue.work()
    assert sum(report.kind == "done" for report in reports) == 1
    for step in range(200):
        queue.ask(Countdown(1, step, 3))
        queue.work()
    # Nine chunks each: four breaths, four answers, the end.
    assert 200 / 2 / 9 - 2 <= sum(report.kind == "done" for report in reports) - 1 <= 200 / 2 / 9 + 2


def test_a_question_that_cannot_be_compared_is_the_last_of_its_kind_that_fails(
    queue: QuestionQueue, reports: list[Report]
) -> None:
    kinds = []
    for step in range(4):
        reports.clear()
        queue.ask(Uncompared(1, step, 0))
        work(queue)
        kinds.append([report.kind for report in reports])
    assert kinds == [["answer", "done"], ["failed"]] * 2
