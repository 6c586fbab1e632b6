"""Names from files and users stand in a sentence on one line, cut where they are long."""

from __future__ import annotations

import pytest

from playground.foreign_names import LONGEST_NAME, LONGEST_PATH, shown_name, shown_path


@pytest.mark.parametrize(
    "name", ["lab.json", "α = 0,3 & Söhne (2) 'x'.json", "العربية.json", "می‌خواهم.json", "𝒥.json"]
)
def test_an_ordinary_name_stands_as_it_is(name: str) -> None:
    assert shown_name(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("right to \u202eleft", "right to \\u202eleft"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("line\u2028break", "line\\u2028break"),
        ("byte \udcff", "byte \\udcff"),
        ("", ""),
    ],
)
def test_what_breaks_a_line_or_cannot_be_seen_is_written_out(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    "name", ["x" * 5000, "\n" * 5000, "ab" * 61, "x" * (LONGEST_NAME + 1), "\n" * LONGEST_NAME]
)
def test_a_long_name_is_cut_in_its_middle(name: str) -> None:
    shown = shown_name(name)
    assert len(shown) == LONGEST_NAME
    assert shown.count("…") == 1
    assert "\n" not in shown


def test_of_a_path_the_beginning_and_the_end_are_told() -> None:
    shown = shown_path("/home/me/" + "deep/" * 1000 + "lab.json")
    assert shown.startswith("/home/me/deep/")
    assert shown.endswith("/deep/lab.json")
    assert len(shown) == LONGEST_PATH
