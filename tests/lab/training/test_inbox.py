"""Instructions keep their order; of many moves of one slider only the last is carried out."""

import threading
from functools import partial

from playground.lab.latest import Latest
from playground.lab.training.inbox import Inbox, Instruction


def carried_out(inbox: Inbox) -> None:
    for command in inbox.take(0.0) or []:
        command.act()


def test_of_many_moves_of_a_slider_only_the_last_counts() -> None:
    inbox = Inbox()
    done: list[tuple[str, int]] = []
    for value in range(100):
        inbox.post(Instruction(partial(done.append, ("α", value)), "α"))
        inbox.post(Instruction(partial(done.append, ("l2", value)), "l2"))
    carried_out(inbox)
    assert done == [("α", 99), ("l2", 99)]


def test_a_change_never_moves_over_a_step() -> None:
    inbox = Inbox()
    done: list[str] = []
    inbox.post(Instruction(lambda: done.append("α 1"), "α"))
    inbox.post(Instruction(lambda: done.append("step")))
    inbox.post(Instruction(lambda: done.append("α 2"), "α"))
    carried_out(inbox)
    assert done == ["α 1", "step", "α 2"]


def test_nothing_moves_over_a_look_at_another_moment() -> None:
    inbox = Inbox()
    done: list[str] = []
    for key, moves in (("α", False), ("moment", True), ("α", False), ("moment", True), ("moment", True)):
        inbox.post(Instruction(partial(done.append, key), key, moves))
    carried_out(inbox)
    assert done == ["α", "moment", "α", "moment"]


def test_a_reader_that_waits_is_woken_by_a_command_and_by_the_end() -> None:
    inbox = Inbox()
    taken: list[object] = []

    def read() -> None:
        while (commands := inbox.take(None)) is not None:
            taken.extend(commands)
        taken.append("end")

    reader = threading.Thread(target=read)
    reader.start()
    command = Instruction(lambda: None)
    inbox.post(command)
    inbox.close()
    reader.join(5.0)
    assert taken[-1] == "end"
    inbox.post(command)
    assert inbox.take(0.0) is None


def test_the_newest_value_wins_and_is_taken_once() -> None:
    box: Latest[int] = Latest()
    assert box.empty
    assert box.take() is None
    box.put(1)
    box.put(2)
    assert box.take() == 2
    assert box.take() is None
