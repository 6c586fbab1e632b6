"""Sessions: everything that a window holds, in one file to go on with.

A session has three parts: the run, the lab around it, the window. Here a part is a value: null, true, false,
a number, a text, a list, an object, or a NumPy array, one in another. What they mean is known to the engine,
the lab and the window, which turn their state into such values and back.

The file is a zip of fixed members:

    session.json   "format", "version", "program" and "numpy" (what wrote it), "about": what it is in a few
                   words, "members": SHA-256 of the rest
    run.json       the parts, in which an array is {"$array": [kind, start, shape]}:
    lab.json       the shape's count of numbers of that kind's array, from start on
    window.json
    floats.npy     all arrays of float64, int64 and bool, each kind one after the other in one array
    integers.npy
    flags.npy

Nothing in it is code, and nothing is imported to read it. The same session gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from playground import __version__
from playground.arrays import Array
from playground.bounded_json import JsonError, is_bounded, json_of
from playground.files.archive import Archive, ArchiveError, archive_of
from playground.files.atomic import write_atomically
from playground.files.foreign_names import shown_name, shown_path
from playground.files.text import TextFileError, read_bytes

FORMAT = "landscape-session"
VERSION = 1

MOST_BYTES = 512 * 2**20
"""Maximum size of the file, and of all that it unpacks to; arrays that share numbers count each."""
MOST_BYTES_OF_TEXT = {"session.json": 2**16, "run.json": 2**27, "lab.json": 2**27, "window.json": 2**27}
"""The window holds logs of changes too: those of its kept runs."""
MOST_BYTES_PACKED = 2**27
"""Maximum size of what any compressed member unpacks to: a small file takes no large memory."""
DEEPEST = 32
SPLIT, TOGETHER = 4, 64
"""Number of outer levels of a part that are written value by value, and of entries of a list at once."""
MOST_DIMENSIONS = 3

PARTS = ("run", "lab", "window")
KINDS = {"floats": np.dtype("<f8"), "integers": np.dtype("<i8"), "flags": np.dtype("|b1")}
ARRAY = "$array"
_HEAD = "session.json"
_MEMBERS = (*(f"{part}.json" for part in PARTS), *(f"{kind}.npy" for kind in KINDS))
_NPY = struct.Struct("<6s2BH")
_LONGEST_NPY_HEADER = 256
_NPY_HEADER = re.compile(
    rb"\{'descr': '([<>|=]?\w{1,4})', 'fortran_order': (?:False|True), 'shape': \((\d{1,12}),\), \} *\n"
)

TOO_LARGE = "The session is too large to be saved: it could not be opened again."

Value = Any
"""What JSON can hold, and NumPy arrays of float64, int64 and bool of up to MOST_DIMENSIONS dimensions."""


class SessionError(ValueError):
    """A session could not be read, or cannot be written; the message is one sentence.

    reason: of a file that is no session, what follows there after "it".
    """

    def __init__(self, message: str, reason: str = ""):
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Session:
    """The parts of a session; None where one is absent.

    run     the present run: see engine.recording.saved_run
    lab     what the lab holds besides
    window  what the window holds; read by the window alone
    about   what it is in a few words, without arrays: see about_session
    """

    run: Value = None
    lab: Value = None
    window: Value = None
    about: Value = None


def save_session(file: str | Path | BinaryIO, session: Session, mode: int | None = None) -> None:
    """Write a session to a path, whole or not at all, or into a file that is open for bytes.

    mode is the permissions of the file (0o600), None: the usual ones. Raises SessionError for a session that
    could not be read again, and ExportError, naming the path, where it cannot be written.
    """
    data = _bytes_of(session)
    if isinstance(file, str | Path):
        write_atomically(file, data, mode)
    else:
        file.write(data)


def load_session(file: str | Path | BinaryIO) -> Session:
    """Read a session from a path, or from a file that is open for bytes.

    Arrays are read-only; equal ones may be one. Raises SessionError, which names the path, for whatever is no
    session that this program has written, or was changed since.
    """
    return _opened(file, _session_of)


def about_session(file: str | Path | BinaryIO) -> Value:
    """Return the short description of a session, without reading its parts. Raises SessionError."""
    return _opened(file, lambda data: _head(_archive(data))["about"])


class _UnreadableError(ValueError):
    """A reason, as it follows after "it"."""


# Writing ------------------------------------------------------------------------------------------------


def _bytes_of(session: Session) -> bytes:
    pools = {kind: _Pool(dtype) for kind, dtype in KINDS.items()}
    contents: dict[str, bytes | bytearray] = {}
    for part in PARTS:
        value = getattr(session, part)
        if value is not None:
            text = "".join(_json_pieces(_written(value, pools, part), SPLIT))
            if not is_bounded(text):
                raise SessionError(TOO_LARGE)
            contents[f"{part}.json"] = text.encode()
    if sum(pool.bytes_in_arrays for pool in pools.values()) + sum(map(len, contents.values())) > MOST_BYTES:
        raise SessionError(TOO_LARGE)
    for name, content in contents.items():
        if len(content) > MOST_BYTES_OF_TEXT[name]:
            raise SessionError(f"The session is too large to be saved: {name} could not be opened again.")
    contents.update({f"{kind}.npy": pool.npy() for kind, pool in pools.items()})
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    about = {
        "format": FORMAT,
        "version": VERSION,
        "program": __version__,
        "numpy": np.__version__,
        "about": _written(session.about, {}, "about"),
        "members": digests,
    }
    head = "".join(_json_pieces(about, SPLIT)).encode()
    if len(head) > MOST_BYTES_OF_TEXT[_HEAD]:
        raise SessionError(f"The session is too large to be saved: {_HEAD} could not be opened again.")
    data = archive_of({_HEAD: head, **contents}, frozenset(MOST_BYTES_OF_TEXT))
    if max(len(data), sum(map(len, contents.values()))) > MOST_BYTES:
        raise SessionError(TOO_LARGE)
    return data


def _json_pieces(value: Any, levels: int) -> Iterator[str]:
    """Yield the text of a value, its outer levels value by value.

    One call for all of it would block every other thread, that of the window too.
    """
    if levels and isinstance(value, dict):
        mark = "{"
        for name, entry in value.items():
            yield f"{mark}{_json_text(name)}:"
            yield from _json_pieces(entry, levels - 1)
            mark = ","
        yield "}" if value else "{}"
    elif levels and isinstance(value, list):
        for start in range(0, len(value), TOGETHER):
            if start:
                yield ","
            text = _json_text(value[start : start + TOGETHER])
            yield f"{'' if start else '['}{text[1:-1]}"
        yield "]" if value else "[]"
    else:
        yield _json_text(value)


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class _Pool:
    """All arrays of one kind, one after the other; arrays with the same numbers lie there once."""

    def __init__(self, dtype: np.dtype[Any]):
        self._dtype = dtype
        self._arrays: list[Array] = []
        self._places: dict[bytes, int] = {}
        self._seen: dict[int, int] = {}
        self._length = 0
        self.bytes_in_arrays = 0

    def place(self, array: Array) -> int:
        """Return where an array begins, put there now or before."""
        known = self._seen.get(id(array))
        if known is not None:
            return known
        flat = np.ascontiguousarray(array, dtype=self._dtype).reshape(-1)
        self.bytes_in_arrays += flat.nbytes
        content = hashlib.blake2b(flat.data, digest_size=20).digest()
        start = self._places.setdefault(content, self._length)
        if start == self._length and flat.size:
            self._arrays.append(flat)
            self._length += flat.size
        self._seen[id(array)] = start
        return start

    def npy(self) -> bytearray:
        """Return the pool as a file of one array."""
        header = f"{{'descr': '{self._dtype.str}', 'fortran_order': False, 'shape': ({self._length},), }}"
        header += " " * (-(_NPY.size + len(header) + 1) % 64) + "\n"
        # Array by array: other threads need not wait for one large copy.
        content = bytearray(_NPY.size + len(header) + self._length * self._dtype.itemsize)
        content[: _NPY.size + len(header)] = _NPY.pack(b"\x93NUMPY", 1, 0, len(header)) + header.encode()
        numbers, start = np.frombuffer(content, self._dtype, offset=_NPY.size + len(header)), 0
        for array in self._arrays:
            numbers[start : start + len(array)] = array
            start += len(array)
        return content


def _written(value: Value, pools: Mapping[str, _Pool], where: str, depth: int = 0) -> Any:
    """Return the value with its arrays put into the pools."""
    if isinstance(value, str):
        # The name of a file can hold bytes that are no text.
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, bool | int | None):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise SessionError(f"The session was not saved: {where} holds a number that is not finite.")
        return value
    if depth == DEEPEST:
        raise SessionError(f"The session was not saved: {where} is nested too deeply.")
    if isinstance(value, np.ndarray):
        for kind, dtype in KINDS.items():
            if kind in pools and value.dtype == dtype and value.ndim <= MOST_DIMENSIONS:
                return {ARRAY: [kind, pools[kind].place(value), list(value.shape)]}
        raise SessionError(f"The session was not saved: {where} holds an array of {value.dtype}.")
    if isinstance(value, list | tuple):
        return [_written(entry, pools, where, depth + 1) for entry in value]
    if isinstance(value, Mapping) and ARRAY not in value and all(isinstance(name, str) for name in value):
        return {name: _written(entry, pools, f"{where}.{name}", depth + 1) for name, entry in value.items()}
    raise SessionError(f"The session was not saved: {where} holds a {type(value).__name__}.")


# Reading ------------------------------------------------------------------------------------------------


Result = TypeVar("Result")


def _opened(file: str | Path | BinaryIO, read: Callable[[bytes], Result]) -> Result:
    if isinstance(file, str | Path):
        name = f"“{shown_name(Path(file).name)}”"
        try:
            data = read_bytes(file, MOST_BYTES)
        except TextFileError as error:
            raise SessionError(f"“{shown_path(file)}” {error}") from None
    else:
        name, data = "The session", file.read(MOST_BYTES + 1)
    try:
        return read(data)
    except (ArchiveError, _UnreadableError) as error:
        raise SessionError(f"{name} was not opened: it {error}", str(error)) from None


def _archive(data: bytes) -> Archive:
    if len(data) > MOST_BYTES:
        raise _UnreadableError("is too large.")
    archive = Archive.read(data)
    if _HEAD not in archive.names:
        raise _UnreadableError("is no session of this program.")
    return archive


def _session_of(data: bytes) -> Session:
    archive = _archive(data)
    head = _head(archive)
    digests = head["members"]
    room = MOST_BYTES
    contents: dict[str, memoryview] = {}
    for name in archive.names:
        if name == _HEAD:
            continue
        if name not in _MEMBERS:
            raise _UnreadableError(f"holds {name}, which no session has.")
        most = MOST_BYTES_PACKED if archive.is_packed(name) else MOST_BYTES
        content = archive.member(name, min(room, most, MOST_BYTES_OF_TEXT.get(name, MOST_BYTES)))
        room -= len(content)
        if digests.get(name) != hashlib.sha256(content).hexdigest():
            raise _UnreadableError(f"is damaged in {name}.")
        contents[name] = content
    for name in digests:
        if name not in contents:
            raise _UnreadableError(f"lacks {shown_name(name)}.")
    pools = {kind: _pool(kind, contents.get(f"{kind}.npy")) for kind in KINDS}
    arrays = _Arrays(pools)
    parts = {
        part: _read(_json(f"{part}.json", contents[f"{part}.json"]), arrays.array, part)
        for part in PARTS
        if f"{part}.json" in contents
    }
    return Session(**parts, about=head["about"])


def _head(archive: Archive) -> dict[str, Any]:
    about = _json(_HEAD, archive.member(_HEAD, MOST_BYTES_OF_TEXT[_HEAD]))
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise _UnreadableError("is no session of this program.")
    version = about.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise _UnreadableError(f"is damaged in {_HEAD}.")
    if version > VERSION:
        raise _UnreadableError(
            f"was written by a newer version of this program (its format is {shown_name(version)}, "
            f"this one reads {VERSION})."
        )
    if not isinstance(about.get("members"), dict):
        raise _UnreadableError(f"is damaged in {_HEAD}.")
    return {**about, "about": _read(about.get("about"), _no_array, "about")}


def _json(name: str, content: memoryview) -> Any:
    try:
        return json_of(str(content, "utf-8"))
    except (JsonError, UnicodeDecodeError) as error:
        reason = f": {error}" if isinstance(error, JsonError) else ""
        raise _UnreadableError(f"is damaged in {name}{reason}.") from None


def _pool(kind: str, content: memoryview | None) -> Array:
    """Return the numbers of a .npy of one dimension, read without NumPy's readers."""
    dtype, damaged = KINDS[kind], _UnreadableError(f"is damaged in {kind}.npy.")
    if content is None:
        return np.empty(0, dtype)
    if len(content) < _NPY.size:
        raise damaged
    magic, major, minor, length = _NPY.unpack_from(content)
    if magic != b"\x93NUMPY" or (major, minor) != (1, 0) or length > _LONGEST_NPY_HEADER:
        raise damaged
    header = _NPY_HEADER.fullmatch(content[_NPY.size : _NPY.size + length])
    numbers = content[_NPY.size + length :]
    if header is None or b"True" in header[0] or header[1].decode() != dtype.str:
        raise damaged
    if int(header[2]) * dtype.itemsize != len(numbers):
        raise damaged
    if kind == "flags":
        octets = np.frombuffer(numbers, np.uint8)
        if (octets > 1).any():
            raise damaged
    return np.frombuffer(numbers, dtype)


