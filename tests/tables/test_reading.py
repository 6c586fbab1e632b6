"""Tables as people have them: files and copied texts become named columns, or one sentence."""

from __future__ import annotations

import os
import pickle
import sys

import numpy as np
import pytest

from playground.tables import Format, Table, TableError, parse_table, read_table, reader, table_pieces
from playground.tables.recognition import MOST_COLUMNS


def columns(table):
    return {name: list(values) for name, values in table.columns.items()}


@pytest.fixture
def few_cells_at_once(monkeypatch):
    monkeypatch.setattr(reader, "CELLS_AT_ONCE", 1024)


def refusal(content, **choices):
    with pytest.raises(TableError) as caught:
        list(table_pieces(content, **choices))
    return caught.value.reason


def test_four_points_copied_from_a_spreadsheet():
    table = parse_table("x1\tx2\ty\r\n0\t0\t0\r\n0\t1\t1\r\n1\t0\t1\r\n1\t1\t0\r\n")
    assert table.names == ("x1", "x2", "y")
    assert columns(table) == {"x1": [0, 0, 1, 1], "x2": [0, 1, 0, 1], "y": [0, 1, 1, 0]}
    assert isinstance(table.columns["x1"], np.ndarray)
    assert table.format == Format(None, "\t", '"', ".", "", True)
    assert (table.left_out, list(table.lines)) == ([], [2, 3, 4, 5])


def test_four_points_without_names():
    table = parse_table("0 0 0\n0 1 1\n1 0 1\n1 1 0")
    assert table.names == ("column 1", "column 2", "column 3")
    assert not table.format.header
    assert table.n_rows == 4


def test_a_spreadsheets_file_with_decimal_commas(tmp_path):
    path = tmp_path / "grades.csv"
    path.write_bytes("Fläche;Höhe;Note\r\n1,5;20;gut\r\n2,25;1.200,5;mäßig\r\n".encode("cp1252"))
    table = read_table(path)
    assert columns(table) == {"Fläche": [1.5, 2.25], "Höhe": [20, 1200.5], "Note": ["gut", "mäßig"]}
    assert table.format == Format("cp1252", ";", '"', ",", ".", True)
    assert table.numeric == ("Fläche", "Höhe")


