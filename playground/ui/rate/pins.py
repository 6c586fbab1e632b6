"""Who asks for a pin on the strip: one at a time; while one does, nothing may tell the answer."""

from __future__ import annotations

from collections.abc import Callable


class Pins:
    """The right to ask for a pin, and the one place that says whether the answer is hidden meanwhile.

    A holder that gives way loses it to the next who asks; any other keeps it until it is done.
    """

    def __init__(self) -> None:
        self._holder: object = None
        self._give_way: Callable[[], None] | None = None
        self._listeners: list[Callable[[], None]] = []
        self._announced = False

    @property
    def hiding(self) -> bool:
        """Whether what would tell the answer must not be shown."""
        return self._holder is not None

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this whenever hiding has changed."""
        self._listeners.append(listener)

    def request(self, holder: object, give_way: Callable[[], None] | None = None) -> bool:
        """Whether this part may ask for a pin now; give_way: what ends its asking, None: only itself."""
        if self._holder is not None and self._holder is not holder:
            if self._give_way is None:
                return False
            self._give_way()
        self._holder, self._give_way = holder, give_way
        self._announce()
        return True

    def release(self, holder: object) -> None:
        """This part asks for none any more."""
        if self._holder is holder:
            self._holder = self._give_way = None
            self._announce()

    def _announce(self) -> None:
        if self.hiding != self._announced:
            self._announced = self.hiding
            for listener in self._listeners:
                listener()
