"""Zip files of few members with known names, read within limits that do not depend on claims of the file.

Everything is checked before memory is allocated for it. A member is unpacked to at most the allowed size,
whatever size it claims. The whole file must be one zip: nothing before it, nothing after it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from playground.files.foreign_names import shown_name

MOST_MEMBERS = 32
LONGEST_NAME = 64
_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800
_HARMLESS = 0x6 | _UTF8
"""Flags for the effort of compression, and for the encoding of names."""
_STORED, _DEFLATED = 0, 8
_SMALLEST_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_LEVEL = 6


class ArchiveError(ValueError):
    """A file that is no readable archive. The message follows its name: "is cut off."."""


class _Entry(NamedTuple):
    """A member as the table at the end of the file describes it."""

    name: bytes
    method: int
    crc: int
    packed: int
    unpacked: int
    offset: int


def archive_of(members: Mapping[str, bytes | bytearray], packed: frozenset[str] = frozenset()) -> bytes:
    """Return a zip with these members in this order; those in packed are compressed.

    The same members give the same bytes: no date, no permissions.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _SMALLEST_DATE)
            info.create_system = _UNIX
            info.compress_type = zipfile.ZIP_DEFLATED if name in packed else zipfile.ZIP_STORED
            archive.writestr(info, content, compresslevel=_LEVEL)
    return file.getvalue()


@dataclass(frozen=True)
class Archive:
    """A zip in memory: its members are known, none has been unpacked yet."""

    _data: bytes
    _entries: Mapping[str, _Entry]

    @staticmethod
    def read(data: bytes) -> Archive:
        """Read the table of a zip. Raises ArchiveError."""
        return Archive(data, {shown_name(entry.name.decode("latin-1")): entry for entry in _table(data)})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its members, safe to be shown."""
        return tuple(self._entries)

    def is_packed(self, name: str) -> bool:
        """Return whether a member is compressed: it may unpack to much more than it takes in the file."""
        return self._entries[name].method != _STORED

    def member(self, name: str, most_bytes: int) -> memoryview:
        """Return the content of a member of at most most_bytes. Raises ArchiveError.

        A member that is not compressed is not copied.
        """
        entry = self._entries[name]
        if entry.unpacked > most_bytes:
            raise ArchiveError(f"holds too much in {name}.")
        packed = self._packed(name, entry)
        content = packed if entry.method == _STORED else _inflated(name, packed, entry.unpacked)
        if len(content) != entry.unpacked or zlib.crc32(content) != entry.crc:
            raise ArchiveError(f"is damaged in {name}.")
        return content

    def _packed(self, name: str, entry: _Entry) -> memoryview:
        start = entry.offset + _LOCAL.size
        if start > len(self._data):
            raise ArchiveError(f"is damaged in {name}.")
        local = _LOCAL.unpack_from(self._data, entry.offset)
        signature, flags, method, crc, packed, unpacked = local[0], *local[2:4], *local[6:9]
        length, extra = local[9:11]
        alike = (method, crc, packed, unpacked) == (entry.method, entry.crc, entry.packed, entry.unpacked)
        there = self._data[start : start + length]
        if signature != b"PK\x03\x04" or flags & ~_HARMLESS or not alike or there != entry.name:
            raise ArchiveError(f"is damaged in {name}.")
        start += length + extra
        if start + packed > len(self._data):
            raise ArchiveError(f"is damaged in {name}.")
        return memoryview(self._data)[start : start + packed]


def _table(data: bytes) -> list[_Entry]:
    """Return the table at the end of a zip, of few members with short names that differ."""
    if data[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        raise ArchiveError("is no zip file.")
    at = len(data) - _END.size
    if at < 0 or data[at : at + 4] != b"PK\x05\x06":
        raise ArchiveError("is cut off, or something was added to it.")
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(data, at)
    if count > MOST_MEMBERS:
        raise ArchiveError(f"holds {count} files, at most {MOST_MEMBERS} are read.")
    if disk or first_disk or here != count or comment or offset + size != at:
        raise ArchiveError("is damaged in its table of contents.")
    entries: list[_Entry] = []
    for _ in range(count):
        if offset + _ENTRY.size > at:
            raise ArchiveError("is damaged in its table of contents.")
        entry = _ENTRY.unpack_from(data, offset)
        signature, flags, method, crc = entry[0], entry[3], entry[4], entry[7]
        packed, unpacked, length, extra, remark, disk, start = *entry[8:14], entry[16]
        name = data[offset + _ENTRY.size : offset + _ENTRY.size + length]
        offset += _ENTRY.size + length + extra + remark
        if signature != b"PK\x01\x02" or disk or offset > at or len(name) != length:
            raise ArchiveError("is damaged in its table of contents.")
        if length > LONGEST_NAME:
            raise ArchiveError("holds a file whose name is too long.")
        shown = shown_name(name.decode("latin-1"))
        if flags & _ENCRYPTED:
            raise ArchiveError(f"is encrypted in {shown}.")
        if flags & _SIZES_FOLLOW:
            raise ArchiveError(f"does not say at once how large {shown} is.")
        if flags & ~_HARMLESS or method not in (_STORED, _DEFLATED):
            raise ArchiveError(f"is packed in a way that is not known in {shown}.")
        if any(name == other.name for other in entries):
            raise ArchiveError(f"holds {shown} twice.")
        entries.append(_Entry(name, method, crc, packed, unpacked, start))
    if offset != at:
        raise ArchiveError("is damaged in its table of contents.")
    return entries


def _inflated(name: str, packed: memoryview, size: int) -> memoryview:
    """Return these bytes unpacked: never more than size and one byte."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(packed, size + 1)
    except zlib.error:
        raise ArchiveError(f"is damaged in {name}.") from None
    if len(content) != size or not unpacker.eof or unpacker.unused_data:
        raise ArchiveError(f"is damaged in {name}.")
    return memoryview(content)
