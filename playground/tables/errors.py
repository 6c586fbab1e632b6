"""What is said of a text that is no table."""

from __future__ import annotations


class TableError(ValueError):
    """A text that is no table, or a choice that a table does not have. The message is one sentence.

    `.reason` is its part after the name of the file: "it is a folder."
    """

    def __init__(self, reason: str, opening: str = "The table was not read: "):
        super().__init__(opening + reason)
        self.reason = reason

    def __reduce__(self) -> tuple[type[TableError], tuple[str, str]]:
        return TableError, (self.reason, str(self).removesuffix(self.reason))
