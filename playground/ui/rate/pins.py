"""The right to ask for a pin on the strip: one holder at a time; meanwhile the answer is hidden."""

from __future__ import annotations

from collections.abc import Callable


class Pins:
    """The holder of the right to ask for a pin.

    A holder with give_way loses the right to the next one that requests it; any other keeps it until it
    releases it.
    """

    def __init__(self) -> None:
        self._holder: object = None
        self._give_way: Callable[[], None] | None = None
        self._listeners: list[Callable[[], None]] = []
        self._announced = False

    @property
    def hiding(self) -> bool:
        """Whether the answer must be hidden."""
        return self._holder is not None

    def listen(self, listener: Callable[[], None]) -> None:
        """Call listener whenever hiding has changed."""
        self._listeners.append(listener)

    def request(self, holder: object, give_way: Callable[[], None] | None = None) -> bool:
        """Return whether holder may ask for a pin now.

        give_way: ends its asking; None: only the holder can.
        """
        if self._holder is not None and self._holder is not holder:
            if self._give_way is None:
                return False
            self._give_way()
        self._holder, self._give_way = holder, give_way
        self._announce()
        return True

    def release(self, holder: object) -> None:
        """Give the right back."""
        if self._holder is holder:
            self._holder = self._give_way = None
            self._announce()

    def _announce(self) -> None:
        if self.hiding != self._announced:
            self._announced = self.hiding
            for listener in self._listeners:
                listener()
