"""Pages that a picture can have, and what is said of those that it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from playground.export.page import (
    COLUMN,
    PRESETS,
    SLIDE,
    Page,
    PageError,
    parse_formats,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("85x60mm", (85.0, 60.0, "mm")),
        ("8.5 x 6 cm", (8.5, 6.0, "cm")),
        ("3,5×2,5in", (3.5, 2.5, "in")),
        ("1920x1080px", (1920.0, 1080.0, "px")),
    ],
)
def test_a_size_is_read_with_its_unit(text: str, size: tuple[float, float, str]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "85", "85x60", "85x60m", "axbmm", "1..2x3mm", "-85x60mm", "85x60mm\0"])
def test_another_size_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(PageError, match=r"^A size is written like 85x60mm .*\.$"):
        parse_size(text)


def test_formats_are_read_each_once() -> None:
    assert parse_formats("png, PDF,png") == ("png", "pdf")
    for text in ("", "png,", "gif"):
        with pytest.raises(PageError, match=r"^Formats are png, svg, pdf"):
            parse_formats(text)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"width": 0.0}, "above 0"),
        ({"height": float("nan")}, "above 0"),
        ({"width": 9.0}, "from 10.16 mm to"),
        ({"width": 1800.0, "height": 1800.0}, "A PNG has from 64 to 20000 pixels"),
        ({"width": 400.0}, "too narrow"),
        ({"dpi": 20}, "from 30 to 1200 dots per inch"),
        ({"text_pt": 3.0}, "from 4 to 96 pt"),
        ({"text_pt": 20.0}, "13 pt at most"),
        ({"width": 1500.0, "height": 900.0, "dpi": 100}, "at least"),
        ({"unit": "feet"}, "mm, cm, in, px"),
        ({"look": "red"}, "light, dark, transparent"),
        ({"colors": "jet"}, "viridis, cividis"),
        ({"format": "gif"}, "png, svg, pdf"),
    ],
)
def test_an_impossible_page_is_refused_in_one_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PageError) as error:
        replace(COLUMN, **change)
    assert sentence in str(error.value)
    assert str(error.value).count(". ") == 0
    assert str(error.value).endswith(".")


def test_the_unit_does_not_matter() -> None:
    pages = [Page(85, 60), Page(8.5, 6, "cm"), Page(85 / 25.4, 60 / 25.4, "in")]
    pages.append(Page(85 / 25.4 * 300, 60 / 25.4 * 300, "px"))
    assert {page.pixels for page in pages} == {(1004, 709)}
    assert [page.layout_width(13.0) for page in pages] == pytest.approx([pages[0].layout_width(13.0)] * 4)


def test_presets_are_what_they_are_called() -> None:
    column = PRESETS["column"][1]
    assert (column.width, column.unit, column.dpi) == (85, "mm", 300)
    assert 7 <= column.text_pt * 12 / 13 < column.text_pt <= 8
    assert SLIDE.pixels == (1920, 1080)
    assert SLIDE.inches[0] == pytest.approx(40 / 3)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"width": "x"}', SLIDE.to_json().replace("144", "1e999"), "[" * 900]
)
def test_a_remembered_page_that_makes_no_sense_is_the_usual_one(text: str) -> None:
    assert Page.from_json(text, SLIDE) == SLIDE


def test_a_remembered_page_comes_back() -> None:
    page = Page(8.5, 6.25, "cm", dpi=450, text_pt=7.5, look="transparent", caption=False, run=False)
    assert Page.from_json(page.to_json(), SLIDE) == page
