"""Cycles of Python objects are collected by the window's thread, and by no other."""

from __future__ import annotations

from pyqtgraph.util.garbage_collector import GarbageCollector


def collect_here() -> GarbageCollector:
    """Collect cycles from a timer of this thread, for as long as what is returned lives, and never otherwise.

    Left to itself, Python collects in whichever thread happens to allocate: the training thread would destroy
    a closed dialog's widgets, or the window's own thread an object in the midst of the event that Qt is
    delivering to it. Both end in a segmentation fault (seen with PySide6 6.11.3).
    """
    return GarbageCollector()
