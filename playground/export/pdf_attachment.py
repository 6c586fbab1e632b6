"""The file that is attached to a PDF of this program, read without a PDF library.

Read is the one form that QPdfWriter.addFileAttachment writes, from the end of the file on (ISO 32000-1, 7.5
and 7.11.4): the cross-reference table, the catalog, its names, the list of embedded files, the file's
specification, its stream. Each object is looked up once, where the table says that it stands, and no further
than a fixed length, so that no input takes long. A PDF that another program has written or rewritten has
other forms (several tables, compressed objects): it is refused.
"""

from __future__ import annotations

import re
import zlib

LONGEST_TAIL = 1024
LONGEST_OBJECT = 4096
"""Largest size of an object or a trailer that is looked into, in bytes; a stream comes after it."""
MOST_OBJECTS = 100_000
ENTRY = 20
"""Bytes of an entry of the cross-reference table."""

_TAIL = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 (\d{1,6})[ \r]*\n")
_ENTRY = re.compile(rb"(\d{10}) \d{5} n[ \r][\r\n]")
_TRAILER = re.compile(rb"trailer\s*<<")
_STREAM = re.compile(rb"stream\r?\n")
_END_OF_STREAM = re.compile(rb"\s*endstream")
_NUMBER = re.compile(rb"\s*(\d{1,10})\s*\Z")


class PdfError(ValueError):
    """A PDF that is damaged, or not as this program writes it; the message is what follows after "it"."""


def attachment_of(pdf: bytes, name: str, most: int) -> bytes | None:
    """Return the attached file of this name; None where the PDF has no attachments.

    most: maximum size of the file, in bytes. Raises PdfError.
    """
    objects = _Objects(pdf)
    catalog = objects.dictionary(objects.root)
    names = _reference(catalog, rb"/Names")
    if names is None:
        return None
    files = _reference(objects.dictionary(names), rb"/EmbeddedFiles")
    if files is None:
        return None
    # Qt writes any text as UTF-16, and no byte of a plain name needs an escape there.
    text = re.escape(b"(\xfe\xff" + name.encode("utf-16-be") + b")")
    found = re.findall(text + rb"\s*(\d{1,6}) 0 R", objects.dictionary(files))
    if len(found) > 1:
        raise PdfError("carries more than one run.")
    if not found:
        return None
    stream = _reference(objects.dictionary(int(found[0])), rb"/EF\s*<<\s*/F")
    if stream is None:
        raise _unlike()
    return objects.stream(stream, most)


class _Objects:
    """The objects of a PDF, found through its cross-reference table."""

    def __init__(self, pdf: bytes):
        self._pdf = pdf
        start = max(0, len(pdf) - LONGEST_TAIL)
        tail = _TAIL.search(pdf[start:])
        table = tail and _TABLE.match(pdf, int(tail[1]))
        if not table:
            raise _unlike()
        self._entries, self._count = table.end(), int(table[1])
        end = self._entries + ENTRY * self._count
        trailer = _TRAILER.match(pdf, end)
        root = _reference(pdf[end : end + LONGEST_OBJECT], rb"/Root")
        if self._count > MOST_OBJECTS or trailer is None or root is None:
            raise _unlike()
        self.root = root

    def dictionary(self, number: int) -> bytes:
        """Return the text of an object."""
        start = self._start(number)
        text, end, _ = self._pdf[start : start + LONGEST_OBJECT].partition(b"endobj")
        if not end:
            raise _unlike()
        return text

    def stream(self, number: int, most: int) -> bytes:
        """Return the content of a stream of at most `most` bytes."""
        start = self._start(number)
        text = self._pdf[start : start + LONGEST_OBJECT]
        begin = _STREAM.search(text)
        if begin is None:
            raise _unlike()
        head = text[: begin.start()]
        size = self._length(head)
        place = start + begin.end()
        if _END_OF_STREAM.match(self._pdf, place + size) is None:
            raise PdfError("is damaged.")
        content = memoryview(self._pdf)[place : place + size]
        if b"/Filter" not in head:
            unpacked = bytes(content[: most + 1])
        elif re.search(rb"/Filter\s*/FlateDecode\b", head):
            unpacked = _inflated(content, most)
        else:
            raise _unlike()
        if len(unpacked) > most:
            raise PdfError("carries a run that is too large.")
        return unpacked

    def _length(self, head: bytes) -> int:
        """Return the length that stands in the head of a stream, or in an object that it names."""
        number = _reference(head, rb"/Length")
        if number is None:
            found = re.search(rb"/Length\s+(\d{1,10})\b", head)
        else:
            found = _NUMBER.match(self.dictionary(number))
        if found is None:
            raise _unlike()
        return int(found[1])

    def _start(self, number: int) -> int:
        """Return where the text of an object begins."""
        entry = None
        if number < self._count:
            entry = _ENTRY.match(self._pdf, self._entries + ENTRY * number)
        head = entry and re.compile(rb"%d 0 obj\s" % number).match(self._pdf, int(entry[1]))
        if not head:
            raise _unlike()
        return head.end()


def _reference(text: bytes, key: bytes) -> int | None:
    """Return the number of the object that an entry of a dictionary names; None without the entry."""
    found = re.search(key + rb"\s+(\d{1,6}) 0 R\b", text)
    return None if found is None else int(found[1])


def _inflated(content: memoryview, most: int) -> bytes:
    """Return what is compressed in a stream, or its first most + 1 bytes."""
    reader = zlib.decompressobj()
    try:
        unpacked = reader.decompress(content, most + 1)
    except zlib.error:
        raise PdfError("is damaged.") from None
    if len(unpacked) <= most and not reader.eof:
        raise PdfError("is damaged.")
    return unpacked


def _unlike() -> PdfError:
    return PdfError("is cut off, or was written by another program.")
