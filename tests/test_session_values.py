"""A value of a session is checked before it is used, and what is wrong is named."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playground.session_values import Reader, number_value
from playground.sessions import SessionError

READ: dict[str, tuple[Callable[[Reader], Any], tuple[Any, ...], tuple[Any, ...]]] = {
    "whole": (lambda reader: reader.whole(1, 9), (1, 9), (0, 10, True, 1.0, "1", None, 10**400)),
    "number": (Reader.number, (0, -1.5, 2**60), (True, "1", None, math.nan, math.inf, 10**400, -(10**400))),
    "any number": (Reader.any_number, (0, 1.5, "nan", "inf", "-inf"), ("Inf", "", None, [], math.nan)),
    "flag": (Reader.flag, (True, False), (0, 1, None, "true")),
    "text": (lambda reader: reader.text(3), ("", "αβγ"), ("abcd", 1, None)),
    "choice": (lambda reader: reader.choice(("a", "b")), ("a",), ("c", 1, None, ["a"])),
    "values": (lambda reader: reader.values(2), ([], [1, None]), ([1, 2, 3], {}, None, "ab")),
    "names": (Reader.names, ({}, {"a": 1}), ([], None, "a")),
    "floats": (
        lambda reader: reader.floats(2, None, finite=True),
        (np.zeros((2, 0)), np.ones((2, 3))),
        (np.zeros(2), np.zeros((3, 2)), np.full((2, 1), np.nan), np.zeros((2, 1), np.int64), [[1.0], [2.0]]),
    ),
    "flags": (lambda reader: reader.flags(1), (np.array([True]),), (np.array([1]), np.array([]), None)),
    "steps": (
        lambda reader: reader.steps(9),
        (np.array([], np.int64), np.array([0, 3, 9])),
        (np.array([3, 3]), np.array([-1]), np.array([10]), np.array([5, 1]), np.array([1.0])),
    ),
}


@pytest.mark.parametrize("kind", READ)
def test_what_is_right_is_returned_and_what_is_wrong_is_named(kind: str) -> None:
    read, right, wrong = READ[kind]
    for value in right:
        read(Reader(value, "run.a"))
    for value in wrong:
        with pytest.raises(SessionError, match=r"^The session was not opened: run\.a must ") as error:
            read(Reader(value, "run.a"))
        assert "\n" not in str(error.value)


def test_a_field_is_named_by_the_way_to_it() -> None:
    reader = Reader({"a": [{"b": None}]}, "run")
    (entry,) = reader["a"].entries()
    assert entry["b"].absent
    assert "b" not in entry
    with pytest.raises(SessionError, match=r"run\.a\[0\] must have a field c"):
        entry["c"]
    with pytest.raises(SessionError, match=r"run\.a must have a field c"):
        reader["a"]["c"]


@pytest.mark.parametrize("number", [0.1, -0.0, 5e-324, math.inf, -math.inf, math.nan])
def test_any_number_comes_back(number: float) -> None:
    assert repr(Reader(number_value(number), "run").any_number()) == repr(number)


def test_names_of_a_file_are_shown_on_one_line() -> None:
    with pytest.raises(SessionError) as error:
        Reader({"a\nb" * 1000: 1}, "run")["a\nb" * 1000].text()
    assert len(str(error.value)) < 400
    assert "\n" not in str(error.value)
