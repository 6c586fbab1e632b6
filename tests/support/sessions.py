"""Sessions of the tests: made, written, compared."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from playground.sessions import Session, load_session, save_session


def written(session: Session) -> bytes:
    """The file of a session."""
    file = io.BytesIO()
    save_session(file, session)
    return file.getvalue()


def read(data: bytes) -> Session:
    """The session of a file."""
    return load_session(io.BytesIO(data))


def small_session(number: float = 1.0) -> Session:
    """Each kind of value once, in few bytes."""
    return Session(
        run={
            "theta": np.array([0.5, -0.0, np.nan, np.inf, number]),
            "table": np.arange(6.0).reshape(2, 3),
            "steps": np.array([0, 1, 2**62]),
            "marks": np.array([True, False]),
            "random": [2**127 + 3, 5e-324, -0.0, 0.1, True, None, "α"],
        },
        window={"view": {"zoom": 1.25}, "none": np.empty((0, 4))},
    )


def same(one: Any, other: Any) -> bool:
    """Whether two values of sessions are equal bit by bit."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and (one.dtype, one.shape) == (other.dtype, other.shape)
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, Session):
        return isinstance(other, Session) and same(vars(one), vars(other))
    if isinstance(one, dict):
        return (
            isinstance(other, dict) and list(one) == list(other) and all(same(one[k], other[k]) for k in one)
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


def save_again_and_again(path: str, ready: Any) -> None:
    """Save two sessions in turns until the process ends; ready is set once the first is there."""
    sessions = [large_session(number) for number in (1.0, 2.0)]
    while True:
        for session in sessions:
            save_session(path, session, mode=0o600)
            ready.set()


def large_session(number: float) -> Session:
    """A session whose writing takes some milliseconds."""
    return Session(run={"numbers": np.full(200_000, number) + np.arange(200_000.0)})