ENCODED = {
    "utf-8": lambda text: text.encode(),
    "utf-8-sig": lambda text: text.encode("utf-8-sig"),
    "utf-16-le": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "cp1252": lambda text: text.replace("é", "€").encode("cp1252"),
    "latin-1": lambda text: text.replace("é", "\x81").encode("latin-1"),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_encodings_are_recognised(encoding, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(ENCODED[encoding]("détail,b\n1,2\n3,4\n"))
    table = read_table(path)
    assert table.format.encoding == encoding
    assert table.names[0] in ("détail", "d€tail", "d\\x81tail")
    assert columns(table)["b"] == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognised(encoding):
    *_, table = table_pieces("a,b\n1,2\n3,4\n".encode(encoding))
    assert isinstance(table, Table)
    assert table.format.encoding == encoding
    assert columns(table) == {"a": [1, 3], "b": [2, 4]}


@pytest.mark.parametrize(
    ("text", "signs", "first"),
    [
        ("1.5;2\n2;3", (".", ""), [1.5, 2]),
        ("1,5;2\n2;3", (",", ""), [1.5, 2]),
        ("1.234,5;2\n2;3", (",", "."), [1234.5, 2]),
        ("1,234.5;2\n2;3", (".", ","), [1234.5, 2]),
        ("1,234,567;2\n2;3", (".", ","), [1234567, 2]),
        ("1 234,5;2\n2;3", (",", " "), [1234.5, 2]),
        ("1\u202f234;2\n2;3", (".", " "), [1234, 2]),
        ("1'234.5;2\n2;3", (".", "'"), [1234.5, 2]),
        ('"1,5","2"\n"2,5","3"', (",", ""), [1.5, 2.5]),
        ("−1.5;2\n2;3", (".", ""), [-1.5, 2]),
        ("1.5e3;2\n2E-2;3", (".", ""), [1500, 0.02]),
        ("1,5 2,5\n2,5 3,5", (",", ""), [1.5, 2.5]),
    ],
)
def test_signs_of_numbers_are_recognised(text, signs, first):
    table = parse_table(text)
    assert table.format.signs == signs
    assert list(table.columns[table.names[0]]) == first


@pytest.mark.parametrize(
    ("text", "value"),
    [('"1,234",1\n"5,678",2', 1234), ("1,234;1\n5,678;2", 1.234), ("1.234;1\n5.678;2", 1.234)],
)
def test_numbers_that_may_mean_two_things_are_said(text, value):
    table = parse_table(text)
    assert table.columns["column 1"][0] == value
    assert len(table.format.doubts) == 1
    other = parse_table(text, decimal=".", thousands=",")
    assert other.format.doubts == ()


@pytest.mark.parametrize(
    "first",
    [
        "Measured in May, with care",
        "150,4,setosa,versicolor",
        "",
        ",,",
        '"a; b; c; d; e"',
        "1;2;3;4",
        "x" * 5000,
        "total: 12,5",
    ],
)
def test_an_odd_first_row_decides_nothing(first):
    rows = "\n".join(f"{n}.5,{n},{'ab'[n % 2]}" for n in range(50))
    table = parse_table(f"{first}\nlength,width,kind\n{rows}\n")
    assert table.names == ("length", "width", "kind")
    assert table.format.separator == ","
    assert table.n_rows == 50


def test_names_below_comments_signs_and_names_of_rows():
    """As NumPy and R write them."""
    assert parse_table("# a b\n1 2\n3 4").names == ("a", "b")
    of_r = parse_table('"a" "b"\n"r1" 1 2\n"r2" 3 4\n')
    assert columns(of_r) == {"column 1": ["r1", "r2"], "a": [1, 3], "b": [2, 4]}
    assert len(of_r.format.doubts) == 1
    ends_with_separators = parse_table("a,b\n1,2,\n3,4,\n")
    assert columns(ends_with_separators) == {"a": [1, 3], "b": [2, 4]}
    assert parse_table("sep=;\na;b\n1;2\n").names == ("a", "b")


@pytest.mark.parametrize("title", ["Measured in May,,", "Measured,in,May\n,,"])
def test_names_stand_below_a_title(title):
    table = parse_table(f"{title}\na,b,c\n1,2,3\n4,5,6\n")
    if title.endswith("May,,"):
        assert table.names == ("a", "b", "c")
        assert table.left_out == [(1, "stands above the names of the columns")]
    else:
        assert table.names == ("Measured", "in", "May"), "as names with their units below"
    assert parse_table("A title\nlength\n1\n2").names == ("length",)


@pytest.mark.parametrize(
    ("text", "separator", "first"),
    [
        ("length\n0,5\n12,25\n3", "", 0.5),
        ("0,017\n2,5\n12,0", "", 0.017),
        ("1,5\n2,25", ",", 1.0),
        ("a|1,5\nb|2,25\nc|3,5", "|", "a"),
        ("1,5\ta\tb\n2,5\tc\td\n", "\t", 1.5),
    ],
)
def test_decimal_commas_separate_no_columns(text, separator, first):
    table = parse_table(text)
    assert table.format.separator == separator
    assert table.columns[table.names[0]][0] == first
    assert bool(table.format.doubts) == (separator == ",")


def test_a_table_may_begin_far_below():
    table = parse_table("\n" * 3000 + "a,b\n1,2\n" + "\n" * 3000 + "3,4\n")
    assert columns(table) == {"a": [1, 3], "b": [2, 4]}
    assert list(table.lines) == [3002, 6003]


def test_years_as_names_can_be_set_right():
    text = "2001;2002\n1,5;2,5\n3,5;4\n"
    assert parse_table(text).n_rows == 3
    assert parse_table(text, header=True).names == ("2001", "2002")


def test_every_part_of_the_format_can_be_given():
    table = parse_table("a|b\n'1,5'|2\n", separator="|", quote="'", decimal=",", thousands="", header=True)
    assert columns(table) == {"a": [1.5], "b": [2]}
    assert parse_table("1,5\n2,5").names == ("column 1", "column 2")
    assert columns(parse_table("1,5\n2,5", separator="", decimal=",")) == {"column 1": [1.5, 2.5]}
    assert refusal("1;2", separator="x").startswith("separator must be one of")
    assert refusal("1;2", colour="x").startswith("colour is no part")


def test_single_quotation_marks():
    table = parse_table("a,b\n'x, y',1\n'z','2'\n'u',3")
    assert columns(table) == {"a": ["x, y", "z", "u"], "b": [1, 2, 3]}
    assert table.format.quote == "'"


def test_names_are_unique_and_on_one_line():
    table = parse_table(' a ,a,,"b\nc",a 2,\n1,2,3,4,5,\n1,2,3,4,5,\n')
    assert table.names == ("a", "a 2", "column 3", "b c", "a 2 2")
    question = "How many hours did you study for this examination, those in the library included?"
    assert parse_table(f'"{question}",b\n1,2\n').names == (question, "b")
    (long, _) = parse_table(f"{'x' * 500},b\n1,2\n").names
    assert len(long) == 200


def test_rows_are_named_as_an_editor_counts_them():
    text = 'a,b\n1,2\n\n"3\n",4\n5\n"6"7,8\n9,10,,\n11,12,13\n'
    table = parse_table(text)
    assert list(table.lines) == [2, 4, 8]
    assert table.left_out == [
        (6, "has 1 cell in place of 2"),
        (7, "has text after a closing quotation mark"),
        (9, "has 3 cells in place of 2"),
    ]
    assert table.n_left_out == 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(end):
    table = parse_table(end.join(["a,b", "1,2", '"3",4', ""]))
    assert columns(table) == {"a": [1, 3], "b": [2, 4]}
    assert list(table.lines) == [2, 3]


def test_gaps_and_texts_in_place_of_numbers():
    table = parse_table("a,b\n1,2\nNA,3\noops,4\n5,6\n7,8\n")
    assert np.isnan(table.columns["a"]).tolist() == [False, True, True, False, False]
    assert table.no_numbers == {"a": {2: "oops"}}


def test_infinity_and_underscores_are_no_numbers():
    table = parse_table("a,b\ninf,2\n1e999,3\n1_000,4\n5,6\n7,8\n9,8\n10,3\n")
    assert table.no_numbers == {"a": {0: "inf", 1: "1e999", 2: "1_000"}}


def test_what_comes_late_decides_too(few_cells_at_once):
    """The numbers of the beginning are whole, and only there are there no texts."""
    whole = "\n".join(f"{n};{n};{n}" for n in range(3_000))
    late = "\n".join(f"{n},5;{n};a{n}" for n in range(4_000))
    table = parse_table(f"x;y;z\n{whole}\n{late}\n")
    assert table.format.decimal == ","
    assert table.columns["x"][-1] == 3_999.5
    assert table.columns["z"][:2] == ["0", "1"]
    assert table.columns["z"][-1] == "a3999"
    assert table.n_rows == 7_000


def test_texts_keep_their_signs_although_they_came_after_numbers(few_cells_at_once):
    rows = [f"00{n},{n}" for n in range(2_000)] + [f"x{n},{n}" for n in range(3_000)]
    table = parse_table("code,n\n" + "\n".join(rows))
    assert table.columns["code"][0] == "000"
    assert len(table.columns["code"]) == 5_000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty."),
        (" \n\n ", "it is empty."),
        ("sep=;\n\n", "it is empty."),
        ("\n" * 200_000 + "1,2", "its first 100\u202f000 lines are blank."),
        ("a,b\n", "it has names of columns, but no rows."),
        ("a,b\nc,d\ne,f\n", "it has no column of numbers."),
        (b"PK\x03\x04rest", "it is a file of a spreadsheet program or an archive; save the sheet as CSV."),
        (b"%PDF-1.7 ...", "it is a PDF, not a table."),
        (bytes(range(256)) * 40, "it is not text."),
        (bytes(range(1, 256)) * 40, "it is not text."),
        ("1,2\n3,\0\n", "it is not text."),
        ("a,b\n1,2\n\"3,4\n5,6\n", "the quotation mark in row 3 is never closed."),
        ('a,b\n1,2\n"3' + 50_000 * "\n4,5",
         "the quotation mark in row 3 is not closed within 131\u202f072 characters."),
        ("a,b\n1," + "x" * 200_000, "a cell in row 2 has more than 131\u202f072 characters."),
        ("," * MOST_COLUMNS + "\n" + "1," * MOST_COLUMNS + "1\n", "it has more than 10\u202f000 columns."),
        ("1" * 4_100_000, "line 1 is longer than 4\u202f000\u202f000 characters."),
        (b"\xff\xfe\0\0a\0\0\0", "it is text in UTF-32; save it in UTF-8."),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_one_sentence(content, reason):
    assert refusal(content) == reason


def test_as_many_columns_as_there_may_be():
    line = ",".join(map(str, range(MOST_COLUMNS)))
    assert len(parse_table(f"{line}\n{line}\n").names) == MOST_COLUMNS


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(TableError, match=r"could not be read: it is a folder\.$"):
        read_table(tmp_path)
    with pytest.raises(TableError, match=r"^“.*none\.csv” could not be read: No such file or directory\.$"):
        read_table(tmp_path / "none.csv")
    path = tmp_path / "closed.csv"
    path.write_text('a,b\n"1,2')
    with pytest.raises(TableError, match=r"^“closed\.csv” was not read: the quotation mark in row 2"):
        read_table(path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
        with pytest.raises(TableError, match="not an ordinary file"):
            read_table(tmp_path / "pipe.csv")
    with path.open("wb") as file:
        file.truncate(64_000_001)
    with pytest.raises(TableError, match=r"too large, more than 64 MB\.$"):
        read_table(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("1,2")
    path.chmod(0)
    with pytest.raises(TableError, match="Permission denied"):
        read_table(path)


def test_reading_can_be_watched_and_left():
    text = "\n".join(f"{n},{n}" for n in range(60_000))
    *pieces, table = table_pieces(text.encode())
    shares = [piece for piece in pieces if isinstance(piece, float)]
    assert isinstance(table, Table)
    assert len(shares) == len(pieces)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len(shares) > 5
    assert next(iter(table_pieces(text.encode()))) == 0.0


def test_a_table_and_a_refusal_go_to_another_process():
    table = pickle.loads(pickle.dumps(parse_table("a,b\n1,x\n2,y\n3\n")))
    assert columns(table) == {"a": [1, 2], "b": ["x", "y"]}
    error = TableError("it is empty.", "“a.csv” was not read: ")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.reason) == (str(error), "it is empty.")


def test_reading_loads_no_qt():
    import subprocess

    code = "import sys, playground.tables; print([m for m in sys.modules if 'Qt' in m or 'engine' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_many_blank_lines_after_the_rows_are_no_rows(recwarn):
    table = parse_table("a,b\n" + "1,2\n" * 30_000 + "\n" * 90_000)
    assert len(table.columns["a"]) == 30_000
    assert table.left_out == []
    assert not [warning for warning in recwarn if "no data" in str(warning.message)]


@pytest.mark.parametrize("decimal", [".", ","])
def test_a_number_too_large_speaks_for_no_other_decimal_sign(decimal: str) -> None:
    table = parse_table("a;b\n1e400;2\n3;4\n5;6\n7;8\n", **({} if decimal == "." else {"decimal": ","}))
    assert table.format.decimal == decimal
    chosen = table.chosen(["a"], "b", as_number=True)
    assert chosen.left_out == [(2, "a is too large a number “1e400”")]
