"""When the marker does not belong to the ground that it stands on: words for a badge on the picture."""

from __future__ import annotations

import math

from playground.drawing.surface.captions import distance_text, size_of_surface
from playground.drawing.surface.picture import Now, SurfacePicture
from playground.numerals import number_text
from playground.theta_words import WEIGHTS, ThetaName

DIFFER = 1.5
"""Factor between the true loss and that of the plane from which on they differ clearly."""
FAR = 0.2
"""Distance from the plane, as a share of the picture's diagonal, from which on it is far."""
STAYS = 0.85
"""Share of these limits below which a badge that is shown goes away: at a limit it does not flicker."""


def off_plane_sentence(picture: SurfacePicture, now: Now | None, shown: bool = False) -> str:
    """Return what a badge on a picture says of its marker; empty where the marker stands where it belongs.

    now: the newest parameters with both losses. shown: whether there is a badge already. A plane of all
    numbers has none: there the marker is always in its place.
    """
    if picture.surface is None or now is None or picture.surface.plane.size == 2:
        return ""
    return badge_sentence(now, size_of_surface(picture.surface), picture.theta, shown)


def badge_sentence(now: Now, size: float, theta: ThetaName = WEIGHTS, shown: bool = False) -> str:
    """Return the sentence for these parameters. size: the diagonal of the picture, in parameter space."""
    eased = STAYS if shown else 1.0
    if _differ(now.true_loss, now.plane_loss, 1.0 + eased * (DIFFER - 1.0)):
        true, there = number_text(now.true_loss, 3), number_text(now.plane_loss, 3)
        return f"True J {true}, at the marker in this plane {there}"
    if now.distance > eased * FAR * size > 0:
        return f"The {theta} {theta.does('lie')} {distance_text(now.distance)} off this plane"
    return ""


def _differ(true_loss: float, plane_loss: float, factor: float) -> bool:
    """Return whether the larger of two losses is at least so many times the smaller; NaN: not known."""
    if math.isnan(true_loss) or math.isnan(plane_loss):
        return False
    if not (math.isfinite(true_loss) and math.isfinite(plane_loss)):
        return true_loss != plane_loss
    # Losses of one sign are compared by their ratio, others by their difference.
    largest = max(abs(true_loss), abs(plane_loss))
    return abs(true_loss - plane_loss) >= (1.0 - 1.0 / factor) * largest > 0.0
