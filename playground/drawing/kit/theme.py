"""The looks of every drawing: dark, light, and white paper.

One colour, one meaning: pink is the learning rate, orange squares and blue circles are the classes, the
loss has a colour map of its own (colors.py), signs of weights have a pair of their own, and green and
amber come only with a word beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

# These lie over a surface, whose colours are the same in every theme, so they are too.
OUTLINE = "#0b0f14"
"""Outline of what is drawn over a surface, and the dark ground under its labels."""
INK = "#ffffff"
"""Lines, marks and labels over a surface."""
PATH_PINK = "#ff5fa8"
"""The learning rate over a surface: the dark theme's pink is the one that shows."""
PALE_OVER_SURFACE = "#c9d0da"
BRANCH_COLORS = {
    True: ("#6c60f5", "#f82f1d", "#1afaee", "#f9b9a6", "#f878f9", "#da3b5f", "#7f71a1"),
    False: ("#524876", "#db6e56", "#2c8983", "#f3340f", "#c25bc3", "#6e1d2e", "#473bd6"),
}
"""The colours of branches, by Theme.is_dark: violet, red, teal, and lighter or darker ones between them.

A run has one hue everywhere: over a surface its colour is that of the dark theme, beside it that of the
theme in use. Any two are at least 40 apart in CIELAB for normal sight, and 20 for the three kinds of colour
blindness (Machado, Oliveira and Fernandes 2009). From pink, green, amber and the colours of two classes each
is at least 25 apart.
"""


LOSS_COLORMAPS = ("viridis", "cividis")
"""The tables are in color_maps.py."""


@dataclass(frozen=True)
class Theme:
    """Colours as "#rrggbb"; widths, sizes and distances in pixels of an 800-pixel-wide picture.

    Attributes
    ----------
    window, card, border, field: grounds and edges of the window, its cards, its buttons and fields.
    text, dim_text: text on a card or on the window; the training curve, the test curve.
    grid: the faint lines behind a curve.
    pink, pink_text: the learning rate; text on a pink ground.
    class0, class1: orange squares and blue circles; also grounds, mixed with `card`, see `mix`.
    later_classes: of the third to the tenth class; marks are in class_marks.py.
    positive_weight, negative_weight: solid and dashed.
    green, amber: only with a word.
    bar_creeps, bar_falls, bar_overshoots: grounds of the learning-rate strip.
    loss_colors: the colour map of the loss, one of LOSS_COLORMAPS.
    """

    name: str
    window: str
    card: str
    border: str
    field: str
    text: str
    dim_text: str
    grid: str
    pink: str
    pink_text: str
    class0: str
    class1: str
    later_classes: tuple[str, ...]
    marker_edge: str
    positive_weight: str
    negative_weight: str
    green: str
    amber: str
    bar_creeps: str
    bar_falls: str
    bar_overshoots: str
    is_dark: bool
    curve_width: float = 1.8
    thin_width: float = 1.0
    path_width: float = 1.6
    point_size: float = 8.0
    marker_size: float = 12.0
    font_px: float = 12.0
    font_factor: float = 1.0
    ground_strength: float = 0.48
    loss_colors: str = "viridis"

    @property
    def classes(self) -> tuple[str, ...]:
        """The colours of ten classes.

        Any two are at least 40 apart in CIELAB for normal sight, and 14 for the three kinds of colour
        blindness (Machado, Oliveira and Fernandes 2009). The later ones are at least 25 from text, dim_text,
        amber and the pair of signs, 40 from green and 45 from pink; none is a green, pale greys apart, and
        the third to the fifth, which are seen most, are the most vivid of those that differ most.
        """
        return self.class0, self.class1, *self.later_classes

    @property
    def limit(self) -> str:
        """The colour of the stability limit on the learning-rate strip."""
        return self.text

    @property
    def font_size(self) -> float:
        """Height of ordinary text in pixels."""
        return self.font_px * self.font_factor

    @property
    def small_font_size(self) -> float:
        """Height of tick labels and read-outs in pixels."""
        return (self.font_px - 1.0) * self.font_factor

    def with_loss_colors(self, name: str) -> Theme:
        """Return the same looks with the loss in "viridis" or "cividis"."""
        return self if name == self.loss_colors else replace(self, loss_colors=name)

    def with_font_factor(self, factor: float) -> Theme:
        """Return the same looks with text `factor` times as large (for a lecture hall: 1.6)."""
        return replace(self, font_factor=factor)


DARK = Theme(
    name="dark",
    window="#12151a",
    card="#1a1e25",
    border="#2c333e",
    field="#12151a",
    text="#e8ebf0",
    dim_text="#98a2b3",
    grid="#262c35",
    pink="#ff5fa8",
    pink_text="#12151a",
    class0="#ff9f43",
    class1="#4fb3ff",
    later_classes=(
        *("#fff000", "#c3001e", "#a50fb4", "#00f0ff"),
        *("#0069ff", "#f0b4b4", "#5a695a", "#875a96"),
    ),
    marker_edge="#12151a",
    positive_weight="#b9a2ff",
    negative_weight="#7fd6c2",
    green="#3ecf8e",
    amber="#ffc857",
    bar_creeps="#606773",
    bar_falls="#2e805f",
    bar_overshoots="#987c41",
    is_dark=True,
)

LIGHT = Theme(
    name="light",
    window="#f2f4f7",
    card="#ffffff",
    border="#d5dae2",
    field="#f7f8fa",
    text="#1b2129",
    dim_text="#5b6575",
    grid="#eceff3",
    pink="#c2186b",
    pink_text="#ffffff",
    class0="#c85a00",
    class1="#0b6fc2",
    later_classes=(
        *("#b45aff", "#690000", "#a5964b", "#4b0f78"),
        *("#87a5a5", "#e18778", "#4b1e3c", "#c387d2"),
    ),
    marker_edge="#ffffff",
    positive_weight="#5b3cc4",
    negative_weight="#0c7d6b",
    green="#0e7f4e",
    amber="#8a5a00",
    bar_creeps="#a5abb3",
    bar_falls="#7bb69c",
    bar_overshoots="#bfa473",
    is_dark=False,
)

PRINT = replace(
    LIGHT,
    name="print",
    window="#ffffff",
    border="#9aa3af",
    field="#ffffff",
    text="#000000",
    dim_text="#3d4552",
    grid="#e3e7ec",
    curve_width=2.0,
    thin_width=1.1,
    path_width=1.9,
    font_px=13.0,
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT, PRINT)}


def channels(color: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255, of "#rrggbb"."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mix(ground: str, color: str, share: float) -> str:
    """Return `color` laid over `ground` with opacity `share` from 0 to 1."""
    pairs = zip(channels(ground), channels(color), strict=True)
    return "#" + "".join(f"{round(under + share * (over - under)):02x}" for under, over in pairs)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"); text needs 4.5."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in channels(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
