"""Reading text files from anywhere: size, encoding, and a sentence for what cannot be read."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

BYTE_ORDER_MARK = "\ufeff"
OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
LOOKED_AT = 4096
"""Number of bytes that show an encoding without a mark at its beginning."""


class TextFileError(ValueError):
    """A file without text for this program. The message follows its name."""


def read_text(path: str | Path, most_bytes: int) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark, which is left out.

    Only an ordinary file of at most most_bytes is read. Raises TextFileError: "could not be read: …." or
    "was not opened: ….".
    """
    return text_of(read_bytes(path, most_bytes))


def read_bytes(path: str | Path, most_bytes: int) -> bytes:
    """Return the content of an ordinary file of at most most_bytes.

    Raises TextFileError as read_text does.
    """
    data, size = _read(path, most_bytes + 1, most_bytes)
    if max(size, len(data)) > most_bytes:
        raise TextFileError(f"was not opened: it is too large, more than {_size(most_bytes)}.")
    return data


def _read(path: str | Path, length: int, most_bytes: int | None = None) -> tuple[bytes, int]:
    """Return the first bytes of an ordinary file, and its size; no bytes of one larger than most_bytes."""
    # Opening a pipe would wait for its other end.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if stat.S_ISDIR(os.stat(path).st_mode):
            raise TextFileError("could not be read: it is a folder.")
        with os.fdopen(os.open(path, flags), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise TextFileError("was not opened: it is not an ordinary file.")
            too_large = most_bytes is not None and about.st_size > most_bytes
            return b"" if too_large else file.read(length), about.st_size
    except OSError as error:
        raise TextFileError(f"could not be read: {error.strerror or type(error).__name__}.") from None
    except TextFileError:
        raise
    except ValueError:
        raise TextFileError("could not be read: there is no file of such a name.") from None


def beginning(path: str | Path, length: int) -> bytes:
    """Return the first bytes of an ordinary file, fewer where it is shorter. Raises TextFileError."""
    return _read(path, length)[0]


def text_of(data: bytes) -> str:
    """Return the text of these bytes. Raises TextFileError where they are not text in UTF-8."""
    for mark, name in OTHER_ENCODINGS:
        if data.startswith(mark):
            raise TextFileError(f"was not opened: it is text in {name}; save it in UTF-8.")
    if b"\0" in data[:LOOKED_AT]:
        raise TextFileError("was not opened: it is not text in UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TextFileError("was not opened: it is not text in UTF-8.") from None


def _size(count: int) -> str:
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count // 1000} kB"
