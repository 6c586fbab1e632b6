"""Names that the program did not choose (paths, fields, words of a file), made fit for one sentence."""

from __future__ import annotations

LONGEST_NAME, LONGEST_PATH = 60, 200
JOINERS = "\u200c\u200d"
"""Invisible, yet part of ordinary names in some scripts."""


def shown_name(name: object, longest: int = LONGEST_NAME) -> str:
    """Return the name on one line: line breaks and other invisible characters escaped, its middle cut out."""
    text = str(name)
    if len(text) > 2 * longest:
        # Of these the rest cannot be shown: a text of megabytes is not escaped in vain.
        text = text[:longest] + text[-longest:]
    text = "".join(_visible(character) for character in text)
    if len(text) <= longest:
        return text
    end = (longest - 1) // 3
    return f"{text[: longest - 1 - end]}…{text[len(text) - end :]}"


def shown_path(path: object) -> str:
    """Return a path as shown_name does, with more room: both its beginning and its end are wanted."""
    return shown_name(path, LONGEST_PATH)


def _visible(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    return character.encode("unicode_escape").decode("ascii")
