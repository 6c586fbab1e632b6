"""Every text is a table or one sentence, in little time and memory; what was written is read again."""

from __future__ import annotations

import csv
import io
import re
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from playground.tables import Table, TableError, parse_table, reader, table_pieces
from playground.tables.numbers import Signs, is_missing
from playground.tables.recognition import SEPARATORS

MOST_SECONDS, MOST_MEGABYTES = 2.0, 200
NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 3)) | st.integers(-9999, 9999).map(float)
WORDS = st.text("abcdeäöπ ,;\"'", min_size=1, max_size=8).map(lambda word: f"k{word}k")
PIECES = st.sampled_from(
    [
        *("1", "2.5", "3,5", "-4", "1.234,5", "1,234.5", "1e5", "1e999", "nan", "NA", "", " ", "x", "abc"),
        *(",", ";", "\t", "|", "\n", "\r", "\r\n", '"', '""', "'", "#", "sep=;", "\ufeff", "\ud800", "−1"),
        *("\0", "\x1a", "\x0b", "\u2028", "é", "😀", "1" * 400, "1,2,3\n" * 50, "1;2\n" * 50, "a b\n" * 20),
        *("," * 3000, "1\t" * 11_000, "x" * 140_000, "\n" * 2000, "1_000", "٣", "=1+1", "0x10", "1 234,5"),
    ]
)


def read(content, **choices):
    """The table, or the sentence of its refusal; within time and memory."""
    began = time.process_time()
    result: Any = None
    try:
        *_, result = table_pieces(content, **choices)
    except TableError as error:
        result = str(error)
        assert "\n" not in result
        assert result.endswith(".")
        assert len(result) < 400
    assert time.process_time() - began < MOST_SECONDS
    if isinstance(result, Table):
        assert len(set(result.names)) == len(result.names)
        assert all(len(values) == result.n_rows for values in result.columns.values())
        assert all(name == name.strip() != "" for name in result.names)
        assert result.numeric
    return result


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@example("1," * 100_000)
@example("1," * 100_000 + "\n" + "1," * 100_000)
@example('"' * 100_001)
@example("\r" * 50_000)
@example("a\n" + "1\n2,5\n" * 3)
def test_a_text_is_a_table_or_a_sentence(text):
    read(text)
    for encoding in ("utf-8", "utf-16", "latin-1"):
        read(text.encode(encoding, "replace"))


@given(st.binary(max_size=600) | st.lists(st.binary(max_size=40), max_size=9).map(b"1,2\n3,4\n".join))
@settings(max_examples=80)
def test_bytes_are_a_table_or_a_sentence(data):
    read(data)


@pytest.mark.slow
@given(st.lists(PIECES, max_size=400).map("".join), st.sampled_from(SEPARATORS), st.sampled_from(".,"))
@settings(max_examples=1500, suppress_health_check=[HealthCheck.too_slow])
def test_a_text_is_a_table_or_a_sentence_for_a_long_time(text, separator, decimal):
    read(text)
    read(text, separator=separator, decimal=decimal)


LARGE = {
    "numbers": b"12,3.5,7\n" * 110_000,
    "one wide row": b"1,2," * 2_000,
    "texts": b"".join(b"word%d,%d\n" % (n, n) for n in range(60_000)),
    "quotes": b'"1","2"\n' * 120_000,
    "quotes for letters": b'"' * 1_000_000,
    "blank lines": b"\n" * 1_000_000,
    "ragged": b"1,2\n3\n" * 120_000,
    "not text": bytes(range(256)) * 4000,
    "gaps": b"1,,2\n,NA,3\n" * 60_000,
    "many separators": b",;\t| " * 200_000,
    "one long number": b"1" * 1_000_000,
    "almost numbers": b"1,1-,1\n" * 100_000,
    "decimal commas and points between thousands": b"1.234,5;2.345,6\n" * 50_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_megabyte_of_anything_takes_little_time_and_memory(name):
    result: Any = None
    tracemalloc.start()
    try:
        began = time.process_time()
        try:
            *_, result = table_pieces(LARGE[name])
        except TableError as error:
            result = str(error)
        seconds = time.process_time() - began
        megabytes = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert result
    # Tracing makes it three to five times as slow.
    assert seconds < 5 * MOST_SECONDS
    assert megabytes < MOST_MEGABYTES


def written(rows, separator, decimal, end, quoting):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting)
    for row in rows:
        writer.writerow(
            [cell if isinstance(cell, str) else f"{cell:.3f}".replace(".", decimal) for cell in row]
        )
    return text.getvalue()


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, WORDS), min_size=3, max_size=30),
    st.sampled_from([(",", "."), (";", ","), (";", "."), ("\t", ","), ("\t", "."), ("|", ".")]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", None]),
    st.booleans(),
)
@settings(max_examples=80)
def test_what_was_written_is_read_again(rows, signs, end, quoting, encoding, header):
    separator, decimal = signs
    names = ("first", "second", "kind")
    if encoding == "latin-1":
        rows = [(*numbers, word.replace("π", "ÿ")) for *numbers, word in rows]
    text = written([names, *rows] if header else rows, separator, decimal, end, quoting)
    result = read(text if encoding is None else text.encode(encoding))
    assert isinstance(result, Table)
    assert result.format.header == header
    assert result.format.separator == separator
    assert result.left_out == []
    for index, name in enumerate(result.names):
        expected = [row[index].strip() if index == 2 else row[index] for row in rows]
        assert list(result.columns[name]) == expected
    assert header is False or result.names == names


@pytest.fixture(scope="module")
def few_rows_at_once():
    patch = pytest.MonkeyPatch()
    patch.setattr(reader, "CELLS_AT_ONCE", 24)
    yield
    patch.undo()


@given(st.lists(st.lists(PIECES.filter(lambda piece: len(piece) < 20), min_size=3, max_size=3), max_size=30))
@settings(max_examples=100)
def test_all_at_once_is_the_same_as_row_by_row(few_rows_at_once, rows):
    """Lines that NumPy reads at once and lines with quotation marks give the same table."""
    clean = ["\t".join(re.sub(r"[\n\r\t\"]", "", cell) for cell in row) for row in rows]
    body = ["1.5\t2\tx"] * 10 + clean + ["1.5\t2\tx"] * 10
    choices = {"separator": "\t", "decimal": ".", "thousands": "", "quote": '"', "header": True}
    once = read("a\tb\tc\n" + "\n".join(body), **choices)
    quoted = ["\t".join(f'"{cell}"' for cell in line.split("\t")) for line in body]
    by_row = read("a\tb\tc\n" + "\n".join(quoted), **choices)
    assert type(once) is type(by_row)
    if isinstance(once, Table):
        assert once.names == by_row.names
        assert all(repr(list(once.columns[name])) == repr(list(by_row.columns[name])) for name in once.names)
        assert list(once.lines) == list(by_row.lines)


def test_missing_words_are_no_texts():
    assert all(map(is_missing, ("", " ", "NA", "n/a", "NaN", "null", "?", "#N/A")))
    assert not any(map(is_missing, ("-", "none", "0", "x", "nano")))
    assert parse_table("a,b\n1,2\n").format.signs == Signs(".", "")
