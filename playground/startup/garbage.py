"""Collection of cycles of Python objects in the window's thread alone."""

from __future__ import annotations

from pyqtgraph.util.garbage_collector import GarbageCollector


def collect_here() -> GarbageCollector:
    """Collect cycles from a timer of this thread, for as long as the returned object lives.

    Automatic collection is off from here on. Otherwise Python collects in whichever thread happens to
    allocate: the training thread would destroy a closed dialog's widgets, or the window's own thread an
    object during an event that Qt is delivering to it. Both end in a segmentation fault (seen with PySide6
    6.11.3). In the loop of a dialog or menu a timer comes during an event too, but during one whose object is
    held by the code that waits for the answer.
    """
    return GarbageCollector()
