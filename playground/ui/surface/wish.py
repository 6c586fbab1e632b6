"""What the user chose to see of the loss around the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from playground.arrays import Floats
from playground.drawing.kit.levels import Levels
from playground.landscape.colour_scale import ColourScale
from playground.landscape.directions import PLANE_KINDS, PlaneKind
from playground.landscape.plane import Window

USUAL_SHARE = 0.05


@dataclass(frozen=True)
class PlaneSettings:
    """A kind of landscape.directions.PLANE_KINDS, and what it needs."""

    kind: str = "rehearsal"
    seed: int = 0
    normalization: str = "filter"
    pair: tuple[int, int] = (0, 1)

    @property
    def acting(self) -> tuple[object, ...]:
        """What the plane depends on: settings that its kind does not use are left out."""
        match PLANE_KINDS[self.kind].needs:
            case "seed":
                return self.kind, self.seed, self.normalization
            case "pair":
                return self.kind, self.pair
        return (self.kind,)


@dataclass(frozen=True, eq=False)
class Kept:
    """A third set of parameters (P,) that the user kept, and its step."""

    parameters: Floats
    step: int


AUTOMATIC, HELD, TYPED = LIMITS = "automatic", "held", "typed"
"""Where the limits of the colours come from."""


class PictureChoice(NamedTuple):
    """What is chosen in the panel of the picture.

    limits: one of LIMITS. low, high: those that are held or typed; None: none yet. cells: as
    Wish.resolution. percent: the share of the diagonal beyond which the plane follows.
    """

    limits: str = AUTOMATIC
    low: float | None = None
    high: float | None = None
    cells: int | None = None
    percent: int = round(100 * USUAL_SHARE)


PlaneKey = tuple[PlaneSettings, Kept | None]
"""What a plane depends on, besides the moment."""


@dataclass(frozen=True)
class Wish:
    """All that the user chose; nothing here is computed.

    plane       which plane is shown
    kept        parameters to be marked, the third point of a plane; None: none are kept
    window      the part of the plane that is looked at; None: the whole view
    equal_units draw the whole view in equal units, where that suits it
    follow      take a new plane once the parameters have left the one in use
    share       the distance at which they have left it, as a share of the picture's diagonal
    resolution  cells a side; None: as many as the screen shows
    log_scale   colours by the logarithm of the loss, or by the loss itself
    levels      limits of the colours; None: those that suit the surface
    contours    lines of equal loss
    cells_told  which cells are computed and which are predicted
    arrows      where the next step leads
    in_space    the surface in space, or the flat one
    full        the full layout, in which the caption tells of the arrows too
    """

    plane: PlaneSettings = PlaneSettings()
    kept: Kept | None = None
    window: Window | None = None
    equal_units: bool = True
    follow: bool = True
    share: float = USUAL_SHARE
    resolution: int | None = None
    log_scale: bool = True
    levels: Levels | None = None
    contours: bool = True
    cells_told: bool = False
    arrows: bool = True
    in_space: bool = False
    full: bool = False

    @property
    def plane_kind(self) -> PlaneKind:
        return PLANE_KINDS[self.plane.kind]

    @property
    def colour_scale(self) -> ColourScale:
        """The scale by which cells may be predicted."""
        levels = self.levels
        if levels is None:
            return ColourScale(self.log_scale)
        return ColourScale(levels.logarithmic, levels.low, levels.high)

    @property
    def third(self) -> Kept | None:
        """The kept parameters where the plane goes through them."""
        return self.kept if self.plane_kind.needs == "third" else None

    @property
    def plane_key(self) -> PlaneKey:
        return self.plane, self.third
