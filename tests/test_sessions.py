"""A session comes back bit by bit, and whatever else is in a file is refused in one sentence."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import stat
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import bounded_json, sessions
from playground.files.archive import archive_of
from playground.files.atomic import ExportError
from playground.sessions import Session, SessionError, about_session, load_session, save_session
from tests.support.sessions import read, same, small_session, written

SMALL = small_session()


def refused(data: bytes) -> str:
    with pytest.raises(SessionError) as error:
        read(data)
    said = str(error.value)
    assert said.startswith("The session was not opened: it ")
    assert said.endswith(".")
    assert "\n" not in said
    return said


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(changed: dict[str, bytes], about: dict[str, Any] | None = None) -> bytes:
    """The small session with other members, all checksums right."""
    members = {**members_of(written(SMALL)), **changed}
    if "session.json" not in changed:
        head = json.loads(members["session.json"])
        digests = {
            name: hashlib.sha256(content).hexdigest()
            for name, content in members.items()
            if name != "session.json"
        }
        members["session.json"] = json.dumps({**head, "members": digests, **(about or {})}).encode()
    return archive_of(members, frozenset(members))


def npy(description: str, numbers: bytes, version: bytes = b"\x01\x00") -> bytes:
    header = description.encode() + b"\n"
    return b"\x93NUMPY" + version + len(header).to_bytes(2, "little") + header + numbers


def test_a_session_comes_back_bit_by_bit() -> None:
    assert same(read(written(SMALL)), SMALL)
    assert same(read(written(Session())), Session())


def test_the_same_session_gives_the_same_file_read_back_too() -> None:
    data = written(SMALL)
    assert written(small_session()) == data
    assert written(read(data)) == data


def test_what_a_session_says_of_itself_is_read_without_its_parts(tmp_path: Path) -> None:
    about = {"dataset": "xor", "step": 7738, "name": "α"}
    data = written(Session(run=1, about=about))
    assert read(data).about == about_session(io.BytesIO(data)) == about
    path = tmp_path / "damaged.landscape"
    at = data.index(b"run.json") + len(b"run.json")
    path.write_bytes(data[:at] + b"!" + data[at + 1 :])
    assert about_session(path) == about
    with pytest.raises(SessionError, match=r"damaged in run\.json"):
        load_session(path)
    path.write_bytes(data[:-1])
    with pytest.raises(SessionError, match=r"^“damaged\.landscape” was not opened: it is cut off"):
        about_session(path)
    assert about_session(io.BytesIO(written(Session()))) is None


def test_what_a_session_says_of_itself_is_short_and_without_arrays() -> None:
    with pytest.raises(SessionError, match="about holds an array"):
        written(Session(about=np.zeros(3)))
    with pytest.raises(SessionError, match="too large to be saved"):
        written(Session(about="x" * 70_000))
    assert "names numbers in about" in refused(forged({}, {"about": {"$array": ["floats", 0, [1]]}}))


def test_equal_arrays_are_written_once() -> None:
    numbers = np.arange(1000.0)
    other = numbers.reshape(10, 100)
    once = len(written(Session(run=[numbers])))
    assert len(written(Session(run=[numbers, numbers, numbers.copy(), other]))) < once + 100


def test_arrays_are_read_only_and_hold_no_other_memory() -> None:
    table = read(written(SMALL)).run["table"]
    with pytest.raises(ValueError, match="read-only"):
        table[0, 0] = 1.0
    assert table.base is None


def test_the_members_are_those_of_the_documentation() -> None:
    names = list(members_of(written(Session(1, 2, 3))))
    assert names == [
        "session.json", "run.json", "lab.json", "window.json", "floats.npy", "integers.npy", "flags.npy"
    ]  # fmt: skip
    for name in names:
        assert name in sessions.__doc__
    assert all(name in Path("README.md").read_text(encoding="utf-8") for name in names)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 200])
def test_a_part_is_the_json_text_of_its_value(length: int) -> None:
    rows: list[Any] = [{"α": n, "b": [], "c": {}} for n in range(length)]
    for value in (rows, {"rows": rows, "deep": {"a": {"b": {"c": {"d": [1, [2]]}}}}, 'a"b': None, "e": {}}):
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        assert members_of(written(Session(run=value)))["run.json"].decode() == text


def test_numpy_reads_the_arrays() -> None:
    members = members_of(written(SMALL))
    assert np.load(io.BytesIO(members["integers.npy"]), allow_pickle=False).tolist() == [0, 1, 2**62]
    assert np.load(io.BytesIO(members["flags.npy"]), allow_pickle=False).tolist() == [True, False]


def test_a_file_is_written_whole_with_the_permissions_that_were_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "α.landscape"
    save_session(path, SMALL)
    path.chmod(0o644)
    save_session(path, SMALL, mode=0o600)
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert same(load_session(path), SMALL)
    assert same(load_session(str(path)), SMALL)
    assert [entry.name for entry in tmp_path.iterdir()] == ["α.landscape"]
    with pytest.raises(ExportError, match="nowhere"):
        save_session(tmp_path / "nowhere" / "x.landscape", SMALL)


def test_what_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match=r"^“.*gone\.landscape” could not be read: "):
        load_session(tmp_path / "gone.landscape")
    with pytest.raises(SessionError, match="folder"):
        load_session(tmp_path)
    path = tmp_path / "circles.landscape"
    path.write_bytes(written(SMALL)[:-5])
    with pytest.raises(SessionError, match=r"^“circles\.landscape” was not opened: it is cut off"):
        load_session(path)


@pytest.mark.parametrize(
    "value",
    [
        {"a": float("nan")},
        [float("inf")],
        np.arange(3, dtype=np.int32),
        np.array(["x"]),
        np.array([None]),
        np.zeros((1, 1, 1, 1)),
        {1: "x"},
        {"$array": 1},
        {1, 2},
        1j,
        np.int64(3),
    ],
    ids=str,
)
def test_values_that_would_not_come_back_are_refused(value: Any) -> None:
    with pytest.raises(SessionError, match=r"^The session was not saved: run"):
        written(Session(run=value))


def test_what_is_nested_too_deeply_is_refused_both_ways() -> None:
    value: Any = 1
    for _ in range(sessions.DEEPEST + 1):
        value = [value]
    with pytest.raises(SessionError, match="too deeply"):
        written(Session(run=value))
    for depth in (sessions.DEEPEST + 1, 100_000):
        assert "too deeply" in refused(forged({"run.json": b"[" * depth + b"]" * depth}))


def test_a_session_that_could_not_be_read_again_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_BYTES", 1000)
    with pytest.raises(SessionError, match="too large to be saved"):
        written(Session(run=np.zeros(200)))


@pytest.mark.parametrize("part", ["run", "lab", "window"])
def test_whatever_is_written_is_read_again_up_to_the_limits(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_BYTES", 3000)
    monkeypatch.setattr(bounded_json, "MOST_GROUPS", 40)
    values: list[Any] = [np.arange(float(size)) for size in range(100, 360, 2)]
    values += [["x" * 50 + str(size)] * 20 for size in range(20)]
    values += [[[]] * size for size in range(60)]
    values += [[np.arange(float(entry)) for entry in range(size)] for size in range(30)]
    outcomes = set()
    for value in values:
        session = Session(**{part: value})
        try:
            data = written(session)
        except SessionError as error:
            assert "too large to be saved" in str(error)
            outcomes.add("refused")
        else:
            assert same(getattr(read(data), part), value)
            outcomes.add("read")
    assert outcomes == {"refused", "read"}


def test_a_name_that_is_no_text_does_not_stop_the_saving() -> None:
    assert read(written(Session(lab={"name": "a\udcff"}))).lab == {"name": "a?"}


# Files that are no sessions -----------------------------------------------------------------------------


def test_a_newer_session_says_so_whatever_else_it_holds() -> None:
    data = forged({"plan.json": b"{}", "run.json": b"?"}, {"version": 2})
    assert "newer version of this program (its format is 2, this one reads 1)" in refused(data)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"{}", "no session of this program"),
        (b"[]", "no session of this program"),
        (b'{"format":"other","version":1}', "no session of this program"),
        (b'{"format":"landscape-session"}', "damaged in session.json"),
        (b'{"format":"landscape-session","version":true}', "damaged in session.json"),
        (b'{"format":"landscape-session","version":0}', "damaged in session.json"),
        (b'{"format":"landscape-session","version":1}', "damaged in session.json"),
        (b'{"format":"landscape-session","version":1,"members":{}}', "damaged in run.json"),
        (b"\xff\xfe", "damaged in session.json"),
        (b" " * 100_000, "too much in session.json"),
    ],
    ids=lambda value: str(value[:50]),
)
def test_a_foreign_head_is_refused(head: bytes, said: str) -> None:
    assert said in refused(forged({"session.json": head}))


def test_other_zips_are_no_sessions() -> None:
    assert "no session" in refused(archive_of({"word/document.xml": b"<x/>"}))
    assert "no zip" in refused(b'{"format": "loss-landscape-playground-experiment"}')


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "C:\\evil", "run.json/", "a/run.json", "Run.json"]
)
def test_names_that_no_session_has_are_refused(name: str) -> None:
    assert "which no session has" in refused(forged({name: b"1"}))


def test_a_member_that_is_missing_is_named() -> None:
    members = members_of(written(SMALL))
    del members["floats.npy"]
    assert "lacks floats.npy" in refused(archive_of(members))


def test_a_member_that_is_there_twice_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members_of(written(SMALL)).items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("run.json", b"1")
    assert "run.json twice" in refused(file.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff",
        b'{"a":1,"a":2}',
        b'["\\ud800"]',
        b"[NaN]",
        b"[1e999]",
        b"[" + b"9" * 5000 + b"]",
        b"[1e-400]",
        b"\x80\x04K\x01.",
    ],
)
def test_text_that_is_no_json_is_refused(text: bytes) -> None:
    refused(forged({"run.json": text}))


@pytest.mark.parametrize(
    "about",
    [
        [],
        ["floats", 0],
        ["floats", 0, [1], 1],
        ["doubles", 0, [1]],
        [["floats"], 0, [1]],
        ["floats", -1, [1]],
        ["floats", 0.0, [1]],
        ["floats", True, [1]],
        ["floats", 0, 1],
        ["floats", 0, ["1"]],
        ["floats", 0, [-1]],
        ["floats", 0, [10**9]],
        ["floats", 0, [10**30, 0]],
        ["floats", 3, [10**6, 10**6]],
        ["floats", 10**18, []],
        ["floats", 11, [1]],
        ["floats", 0, [1, 1, 1, 1]],
        {},
        None,
    ],
    ids=str,
)
def test_numbers_that_are_not_there_are_refused(about: Any) -> None:
    data = forged({"run.json": json.dumps({"a": {"$array": about}}).encode()})
    assert "names numbers in run.a that it does not hold" in refused(data)
    assert "names numbers" in refused(forged({"run.json": b'{"a":{"$array":["floats",0,[1]],"b":1}}'}))


def test_many_arrays_of_the_same_numbers_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_BYTES", 500_000)
    numbers = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (10000,), }", bytes(80_000))
    places = [{"$array": ["floats", start, [9000]]} for start in range(1000)]
    data = forged({"floats.npy": numbers, "run.json": json.dumps(places).encode()})
    assert "unpacks to too much" in refused(data)
    once = [{"$array": ["floats", 0, [9000]]}] * 1000
    run = read(forged({"floats.npy": numbers, "run.json": json.dumps(once).encode()})).run
    assert len({id(array) for array in run}) == 1


ROW = "{'descr': '<f8', 'fortran_order': False, 'shape': (11,), }"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY\x01\x00",
        npy(ROW, bytes(87)),
        npy(ROW, bytes(96)),
        npy(ROW, bytes(88), b"\x02\x00"),
        npy(ROW.replace("11", "99999999999"), bytes(88)),
        npy(ROW.replace("11", "9" * 40), bytes(88)),
        npy(ROW.replace("11,", "-11,"), bytes(88)),
        npy(ROW.replace("(11,)", "(1, 11)"), bytes(88)),
        npy(ROW.replace("False", "True"), bytes(88)),
        npy(ROW.replace("<f8", "|O"), bytes(88)),
        npy(ROW.replace("<f8", ">f8"), bytes(88)),
        npy(ROW.replace("<f8", "<M8"), bytes(88)),
        npy("__import__('os').system('true')", bytes(88)),
        npy(ROW + " " * 60_000, bytes(88)),
    ],
)
def test_arrays_that_are_not_what_they_must_be_are_refused(content: bytes) -> None:
    assert "damaged in floats.npy" in refused(forged({"floats.npy": content}))


def test_flags_are_nothing_but_true_and_false() -> None:
    description = "{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }"
    assert "damaged in flags.npy" in refused(forged({"flags.npy": npy(description, b"\x01\x02")}))


def test_a_bomb_is_refused_before_it_takes_memory() -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("session.json", "w") as head,
    ):
        for _ in range(30):
            head.write(bytes(1_000_000))
    tracemalloc.start()
    assert "too much in session.json" in refused(file.getvalue())
    assert tracemalloc.get_traced_memory()[1] < 500_000
    tracemalloc.stop()


# Fuzzed -------------------------------------------------------------------------------------------------


def test_a_file_that_is_cut_off_anywhere_is_refused() -> None:
    data = written(SMALL)
    for length in range(len(data)):
        refused(data[:length])


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The data with a few bytes changed, taken out, put in, or taken from elsewhere in it."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 5, 30))):
        at, length = rng.randrange(len(changed)), rng.randrange(1, 9)
        match rng.randrange(5):
            case 0 | 1:
                changed[at] ^= 1 << rng.randrange(8)
            case 2:
                changed[at] = rng.choice((0, 1, 127, 128, 254, 255))
            case 3:
                del changed[at : at + length]
            case _:
                source = rng.randrange(len(data))
                changed[at : at + rng.randrange(9)] = data[source : source + length]
        changed = changed or bytearray(b"P")
    return bytes(changed)


def assert_survives(data: bytes) -> bool:
    """Whether it is a session; it is then the one that was written."""
    try:
        session = read(data)
    except SessionError as error:
        assert str(error).startswith("The session was not opened: it ")
        assert str(error).count("\n") == 0
        return False
    assert same(session, SMALL)
    return True


def test_each_byte_that_was_changed_is_found_or_does_not_matter() -> None:
    data = written(SMALL)
    for at in range(len(data)):
        for bits in (1 << at % 8, 255):
            assert_survives(data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :])


def test_damaged_files_are_refused_or_are_what_they_were() -> None:
    data, rng = written(SMALL), random.Random(7)
    assert not all(assert_survives(damaged(data, rng)) for _ in range(2000))


@pytest.mark.slow
def test_files_damaged_in_many_ways_are_refused_or_are_what_they_were() -> None:
    data, rng = written(SMALL), random.Random(11)
    assert not all(assert_survives(damaged(data, rng)) for _ in range(50_000))


@pytest.mark.slow
def test_damaged_members_with_right_checksums_are_refused_or_read() -> None:
    """Whoever forges a file forges its checksums too: what comes back is a session all the same."""
    members, rng = members_of(written(SMALL)), random.Random(13)
    names = [name for name in members if name != "session.json"]
    for _ in range(20_000):
        name = rng.choice(names)
        try:
            session = read(forged({name: damaged(members[name], rng)}))
        except SessionError:
            continue
        assert same(read(written(session)), session)
