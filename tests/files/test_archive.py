"""A zip of few members is read within limits, whatever it says of itself."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
import zlib

import pytest

from playground.files.archive import MOST_MEMBERS, Archive, ArchiveError, archive_of

MEMBERS = {"one.json": b'{"a":1}', "two.bin": bytes(range(256)) * 3}


def zipped(
    members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED, remark: bytes = b""
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
        archive.comment = remark
    return file.getvalue()


def refused(data: bytes, name: str = "one.json", most: int = 10_000) -> str:
    with pytest.raises(ArchiveError) as error:
        Archive.read(data).member(name, most)
    said = str(error.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


def test_members_come_back_and_other_programs_read_them() -> None:
    data = archive_of(MEMBERS, frozenset({"one.json"}))
    archive = Archive.read(data)
    assert archive.names == tuple(MEMBERS)
    assert {name: bytes(archive.member(name, 1000)) for name in archive.names} == MEMBERS
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert other.testzip() is None
        assert {name: other.read(name) for name in other.namelist()} == MEMBERS


def test_the_same_members_give_the_same_bytes() -> None:
    assert archive_of(MEMBERS, frozenset(MEMBERS)) == archive_of(dict(MEMBERS), frozenset(MEMBERS))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_another_program_has_zipped_is_read(method: int) -> None:
    archive = Archive.read(zipped(list(MEMBERS.items()), method))
    assert {name: bytes(archive.member(name, 1000)) for name in archive.names} == MEMBERS


def test_a_member_is_unpacked_no_further_than_it_may() -> None:
    bomb = zipped([("one.json", bytes(10_000_000))])
    assert "too much in one.json" in refused(bomb)
    packed = bytearray(bomb)
    claimed = (100).to_bytes(4, "little")
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = packed.find(signature) + offset
        packed[at : at + 4] = claimed
    tracemalloc.start()
    assert "damaged in one.json" in refused(bytes(packed))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000


def test_a_size_beyond_all_memory_is_believed_nowhere() -> None:
    data = bytearray(zipped([("one.json", b"x" * 100)], zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 18), (b"PK\x01\x02", 20)):
        at = data.find(signature) + offset
        data[at : at + 8] = b"\xfe\xff\xff\xff" * 2
    assert "too much" in refused(bytes(data))
    assert "damaged" in refused(bytes(data), most=2**40)


def test_a_member_that_is_there_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped([("one.json", b"1"), ("one.json", b"2")])
    assert refused(data) == "holds one.json twice."


def test_too_many_members_are_refused_by_their_number() -> None:
    data = zipped([(f"{n}.json", b"") for n in range(MOST_MEMBERS + 1)])
    assert f"at most {MOST_MEMBERS}" in refused(data)


def test_long_names_are_refused() -> None:
    assert "too long" in refused(zipped([("x" * 1000, b"")]))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(method: int) -> None:
    assert "not known" in refused(zipped([("one.json", b"1")], method))


@pytest.mark.parametrize(("bit", "said"), [(1, "encrypted"), (8, "how large"), (64, "not known")])
def test_encrypted_members_and_those_without_a_size_are_refused(bit: int, said: str) -> None:
    data = bytearray(zipped([("one.json", b"1")]))
    data[data.find(b"PK\x03\x04") + 6] |= bit
    data[data.find(b"PK\x01\x02") + 8] |= bit
    assert said in refused(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"{}" * 50,
        zipped([("one.json", b"1")])[:-1],
        zipped([("one.json", b"1")]) + b"\n",
        zipped([("one.json", b"1")], remark=b"hello"),
        b"\x7fELF" + zipped([("one.json", b"1")]),
    ],
    ids=["empty", "short", "other", "cut off", "longer", "a remark", "something before it"],
)
def test_what_is_no_zip_from_end_to_end_is_refused(data: bytes) -> None:
    refused(data)


def test_a_zip_of_the_large_form_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, archive.open("one.json", "w", force_zip64=True) as member:
        member.write(b"1")
    assert Archive.read(file.getvalue()).names == ("one.json",)
    refused(file.getvalue())


def test_what_follows_the_packed_bytes_of_a_member_is_refused() -> None:
    content = b"1" * 50
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    data = bytearray(zipped([("one.json", content)]))
    start = data.find(packed[:3])
    longer = data[: start + len(packed)] + b"more" + data[start + len(packed) :]
    for signature, offset in ((b"PK\x03\x04", 18), (b"PK\x01\x02", 20)):
        at = longer.find(signature) + offset
        longer[at : at + 4] = (len(packed) + 4).to_bytes(4, "little")
    end = longer.find(b"PK\x05\x06") + 16
    longer[end : end + 4] = longer.find(b"PK\x01\x02").to_bytes(4, "little")
    assert "damaged" in refused(bytes(longer))
