"""Who may ask for a pin on the strip: one part of the window at a time."""

from __future__ import annotations

from collections.abc import Callable


class Pins:
    """The right to ask for a pin and to hide what would tell the answer.

    A holder that gives way loses it to the next who asks; any other keeps it until it is done.
    """

    def __init__(self) -> None:
        self._holder: object = None
        self._give_way: Callable[[], None] | None = None

    def request(self, holder: object, give_way: Callable[[], None] | None = None) -> bool:
        """Whether this part may ask for a pin now; give_way: what ends its asking, None: only itself."""
        if self._holder is not None and self._holder is not holder:
            if self._give_way is None:
                return False
            self._give_way()
        self._holder, self._give_way = holder, give_way
        return True

    def release(self, holder: object) -> None:
        """This part asks for none any more."""
        if self._holder is holder:
            self._holder = self._give_way = None
