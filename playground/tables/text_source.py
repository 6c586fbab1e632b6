"""The text of a table from bytes or from a string: encoding, line ends, blocks of lines, a sample of them."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from itertools import islice

from playground.files.text import BYTE_ORDER_MARK, OTHER_ENCODINGS
from playground.numerals import count_text
from playground.tables.errors import TableError

MOST_BYTES = 64_000_000
LONGEST_LINE = 4_000_000
BLOCK = 1 << 16
"""Bytes or characters that are decoded at once."""

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16, big-endian",
    "cp1252": "Latin-1 (Windows-1252)",
    "latin-1": "Latin-1",
}
"""Names of encodings, as Python has them and as a window shows them."""

_SPREADSHEET = "it is a file of a spreadsheet program or an archive; save the sheet as CSV."
_BEGINNINGS = {
    b"PK\x03\x04": _SPREADSHEET,
    b"\xd0\xcf\x11\xe0": _SPREADSHEET,
    b"%PDF-": "it is a PDF, not a table.",
}
NOT_TEXT = "it is not text."
_UNUSUAL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
_COMMENT = re.compile(r"^#[# ]*(?![,;|\t# ])")
"""The sign of a comment before the first name; a name of its own where a separator follows."""

MOST_BLANK_LINES = 100_000
FIRST_LINES, FURTHER_LINES, FURTHER_PLACES, SAMPLED = 1000, 100, 8, 1 << 18
"""The sample: so many lines at the beginning, and at each of so many further places; characters at most."""


def encoding_of(data: bytes) -> str:
    """Return the name of the encoding of a file's bytes, a key of ENCODINGS. Raises TableError."""
    for beginning, reason in _BEGINNINGS.items():
        if data.startswith(beginning):
            raise TableError(reason)
    for mark, name in OTHER_ENCODINGS:
        if data.startswith(mark):
            if name == "UTF-16":
                return "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
            raise TableError(f"it is text in {name}; save it in UTF-8.")
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if b"\0" in data:
        return _without_mark(data)
    if _is_readable(data, "utf-8"):
        return "utf-8"
    return "cp1252" if _is_readable(data, "cp1252") else "latin-1"


def _without_mark(data: bytes) -> str:
    """Return which kind of UTF-16 bytes without a byte order mark are: Latin text has a zero in each pair."""
    looked_at = data[: BLOCK * 4]
    even, odd = looked_at[::2].count(0), looked_at[1::2].count(0)
    pairs = max(len(looked_at) // 2, 1)
    for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > 0.6 * pairs and others <= 0.01 * pairs and _is_readable(data, name):
            return name
    raise TableError(NOT_TEXT)


def _is_readable(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), BLOCK):
            decoder.decode(data[start : start + BLOCK], start + BLOCK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


class TextSource:
    """The lines of a text, again and again. Every line end counts: of Unix, of Windows, a lone return.

    content: the text, or the bytes of a file in this encoding.
    """

    def __init__(self, content: str | bytes, encoding: str | None = None):
        self.content, self.encoding = content, encoding
        self.share = 0.0
        """How much of the text the newest blocks have passed, from 0 to 1."""

    def lines(self) -> Iterator[str]:
        """Yield the lines without their ends. Raises TableError where the bytes are no text."""
        blocks = (block.split("\n") for block in self._blocks())
        for first, *rest in islice(blocks, 1):
            # NumPy and others write names behind the sign of a comment.
            yield _COMMENT.sub("", first)
            yield from rest
        for lines in blocks:
            yield from lines

    def sample(self) -> list[list[str]]:
        """Return lines of several places, the first of them from the beginning, without blank ones.

        Raises TableError where there is nothing.
        """
        first, size, n_lines = [], 0, 0
        for line in islice(self.lines(), MOST_BLANK_LINES):
            n_lines += 1
            if not line.strip():
                continue
            first.append(line)
            size += len(line)
            if len(first) >= FIRST_LINES or (size > SAMPLED and len(first) > 2):
                break
        if not first:
            begins = n_lines == MOST_BLANK_LINES
            raise TableError(
                f"its first {count_text(MOST_BLANK_LINES)} lines are blank." if begins else "it is empty."
            )
        sample = [first]
        length = len(self.content)
        if length > 4 * SAMPLED:
            sample += [
                self._place(length * place // FURTHER_PLACES & ~1) for place in range(1, FURTHER_PLACES)
            ]
        for line in (line for part in sample for line in part):
            if len(_UNUSUAL.findall(line)) > 1 + len(line) // 20:
                raise TableError(NOT_TEXT)
        return [part for part in sample if part]

    def _place(self, start: int) -> list[str]:
        piece = self.content[start : start + SAMPLED // FURTHER_PLACES]
        if isinstance(piece, bytes):
            piece = piece.decode(self.encoding or "utf-8", "ignore")
        # The first and the last may be parts of lines.
        return re.split("\r\n|\r|\n", piece)[1:-1][:FURTHER_LINES]

    def _blocks(self) -> Iterator[str]:
        """Yield whole lines joined by line feeds, without the last one's end."""
        ends = io.IncrementalNewlineDecoder(None, translate=True)
        begun: list[str] = []
        length, n_lines = 0, 0
        for piece in self._pieces():
            text = ends.decode(piece)
            whole, found, rest = text.rpartition("\n")
            if not found:
                begun.append(text)
                length += len(text)
            else:
                block = "".join([*begun, whole])
                begun, length = [rest], len(rest)
                n_lines += block.count("\n") + 1
                yield block
            if length > LONGEST_LINE:
                raise TableError(
                    f"line {count_text(n_lines + 1)} is longer than {count_text(LONGEST_LINE)} characters."
                )
        last = "".join([*begun, ends.decode("", True)]).removesuffix("\n").removesuffix("\x1a")
        self.share = 1.0
        if last:
            yield last

    def _pieces(self) -> Iterator[str]:
        """Yield the text in pieces, without a byte order mark."""
        content, length = self.content, len(self.content)
        decoder = (
            None if isinstance(content, str) else codecs.getincrementaldecoder(self.encoding or "utf-8")()
        )
        for start in range(0, length, BLOCK):
            piece = content[start : start + BLOCK]
            if isinstance(piece, bytes):
                assert decoder is not None
                try:
                    piece = decoder.decode(piece, start + BLOCK >= length)
                except UnicodeDecodeError:
                    name = ENCODINGS.get(self.encoding or "", self.encoding)
                    raise TableError(f"it is not text in {name}.") from None
            if start == 0:
                piece = piece.removeprefix(BYTE_ORDER_MARK)
            if "\0" in piece:
                raise TableError(NOT_TEXT)
            if not piece.isascii() and _HALF_CHARACTERS.search(piece):
                piece = _HALF_CHARACTERS.sub("\ufffd", piece)
            self.share = (start + BLOCK) / length if start + BLOCK < length else 1.0
            yield piece
