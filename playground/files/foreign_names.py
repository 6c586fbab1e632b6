"""Names from outside (paths, fields, words of a file), made fit for one sentence."""

from __future__ import annotations

LONGEST_NAME, LONGEST_PATH = 60, 200
JOINERS = "\u200c\u200d"
"""Invisible, but part of ordinary names in some scripts."""


def shown_name(name: object, longest: int = LONGEST_NAME) -> str:
    """Return the name on one line: line breaks and other invisible characters escaped, its middle cut out."""
    text = str(name)
    if len(text) > 2 * longest:
        # The rest cannot be shown, so megabytes of text need not be escaped.
        text = text[:longest] + text[-longest:]
    text = "".join(_visible(character) for character in text)
    if len(text) <= longest:
        return text
    end = (longest - 1) // 3
    return f"{text[: longest - 1 - end]}…{text[len(text) - end :]}"


def shown_path(path: object) -> str:
    """Return a path as shown_name does, with more room: its beginning and its end both matter."""
    return shown_name(path, LONGEST_PATH)


def _visible(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    return character.encode("unicode_escape").decode("ascii")


def with_capital(text: str) -> str:
    """Return a text that begins a sentence; its other letters, which may be those of a name, stay."""
    return text[:1].upper() + text[1:]
