"""Points, lines and hatching in pixels: clipped, thinned, and cut to what a picture can show.

Qt's SVG writer ignores clipping, and coordinates of a million pixels overflow in its rasteriser, so every
line is cut to its frame here.
"""

from __future__ import annotations

import numpy as np

Frame = tuple[float, float, float, float]
"""left, top, right, bottom in pixels."""


def clip_polyline(x: np.ndarray, y: np.ndarray, frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Cut a polyline to a frame; pieces are separated by NaN, as are gaps (non-finite points) of the input.

    The method is Liang and Barsky's (1984), over all segments at once.
    """
    left, top, right, bottom = frame
    # Comparisons with NaN are false, so a gap also takes the slow way.
    if len(x) < 2 or (x.min() >= left and x.max() <= right and y.min() >= top and y.max() <= bottom):
        return x, y
    x0, y0, x1, y1 = x[:-1], y[:-1], x[1:], y[1:]
    with np.errstate(all="ignore"):
        # From the nearer end on: seen from a point at 1e300 pixels the whole frame is rounding.
        turned = np.abs(x0) + np.abs(y0) > np.abs(x1) + np.abs(y1)
        x0, x1 = np.where(turned, x1, x0), np.where(turned, x0, x1)
        y0, y1 = np.where(turned, y1, y0), np.where(turned, y0, y1)
        dx, dy = x1 - x0, y1 - y0
        enter, leave = np.zeros(len(x0)), np.ones(len(x0))
        inside = np.isfinite(dx) & np.isfinite(dy)
        for step, distance in ((-dx, x0 - left), (dx, right - x0), (-dy, y0 - top), (dy, bottom - y0)):
            crossing = distance / step
            enter = np.where(step < 0, np.maximum(enter, crossing), enter)
            leave = np.where(step > 0, np.minimum(leave, crossing), leave)
            inside &= (step != 0) | (distance >= 0)
        kept = np.flatnonzero(inside & (enter <= leave))
        if not len(kept):
            return np.empty(0), np.empty(0)
        near_x, near_y = (x0 + enter * dx)[kept], (y0 + enter * dy)[kept]
        far_x, far_y = (x0 + leave * dx)[kept], (y0 + leave * dy)[kept]
    turned, cut_near, cut_far = turned[kept], enter[kept] > 0, leave[kept] < 1
    starts = np.where(turned, far_x, near_x), np.where(turned, far_y, near_y)
    stops = np.where(turned, near_x, far_x), np.where(turned, near_y, far_y)
    # A new piece begins where a segment does not start at the end of the one before.
    cut_start, cut_stop = np.where(turned, cut_far, cut_near), np.where(turned, cut_near, cut_far)
    begins = np.ones(len(kept), bool)
    begins[1:] = (np.diff(kept) > 1) | cut_stop[:-1] | cut_start[1:]
    pieces = np.cumsum(begins) - 1
    size = len(kept) + 2 * int(begins.sum()) - 1
    out_x, out_y = np.full(size, np.nan), np.full(size, np.nan)
    place = np.arange(len(kept)) + 2 * pieces
    out_x[place[begins]], out_y[place[begins]] = starts[0][begins], starts[1][begins]
    out_x[place + 1], out_y[place + 1] = stops
    return out_x, out_y


def thin_curve(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first, lowest, highest and last point of every pixel column of a curve over rising x.

    The result looks the same: no extreme is lost. Gaps stay gaps.
    """
    if len(x) < 64 or not np.isfinite(x).all():
        return x, y
    begins, column_of = _columns(x)
    if len(x) <= 4 * len(begins):
        return x, y
    low, high = np.fmin.reduceat(y, begins), np.fmax.reduceat(y, begins)
    with np.errstate(invalid="ignore"):
        kept = (y == low[column_of]) | (y == high[column_of]) | np.isnan(y)
    # Two points of a row of equal values are enough.
    kept[1:-1] &= ~((y[1:-1] == y[:-2]) & (y[1:-1] == y[2:]))
    kept[begins] = True
    kept[np.r_[begins[1:], len(x)] - 1] = True
    return x[kept], y[kept]


def simplified(
    x: np.ndarray, y: np.ndarray, tolerance: float = 0.35, rounds: int = 6
) -> tuple[np.ndarray, np.ndarray]:
    """Return a polyline with fewer points that looks the same: gaps, turns and spikes stay.

    In every round each second point is dropped, if it lies within the tolerance of the line between its two
    neighbours.
    """
    for _ in range(rounds):
        if len(x) < 32:
            break
        count = (len(x) - 1) // 2
        x0, y0 = x[0 : 2 * count : 2], y[0 : 2 * count : 2]
        to_x, to_y = x[1 : 2 * count : 2] - x0, y[1 : 2 * count : 2] - y0
        chord_x, chord_y = x[2 : 2 * count + 1 : 2] - x0, y[2 : 2 * count + 1 : 2] - y0
        with np.errstate(all="ignore"):
            share = (to_x * chord_x + to_y * chord_y) / (chord_x * chord_x + chord_y * chord_y)
            # Unlike maximum and minimum these take 0 where the chord has no length.
            share = np.fmin(np.fmax(share, 0.0), 1.0)
            off = np.hypot(to_x - share * chord_x, to_y - share * chord_y)
            superfluous = off <= tolerance
        if np.count_nonzero(superfluous) < 0.1 * count:
            break
        kept = np.ones(len(x), bool)
        kept[1 : 2 * count : 2] = ~superfluous
        x, y = x[kept], y[kept]
    return x, y


def _columns(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each pixel column begins among points of rising x, and the column number of each point."""
    new = np.empty(len(x), bool)
    new[0] = True
    pixels = np.floor(x)
    np.not_equal(pixels[1:], pixels[:-1], out=new[1:])
    return np.flatnonzero(new), np.cumsum(new) - 1


def thin_path(x: np.ndarray, y: np.ndarray, distance: float = 0.7, most: int = 2500) -> np.ndarray:
    """Return the indices of the points of a path to draw: those outside the last kept cell.

    distance: size of a cell in pixels. First and last always stay. If a path has more than `most` points the
    cells are up to four times as wide.
    """
    kept = _moved(x, y, distance)
    for wider in (2.0, 4.0):
        if len(kept) > most:
            kept = _moved(x, y, wider * distance)
    return kept


def _moved(x: np.ndarray, y: np.ndarray, distance: float) -> np.ndarray:
    if len(x) < 3:
        return np.arange(len(x))
    cell_x, cell_y = np.floor(x / distance), np.floor(y / distance)
    moved = np.empty(len(x), bool)
    # NaN equals no cell: gaps stay.
    np.logical_or(cell_x[1:] != cell_x[:-1], cell_y[1:] != cell_y[:-1], out=moved[1:])
    moved[0] = moved[-1] = True
    return np.flatnonzero(moved)


def dashes(segments: np.ndarray, on: float, off: float) -> np.ndarray:
    """Return the dashes of segments (n, 4) x0, y0, x1, y1: `on` pixels long and `off` apart."""
    if not len(segments):
        return segments
    length = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    ends = np.cumsum(length)
    count = int(min(ends[-1] / (on + off), 100_000)) + 1
    starts = np.arange(count) * (on + off)
    cuts = np.sort(np.concatenate([[0.0], ends, starts, starts + on]))
    cuts = cuts[cuts <= ends[-1]]
    middle = (cuts[:-1] + cuts[1:]) / 2
    seen = (middle % (on + off) < on) & (np.diff(cuts) > 0.0)
    of = np.minimum(np.searchsorted(ends, middle), len(ends) - 1)[seen]
    share = np.stack([cuts[:-1][seen], cuts[1:][seen]]) - (ends - length)[of]
    share /= length[of]
    x0, y0, x1, y1 = segments[of].T
    x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
    return np.column_stack([x[0], y[0], x[1], y[1]])


def runs(mask: np.ndarray) -> np.ndarray:
    """Return the horizontal runs of true cells of a mask (nb, na).

    Rows of (row, first column, last column + 1).
    """
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), np.int8)
    padded[:, 1:-1] = mask
    change = np.diff(padded, axis=1)
    rows, first = np.nonzero(change == 1)
    last = np.nonzero(change == -1)[1]
    return np.column_stack([rows, first, last])


def hatch(boxes: np.ndarray, frame: Frame, gap: float, rising: bool = True) -> np.ndarray:
    """Return diagonal lines (m, 4) x0, y0, x1, y1 over boxes (n, 4) left, top, right, bottom.

    gap: pixels between two lines. Lines of neighbouring boxes meet, since all lie on the same set of
    diagonals.
    """
    if not len(boxes):
        return np.empty((0, 4))
    low = np.array(frame[:2])
    high = np.array(frame[2:])
    corners_low = np.clip(boxes[:, :2], low, high)
    corners_high = np.clip(boxes[:, 2:], low, high)
    segments = []
    for (left, top), (right, bottom) in zip(corners_low, corners_high, strict=True):
        if right <= left or bottom <= top:
            continue
        # Rising lines hold x + y = c, falling ones x - y = c.
        if rising:
            c = np.arange(np.ceil((left + top) / gap), np.floor((right + bottom) / gap) + 1) * gap
            x0, x1 = np.maximum(left, c - bottom), np.minimum(right, c - top)
            segments.append(np.column_stack([x0, c - x0, x1, c - x1]))
        else:
            c = np.arange(np.ceil((left - bottom) / gap), np.floor((right - top) / gap) + 1) * gap
            x0, x1 = np.maximum(left, c + top), np.minimum(right, c + bottom)
            segments.append(np.column_stack([x0, x0 - c, x1, x1 - c]))
    return np.concatenate(segments) if segments else np.empty((0, 4))
