"""The form of a picture: its size on paper, resolution, height of text, look, colours, caption and format.

A page has a size in inches, also where it is given in pixels: then dpi of them are an inch. A drawing is laid
out at the width at which its text has the requested height on paper: see Page.layout_width.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict, dataclass, replace

from playground.drawing.kit.theme import LOSS_COLORMAPS, PRINT
from playground.files.foreign_names import shown_name
from playground.number_reader import NumberError, read_number
from playground.numerals import number_text

UNITS = {"mm": 25.4, "cm": 2.54, "in": 1.0}
"""Units per inch. A page may be given in "px" too, of which dpi are an inch."""
EVERY_UNIT = (*UNITS, "px")
FORMATS = ("png", "svg", "pdf")
USUAL_FORMATS = ("png", "svg")
LOOKS = ("light", "dark", "transparent")
"""Black on white, the dark theme of the window, black on nothing."""

MIN_PIXELS, MAX_PIXELS = 64, 20_000
MIN_INCHES, MAX_INCHES = 0.4, 80.0
MIN_DPI, MAX_DPI = 30, 1200
MIN_TEXT, MAX_TEXT = 4.0, 96.0
MOST_ASPECT = 5.0
POINTS_PER_INCH = 72.0
NARROWEST, WIDEST = 240.0, 4000.0
"""Range of a layout's width, in pixels of the drawings: below it a plot has no room for its numbers."""

_SIZE = re.compile(r"(?P<width>[0-9.,]+)\s*[x×*]\s*(?P<height>[0-9.,]+)\s*(?P<unit>mm|cm|in|px)")


class PageError(ValueError):
    """A page that no picture can have; the message is one sentence."""


