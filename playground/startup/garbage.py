"""Cycles of Python objects are collected by the window's thread, and by no other."""

from __future__ import annotations

from pyqtgraph.util.garbage_collector import GarbageCollector


def collect_here() -> GarbageCollector:
    """Collect cycles from a timer of this thread, for as long as what is returned lives.

    Automatic collection is off from here on, for good. Left to itself, Python collects in whichever thread
    happens to allocate: the training thread would destroy a closed dialog's widgets, or the window's own
    thread an object in the midst of the event that Qt is delivering to it. Both end in a segmentation fault
    (seen with PySide6 6.11.3). In the loop of a dialog or menu a timer comes in the midst of an event too,
    but of one whose object is held by the code that waits for the answer.
    """
    return GarbageCollector()