class _Arrays:
    """The arrays of a session, each created once."""

    def __init__(self, pools: Mapping[str, Array]):
        self._pools = pools
        self._made: dict[tuple[Any, ...], Array] = {}
        self._room = MOST_BYTES

    def array(self, about: Any, where: str) -> Array:
        """Return the array of {"$array": about}."""
        if not self._is_place(about):
            raise _UnreadableError(f"names numbers in {shown_path(where)} that it does not hold.")
        kind, start, shape = about
        key = kind, start, *shape
        array = self._made.get(key)
        if array is None:
            pool, size = self._pools[kind], math.prod(shape)
            self._room -= size * pool.itemsize
            if self._room < 0:
                raise _UnreadableError("unpacks to too much.")
            array = self._made[key] = pool[start : start + size].reshape(shape).copy()
            array.setflags(write=False)
        return array

    def _is_place(self, about: Any) -> bool:
        if not isinstance(about, list) or len(about) != 3:
            return False
        kind, start, shape = about
        if not isinstance(kind, str) or kind not in self._pools or not isinstance(shape, list):
            return False
        most = len(self._pools[kind])
        counts = all(_is_count(number, most) for number in (start, *shape))
        return len(shape) <= MOST_DIMENSIONS and counts and start + math.prod(shape) <= most


def _no_array(_about: Any, where: str) -> Array:
    raise _UnreadableError(f"names numbers in {shown_path(where)} that it does not hold.")


def _is_count(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _read(value: Any, array_of: Callable[[Any, str], Array], where: str, depth: int = 0) -> Value:
    """Return the value of a part with its arrays in their places."""
    if isinstance(value, float) and not math.isfinite(value):
        raise _UnreadableError(f"holds a number in {shown_path(where)} that is not finite.")
    if not isinstance(value, list | dict):
        return value
    if depth == DEEPEST:
        raise _UnreadableError(f"is nested too deeply in {shown_path(where)}.")
    if isinstance(value, list):
        return [_read(entry, array_of, where, depth + 1) for entry in value]
    if ARRAY in value:
        if len(value) > 1:
            raise _UnreadableError(f"names numbers in {shown_path(where)} that it does not hold.")
        return array_of(value[ARRAY], where)
    return {name: _read(entry, array_of, f"{where}.{name}", depth + 1) for name, entry in value.items()}