@dataclass(frozen=True)
class Page:
    """The form of a picture; immutable. Raises PageError for values that do not go together.

    width, height, unit   the size: "mm", "cm", "in" or "px"
    dpi                   pixels to the inch of a PNG, and of every size in px
    text_pt               height of ordinary text in points (1/72 inch); numbers at the axes are 1/13 smaller
    look, colors, format  see LOOKS, LOSS_COLORMAPS, FORMATS
    caption               whether title and caption are below the plot
    run                   whether the file carries the run: see playground.export.carried_run
    """

    width: float
    height: float
    unit: str = "mm"
    dpi: int = 300
    text_pt: float = 8.0
    look: str = "light"
    colors: str = "viridis"
    caption: bool = True
    format: str = "png"
    run: bool = True

    def __post_init__(self) -> None:
        for value, among, name in (
            (self.unit, EVERY_UNIT, "unit"),
            (self.look, LOOKS, "look"),
            (self.colors, LOSS_COLORMAPS, "colour map"),
            (self.format, FORMATS, "format"),
        ):
            if value not in among:
                raise PageError(f"The {name} of a picture is one of {', '.join(among)}.")
        if not MIN_DPI <= self.dpi <= MAX_DPI:
            raise PageError(f"A picture has from {MIN_DPI} to {MAX_DPI} dots per inch, not {self.dpi}.")
        if not MIN_TEXT <= self.text_pt <= MAX_TEXT:
            raise PageError(f"Text is from {MIN_TEXT:g} to {MAX_TEXT:g} pt high, not {self.text_pt:g}.")
        self._check_size()

    def _check_size(self) -> None:
        if not all(math.isfinite(size) and size > 0 for size in (self.width, self.height)):
            raise PageError("Width and height of a picture must be above 0.")
        for inches in self.inches:
            if not MIN_INCHES <= inches <= MAX_INCHES:
                least, most = (
                    number_text(limit * self.per_inch, 4) + f" {self.unit}"
                    for limit in (MIN_INCHES, MAX_INCHES)
                )
                raise PageError(f"A picture is from {least} to {most} wide and high, not {self.size_text}.")
        if self.format == "png" and not all(MIN_PIXELS <= pixels <= MAX_PIXELS for pixels in self.pixels):
            raise PageError(
                f"A PNG has from {MIN_PIXELS} to {MAX_PIXELS} pixels in width and height, "
                f"not {self.pixels[0]} × {self.pixels[1]}."
            )
        if not 1 / MOST_ASPECT <= self.width / self.height <= MOST_ASPECT:
            raise PageError(f"A picture of {self.size_text} is too narrow for a plot.")
        widest = self.inches[0] * POINTS_PER_INCH * PRINT.font_px
        if widest / self.text_pt < NARROWEST:
            highest = math.floor(widest / NARROWEST * 10) / 10
            raise PageError(
                f"Text of {self.text_pt:g} pt is too high for a width of {number_text(self.width, 4)} "
                f"{self.unit}: {highest:g} pt at most."
            )
        if widest / self.text_pt > WIDEST:
            lowest = math.ceil(widest / WIDEST * 10) / 10
            raise PageError(
                f"Text of {self.text_pt:g} pt is too small for a width of {number_text(self.width, 4)} "
                f"{self.unit}: {lowest:g} pt at least."
            )

    @property
    def per_inch(self) -> float:
        """Number of its units in an inch."""
        return UNITS.get(self.unit, self.dpi)

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height on paper."""
        return self.width / self.per_inch, self.height / self.per_inch

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of a PNG."""
        width, height = self.inches
        return max(1, round(width * self.dpi)), max(1, round(height * self.dpi))

    @property
    def size_text(self) -> str:
        """The size as it was given: "85 × 60 mm"."""
        return f"{number_text(self.width, 5)} × {number_text(self.height, 5)} {self.unit}"

    def within(self, width_px: int, height_px: int) -> Page:
        """Return the same page with fewer dots per inch, so that its picture fits into this many pixels."""
        width, height = self.inches
        fits = int(min(width_px / width, height_px / height))
        least = math.ceil(MIN_PIXELS / min(width, height))
        dpi = min(max(fits, least, MIN_DPI), max(self.dpi, least))
        return replace(self, width=width, height=height, unit="in", dpi=dpi)

    def in_unit(self, unit: str) -> Page:
        """Return the same page with its size in another unit."""
        width, height = self.inches
        per_inch = UNITS.get(unit, self.dpi)
        return replace(self, width=width * per_inch, height=height * per_inch, unit=unit)

    def to_json(self) -> str:
        """Return a text that from_json reads."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str, default: Page) -> Page:
        """Return the page of a text; default where it is none."""
        try:
            fields = json.loads(text)
            known = {field: type(value) for field, value in asdict(default).items()}
            if not isinstance(fields, dict) or not all(
                isinstance(fields.get(name), int if kind is int else (int, float) if kind is float else kind)
                for name, kind in known.items()
            ):
                return default
            return Page(**{name: kind(fields[name]) for name, kind in known.items()})
        except (ValueError, RecursionError):
            return default

    def layout_width(self, font_px: float) -> float:
        """Return the width in pixels at which to lay out a drawing with text of this many pixels."""
        return self.inches[0] * POINTS_PER_INCH * font_px / self.text_pt


USUAL = Page(8.0, 6.0, "in", dpi=200, text_pt=9.36)
"""Of pictures that are made without a window, where no size was asked for: laid out 800 pixels wide."""


def page_of_size(width: float, height: float, unit: str, format_: str = "png", run: bool = True) -> Page:
    """Return a page of 300 dpi with text of 8 pt, or as near as its width allows. Raises PageError."""
    usual = replace(COLUMN, format="svg")
    inches = width / UNITS.get(unit, usual.dpi)
    lowest, highest = (inches * POINTS_PER_INCH * PRINT.font_px / limit for limit in (WIDEST, NARROWEST))
    text = max(MIN_TEXT, min(max(usual.text_pt, 1.001 * lowest), 0.999 * highest, MAX_TEXT))
    return replace(
        usual, width=width, height=height, unit=unit, text_pt=text, caption=True, format=format_, run=run
    )


def parse_size(text: str) -> tuple[float, float, str]:
    """Return width, height and unit of a text like "85x60mm". Raises PageError."""
    match = _SIZE.fullmatch(text.strip())
    try:
        if match is not None:
            return read_number(match["width"]), read_number(match["height"]), match["unit"]
    except NumberError:
        pass
    raise PageError(f"A size is written like 85x60mm (mm, cm, in or px), not “{shown_name(text, 40)}”.")


def parse_formats(text: str) -> tuple[str, ...]:
    """Return the formats of a text like "png,svg", each once. Raises PageError."""
    names = [name.strip().lower() for name in text.split(",")]
    if not all(name in FORMATS for name in names):
        among, given = ", ".join(FORMATS), shown_name(text, 40)
        raise PageError(f"Formats are {among}, with commas between them, not “{given}”.")
    return tuple(dict.fromkeys(names))


COLUMN = Page(85.0, 64.0, "mm", dpi=300, text_pt=8.0, caption=False)
SLIDE = Page(1920.0, 1080.0, "px", dpi=144, text_pt=18.0, caption=False)
WIDE = Page(174.0, 165.0, "mm", dpi=300, text_pt=8.0)
NOTE = Page(160.0, 120.0, "mm", dpi=200, text_pt=9.0)
POSTER = Page(400.0, 300.0, "mm", dpi=200, text_pt=24.0)

PRESETS: dict[str, tuple[str, Page]] = {
    "slide": ("Slide, 1920 × 1080 px", SLIDE),
    "column": ("Column of a paper, 85 mm", COLUMN),
    "wide": ("Both columns of a paper, 174 mm", WIDE),
    "note": ("Note with a caption, 160 mm", NOTE),
    "poster": ("Poster, 400 × 300 mm", POSTER),
}
"""Pages that are fit for use, with their names. A slide of 1920 pixels is 13⅓ inches wide, as in slide
programs."""
