"""What a file is shows in what it holds, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.files.kinds import FileKind, UnknownFileError, kind_of

LESSON = '# a lesson\ntitle = "One"\n\n[[ step ]]\ntext = "a"\n'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04rest", FileKind.SESSION),
        (b'{"data": {}}', FileKind.EXPERIMENT),
        (b'\xef\xbb\xbf \n{"data": {}}', FileKind.EXPERIMENT),
        (b'{"format" : "loss-landscape-scenes"}', FileKind.SCENES),
        (b'{"scenes": {' + b" " * 9000 + b'}, "format":"loss-landscape-scenes"}', FileKind.SCENES),
        (b"  llp1:AAAA\n", FileKind.SHARE_STRING),
        ("> “llp1:AA\n> AA”\n".encode(), FileKind.SHARE_STRING),
        (LESSON.encode(), FileKind.LESSON),
        (b"#" * 9000 + b"\n" + LESSON.encode(), FileKind.LESSON),
        (b"\x89PNG\r\n\x1a\nrest", FileKind.PICTURE),
        (b"%PDF-1.4", FileKind.PICTURE),
        (b'<?xml version="1.0"?>\n<svg xmlns="a">', FileKind.PICTURE),
    ],
)
@pytest.mark.parametrize("name", ["file", "file.txt", "file.csv", "file.json", "file.landscape"])
def test_the_content_decides(tmp_path: Path, content: bytes, kind: FileKind, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert kind_of(tmp_path / name) is kind


@pytest.mark.parametrize("content", [b"", b"hello", b"\0\1\2", b"<html>", b"a = 1\n", b"x,y\n1,2\n"])
def test_anything_else_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some\nfile"
    path.write_bytes(content)
    with pytest.raises(UnknownFileError) as caught:
        kind_of(path)
    sentence = (
        "was not opened: it is no session, experiment, scenes, lesson or picture of this program, and no "
        "table (*.csv, *.tsv, *.txt)."
    )
    assert str(caught.value) == f"“some\\nfile” {sentence}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.landscape", FileKind.SESSION),
        ("a.json", FileKind.EXPERIMENT),
        ("a.toml", FileKind.LESSON),
        ("a.csv", FileKind.TABLE),
        ("A.TSV", FileKind.TABLE),
        ("a.txt", FileKind.TABLE),
        ("a.xlsx", FileKind.TABLE),
    ],
)
def test_where_nothing_of_it_is_left_its_name_says_who_is_to_refuse_it(
    tmp_path: Path, name: str, kind: FileKind
) -> None:
    (tmp_path / name).write_bytes(b"")
    assert kind_of(tmp_path / name) is kind


def test_folders_and_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownFileError, match="is a folder without lessons"):
        kind_of(tmp_path)
    (tmp_path / "one.toml").write_text(LESSON)
    assert kind_of(tmp_path) is FileKind.LESSON_FOLDER
    for path in (tmp_path / "absent", tmp_path / "nul\0", tmp_path / ("x" * 5000)):
        with pytest.raises(UnknownFileError, match="could not be read"):
            kind_of(path)
