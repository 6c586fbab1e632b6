"""Settings as plain text in an INI file, read and written here and not by Qt.

QSettings takes a text that begins with "@Variant(" or "@DateTime(" for a Qt value of any type, and PySide
unpickles Python objects out of such values: a file of settings could run code. So the file is read as
text: a value is a text or a list of texts. The names and the escapes are those of QSettings, whose older
files are read; of its other values only "@ByteArray(" is kept, as a text. What Qt would take for a value of
another kind is never written.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playground.files.atomic import ExportError, ensure_folder, write_atomically
from playground.files.text import TextFileError, read_bytes

Value = str | list[str]

MAX_BYTES, MOST_LINES, MOST_LISTED = 16_000_000, 20_000, 1000
"""A larger file, or one with more lines, is treated as empty, and a longer list as well."""
BYTES = "base64:"
"""Prefix of a text that holds bytes."""

_LINE = re.compile(
    rb"""
    ;[^\r\n]*+
    | (?: [^"\\\r\n]++ | \\(?:\r\n|.|\Z) | "(?:[^"\\]++|\\(?:.|\Z))*+(?:"|\Z) )++
    """,
    re.DOTALL | re.VERBOSE,
)
_TOKEN = re.compile(
    r"""
    (?P<plain>[^"\\,]++) | (?P<quote>") | (?P<comma>,)
    | \\x(?P<hex>[0-9a-fA-F]++) | \\(?P<octal>[0-7]++) | \\(?P<line>\r\n|\r|\n) | \\(?P<letter>.?)
    """,
    re.DOTALL | re.VERBOSE,
)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udc7f\udd00-\udfff]")
_ENCODED = re.compile(r"%U([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})")
_SIMPLE = re.compile(r"[A-Za-z0-9_.:/+\-]+")
_OTHER = re.compile(r"[^A-Za-z0-9_.\-/]")


class SettingsFile:
    """The settings of one file; without a file, or where it cannot be written, those of this start alone.

    value, setValue, contains, remove, allKeys, fileName and sync are named after those of QSettings. A value
    is written at once. Values of another window in the same file are kept; where both set the same value, the
    later one counts.
    """

    def __init__(self, path: str | Path | None):
        self._path = Path(path) if path else None
        self._set: dict[str, Value | None] = {}
        """Values that could not be written."""
        self._read: dict[str, Value] = {}
        self._data: bytes | None = None
        self.sync()

    def fileName(self) -> str:
        """Return the path of the file; empty where there is none."""
        return str(self._path) if self._path is not None else ""

    def value(self, name: str, default: Any = None) -> Any:
        """Return the text or the list of texts of this name; the default where there is none."""
        value = self._set[name] if name in self._set else self._read.get(name)
        return default if value is None else value

    def setValue(self, name: str, value: object) -> None:
        """Set a text, a number, a bool, bytes, or a list of texts; any other value removes the name."""
        kept = _plain(value)
        self.sync()
        if self.value(name) != kept:
            self._set[name] = kept
            self._write()

    def remove(self, name: str) -> None:
        """Remove a value."""
        self.setValue(name, None)

    def contains(self, name: str) -> bool:
        return self.value(name) is not None

    def allKeys(self) -> list[str]:
        """Return all names, sorted."""
        return sorted(name for name in {*self._read, *self._set} if self.contains(name))

    def sync(self) -> None:
        """Read the file again, with what others have written meanwhile."""
        data = self._bytes()
        if data is not None and data != self._data:
            self._data, self._read = data, parse(data)

    def make_plain(self) -> bool:
        """Leave only plain values in the file; return whether it now holds no others."""
        data = self._bytes()
        if data is None:
            return False
        values = parse(data)
        return data in (b"", written(values)) or self._write_values(values)

    def _bytes(self) -> bytes | None:
        """Return the file's content: empty where there is no file, None where it must not be read."""
        if self._path is None:
            return None
        try:
            return read_bytes(self._path, MAX_BYTES) if self._path.exists() else b""
        except (TextFileError, OSError, ValueError):
            return None

    def _write(self) -> None:
        # A file that could not be read again would lose all values: one that makes it so waits here.
        too_large: dict[str, Value | None] = {}
        while len(written(kept := self._together(too_large))) > MAX_BYTES and len(too_large) < len(self._set):
            largest = max(self._set.keys() - too_large.keys(), key=lambda name: len(str(self._set[name])))
            too_large[largest] = self._set[largest]
        if self._write_values(kept):
            # From here on another window may change these values too.
            self._read, self._data = kept, written(kept)
            self._set = too_large

    def _together(self, without: Mapping[str, Value | None]) -> dict[str, Value]:
        """Return what was read with what was set since, the latter without some of it."""
        new = {name: value for name, value in self._set.items() if name not in without}
        return {name: value for name, value in {**self._read, **new}.items() if value is not None}

    def _write_values(self, values: Mapping[str, Value]) -> bool:
        try:
            if self._path is None:
                return False
            ensure_folder(self._path.parent)
            write_atomically(self._path, written(values))
        except ExportError:
            # A start without saved settings is better than none.
            return False
        return True


def parse(data: bytes) -> dict[str, Value]:
    """Return the texts of an INI file by name ("group/name"), without values that are no text."""
    values: dict[str, Value] = {}
    if data.count(b"\n") + data.count(b"\r") > MOST_LINES:
        return values
    group = ""
    for line in _lines(data.removeprefix(b"\xef\xbb\xbf")):
        if line.startswith("["):
            name = line[1:].partition("]")[0].strip()
            group = "" if name.lower() == "general" else f"{_decoded(name)}/"
            group = "General/" if name == "%General" else group
            continue
        name, equals, text = line.partition("=")
        value = _value(text) if equals and not line.startswith(";") else None
        if value is not None:
            values[group + _decoded(name.strip())] = value
    return values


def written(values: Mapping[str, Value]) -> bytes:
    """Return these values as the bytes of an INI file. Equal values give equal bytes."""
    groups: dict[str, list[str]] = {}
    for name in sorted(values):
        group, slash, rest = name.partition("/")
        group, rest = (group, rest) if slash else ("General", group)
        if slash and group.lower() == "general":
            group = "%General"
        value = values[name]
        texts = ", ".join(_quoted(text) for text in ([value] if isinstance(value, str) else value))
        if texts:
            groups.setdefault(group, []).append(f"{_encoded(rest)}={texts}")
    parts = [
        f"[{group if group == '%General' else _encoded(group)}]\n" + "\n".join(lines) + "\n"
        for group, lines in groups.items()
    ]
    return "\n".join(parts).encode("utf-8", "surrogateescape")


def _lines(data: bytes) -> Iterator[str]:
    """Yield the lines of a file; a line continues after a backslash at its end and within quotation marks."""
    for found in _LINE.finditer(data):
        yield found[0].decode("utf-8", "surrogateescape").strip()


def _value(text: str) -> Value | None:
    items = _items(text)
    if len(items) == 1:
        return _kept(items[0])
    kept = [_kept(item) for item in items]
    return [item for item in kept if item is not None] if kept and None not in kept else None


def _items(text: str) -> list[str]:
    """Return the texts between commas, without quotation marks, escapes and surrounding space.

    Return none where there are too many.
    """
    items, parts, quoted = [], list[str](), False
    for found in _TOKEN.finditer(text):
        kind, part = found.lastgroup, found[found.lastgroup or 0]
        if kind == "quote":
            quoted = not quoted
        elif kind == "comma" and not quoted:
            items.append("".join(parts))
            parts = []
            if len(items) > MOST_LISTED:
                return []
        elif kind in ("hex", "octal"):
            parts.append(chr(int(part[-5:], 16 if kind == "hex" else 8) & 0xFFFF))
        elif kind == "letter":
            parts.append(_LETTERS.get(part, part))
        elif kind == "plain" and not quoted:
            parts.append(part if parts else part.lstrip(" \t"))
        elif kind != "line":
            parts.append(part)
    # A text with space at its ends is put into quotation marks.
    return [*items, "".join(parts) if quoted or text.endswith('"') else "".join(parts).rstrip()]


def _kept(text: str) -> str | None:
    if not text.startswith("@"):
        return text
    if text.startswith("@@"):
        return text[1:]
    if text.startswith("@ByteArray(") and text.endswith(")"):
        data = text.removeprefix("@ByteArray(")[:-1].encode("latin-1", "replace")
        return BYTES + base64.b64encode(data).decode("ascii")
    return None


def _quoted(text: str) -> str:
    if _SIMPLE.fullmatch(text):
        return text
    text = _UNSEEN.sub("\ufffd", text)
    return '"' + ("@" if text.startswith("@") else "") + text.translate(_ESCAPES) + '"'


def _plain(value: object) -> Value | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, bytes):
        return BYTES + base64.b64encode(value).decode("ascii")
    if isinstance(value, list | tuple) and value and all(isinstance(text, str) for text in value):
        return list(value)
    return None


def _decoded(name: str) -> str:
    name = name.replace("\\", "/")
    return _ENCODED.sub(lambda found: chr(int(found[1] or found[2], 16)), name)


def _encoded(name: str) -> str:
    def code(found: re.Match[str]) -> str:
        number = ord(found[0])
        return f"%{number:02X}" if number < 0x100 else f"%U{number & 0xFFFF:04X}"

    return _OTHER.sub(code, name).replace("/", "\\")
