"""A training thread that is busy for a while."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playground.lab.lab import Lab


@contextmanager
def busy(lab: Lab) -> Iterator[None]:
    """Keep the training thread from carrying anything out; after that it finds all commands at once."""
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        go_on.wait(20.0)

    lab.training.post(wait)
    assert begun.wait(20.0)
    try:
        yield
    finally:
        go_on.set()
