"""Which surface to ask for next, and which answers to keep.

All is one frozen SurfaceState; each function here takes one and returns the next. A plane is kept once it is
there: pan and zoom only ask for other parts of it. It is replaced when the user chooses another one, and,
while it follows the run, by the rules of plane_rules; a plane that is fitted to the path is fitted again as
often as there is time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from playground.arrays import Floats
from playground.engine.fewer_points import has_many_points
from playground.engine.lengths import length
from playground.lab.snapshot import RUNNING, Snapshot
from playground.landscape.colour_scale import ColourScale
from playground.landscape.directions import (
    PLANE_KINDS,
    PlaneChoice,
    default_window,
    grows,
    in_equal_units,
    widened,
    widened_far,
)
from playground.landscape.plane import Window
from playground.landscape.questions.surface import WHOLE_UP_TO, SurfaceAnswer, SurfaceQuestion
from playground.landscape.surface import Surface
from playground.landscape.thinning import thinned
from playground.ui.surface import plane_rules
from playground.ui.surface.plane_measures import cell, overlap, plane_of, same_plane, size_of
from playground.ui.surface.plane_rules import Moment
from playground.ui.surface.wish import PlaneKey, PlaneSettings, Wish

RESOLUTION_WHILE_RUNNING, RESOLUTION_OF_MANY = 51, 41
"""Cells a side of a surface that is computed again and again; the second of many training points. With fewer
cells it would have no contours."""
NEARLY = 0.01
"""Edges count as the same that are this share of the view apart: numbers of another width move an axis."""


@dataclass(frozen=True)
class Target:
    """What the surface on the screen should be of; moment: that of the parameters its plane goes through.

    fewer_points: whether some of many training points stand for all. scale: that of the colours for which
    cells may be predicted; None: every cell is computed.
    """

    run: int
    plane: PlaneKey
    window: Window | None
    l1: float
    l2: float
    resolution: int
    moment: Moment
    fewer_points: bool = False
    scale: ColourScale | None = None

    def same_picture(self, other: Target) -> bool:
        """Return whether only moment or resolution differ: an answer on its way is then worth waiting for."""
        return replace(self, moment=(0, 0), resolution=0) == replace(other, moment=(0, 0), resolution=0)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question under way; new_plane: whether its answer brings a plane, through the parameters (P,).

    fills: whether it computes the cells that are predicted on the screen.
    """

    target: Target
    number: int
    new_plane: bool
    parameters: Floats
    fills: bool = False


@dataclass(frozen=True, eq=False)
class PlaneInUse:
    """The plane that surfaces are asked of: what it was chosen by, the moment and the parameters (P,) that it
    goes through, and the whole view of it. core: the part that this view must hold, where it was grown from
    one for equal units.
    """

    key: PlaneKey
    moment: Moment
    choice: PlaneChoice
    whole_view: Window
    parameters: Floats
    core: Window | None = None

    @property
    def needed_view(self) -> Window:
        """The whole view before it was grown for equal units."""
        return self.core or self.whole_view


@dataclass(frozen=True, eq=False)
class SurfaceState:
    """What is wished for, what has been computed of it, and what is under way.

    wish            what the user chose; a window that was zoomed to moves after the weights
    screen_cells    cells a side that the screen can show
    screen_size     width and height of the picture in pixels
    most_cells      cells a side that are enough, since the user stopped the computation; None: any number
    answer          the newest surface
    finer           an older surface of the same plane with smaller cells than the answer has so far
    plane_in_use    None: the next answer brings a plane
    asked           the question under way
    completed       the target of which the answer is complete; None: there is none, ask again
    newest_asked    number of the newest question
    newest_taken    number of the question that the answer belongs to
    oldest_valid    number of the first question about the present J; older ones were about another penalty
    penalties       l1 and l2 of the newest question
    last_seen       the moment that was shown last
    has_run         whether the run has been running since it was last seen at rest
    was_inside      whether the parameters were within the view
    widened_from    the view from which the whole view was widened last
    """

    wish: Wish = field(default_factory=Wish)
    screen_cells: int = 101
    screen_size: tuple[float, float] = (0.0, 0.0)
    most_cells: int | None = None
    answer: SurfaceAnswer | None = None
    finer: SurfaceAnswer | None = None
    plane_in_use: PlaneInUse | None = None
    asked: Asked | None = None
    completed: Target | None = None
    newest_asked: int = 0
    newest_taken: int = -1
    oldest_valid: int = 0
    penalties: tuple[float, float] | None = None
    last_seen: Moment | None = None
    has_run: bool = False
    was_inside: bool = False
    widened_from: Window | None = None

    @property
    def wished_plane(self) -> PlaneInUse | None:
        """The plane in use, if it is the one that the user chose."""
        plane = self.plane_in_use
        return plane if plane is not None and plane.key == self.wish.plane_key else None

    @property
    def plane_step(self) -> int | None:
        """The step whose parameters the chosen plane goes through; None where it is not there yet."""
        plane = self.wished_plane
        return plane.moment[1] if plane is not None else None

    @property
    def up_to_date(self) -> bool:
        """Whether the answer is of the part of the plane that is looked at."""
        answer, window = self.answer, self.wish.window
        return answer is not None and (window is None or answer.window == window)


# What the user chooses, and what happens to the run -------------------------------------------------------


def choose_plane(state: SurfaceState, settings: PlaneSettings) -> SurfaceState:
    """Show another plane: the whole view of it."""
    return look_at(replace(state, wish=replace(state.wish, plane=settings)), None)


def look_at(state: SurfaceState, window: Window | None) -> SurfaceState:
    """Show another part of the plane; None: the whole view."""
    wish = replace(state.wish, window=window)
    return replace(state, wish=wish, widened_from=None, most_cells=None, was_inside=False)


def begin_run(state: SurfaceState, same_experiment: bool) -> SurfaceState:
    """Go over to another run. The plane and what was computed stay right if it is of the same experiment."""
    state = replace(state, asked=None, completed=None)
    if same_experiment:
        return state
    return look_at(replace(state, answer=None, finer=None, plane_in_use=None), None)


def ask_again(state: SurfaceState) -> SurfaceState:
    """Give up the question under way: it will not be answered."""
    return replace(state, asked=None)


def stop_refining(state: SurfaceState) -> SurfaceState:
    """Take the cells that there are as fine enough, for this part of this plane."""
    surface = state.answer.surface if state.answer is not None else None
    if state.asked is None or surface is None:
        return state
    return replace(state, most_cells=len(surface.a), asked=None)


# Asking ---------------------------------------------------------------------------------------------------


def target_of(state: SurfaceState, snapshot: Snapshot) -> Target:
    """Return what the surface should be of at this moment.

    Of many points, some while it trains, unless the surface of all is there. Of many cells, some are
    predicted first; these are computed while nothing trains, unless the user has stopped the computation.
    """
    wish, settings, many = state.wish, snapshot.view.settings, has_many_points(snapshot.problem)
    plane, refitted = state.wished_plane, wish.plane_kind.fitted and wish.follow
    resolution = wish.resolution or state.screen_cells
    if refitted and snapshot.state == RUNNING:
        resolution = min(resolution, RESOLUTION_OF_MANY if many else RESOLUTION_WHILE_RUNNING)
    target = Target(
        run=snapshot.run,
        plane=wish.plane_key,
        window=wish.window,
        l1=settings.l1,
        l2=settings.l2,
        resolution=min(resolution, state.most_cells or resolution),
        moment=_moment_of(snapshot) if plane is None or refitted else plane.moment,
    )
    rests = has_time_for_all(state, snapshot)
    wanted = _predicted_first(target, state, rests)
    if wanted == state.completed or snapshot.state != RUNNING or not many:
        return wanted
    return _predicted_first(replace(target, fewer_points=True), state, rests)


def has_time_for_all(state: SurfaceState, snapshot: Snapshot) -> bool:
    """Return whether predicted cells are to be computed: nothing trains, and the user did not stop it."""
    return snapshot.state != RUNNING and state.most_cells is None


def _predicted_first(whole: Target, state: SurfaceState, rests: bool) -> Target:
    """Return the target itself, or with cells predicted where that is not there yet; rests: whether there is
    time for more.
    """
    if whole.resolution <= WHOLE_UP_TO or whole == state.completed:
        return whole
    predicted = replace(whole, scale=state.wish.colour_scale)
    return whole if rests and predicted == state.completed else predicted


def fit_to_screen(state: SurfaceState, width: float, height: float) -> SurfaceState:
    """Give the whole view equal units in a picture of this size, where they suit it and are wished for."""
    if state.screen_size != (width, height):
        state = replace(state, screen_size=(width, height))
    plane = state.wished_plane
    if plane is None:
        return state
    core, now = plane.needed_view, plane.whole_view
    equal = state.wish.equal_units and grows(plane.choice, core)
    fitted = in_equal_units(core, width, height) if equal else core
    edge = NEARLY * min(fitted.a_max - fitted.a_min, fitted.b_max - fitted.b_min)
    # Huge weights have views whose width is no number.
    near = np.allclose(fitted, now, rtol=0.0, atol=edge) if np.isfinite(edge) else fitted == now
    if near:
        return state
    # An answer on its way is of the view of before.
    state = _with_whole_view(replace(state, asked=None), plane, fitted)
    return replace(state, plane_in_use=replace(plane, whole_view=fitted, core=core))


def is_settled(state: SurfaceState, snapshot: Snapshot) -> bool:
    """Return whether all that is wished for is there."""
    return state.asked is None and target_of(state, snapshot) == state.completed


def next_question(state: SurfaceState, snapshot: Snapshot) -> tuple[SurfaceState, SurfaceQuestion | None]:
    """Return what to ask at this moment; None where the answer is there or on its way.

    A state that is returned as it was, with no question, has none at this moment.
    """
    earlier, waiting = plane_rules.is_earlier(_moment_of(snapshot), state.last_seen), state.asked is not None
    state = _note_moment(state, snapshot)
    if earlier:
        state = _go_back(state, snapshot)
    if not waiting:
        state = _follow(state, snapshot)
    state = fit_to_screen(state, *state.screen_size)
    target, asked = target_of(state, snapshot), state.asked
    if target == state.completed and (asked is None or not asked.fills):
        return state, None
    if asked is not None and target.same_picture(asked.target):
        return state, None
    return _ask(state, snapshot, target)


def _ask(state: SurfaceState, snapshot: Snapshot, target: Target) -> tuple[SurfaceState, SurfaceQuestion]:
    view, wish, plane = snapshot.view, state.wish, state.plane_in_use
    stays = plane is not None and (plane.key, plane.moment) == (target.plane, target.moment)
    keeps = plane if stays else None
    number, penalties = state.newest_asked + 1, (target.l1, target.l2)
    window = target.window or (keeps.whole_view if keeps is not None else None)
    known = _known_cells(state, snapshot, target, window) if keeps is not None else None
    fills = known is not None and target.scale is None
    state = replace(
        state,
        asked=Asked(target, number, keeps is None, view.parameters, fills),
        newest_asked=number,
        oldest_valid=state.oldest_valid if penalties == state.penalties else number,
        penalties=penalties,
    )
    question = SurfaceQuestion(
        run=snapshot.run,
        step=view.step,
        parameters=view.parameters,
        # A plane that is there, with a window, needs no path.
        path=thinned(view.history.path) if keeps is None else view.parameters[np.newaxis],
        l1=target.l1,
        l2=target.l2,
        kind=wish.plane.kind,
        seed=wish.plane.seed,
        window=window,
        resolution=target.resolution,
        previous=plane.choice.plane if plane is not None and PLANE_KINDS[plane.choice.kind].fitted else None,
        fixed=keeps.choice if keeps is not None else None,
        normalization=wish.plane.normalization,
        pair=wish.plane.pair,
        third=wish.third.parameters if wish.third is not None else None,
        number=number,
        path_points=len(view.history.path) if keeps is None else 0,
        picture_size=state.screen_size if wish.equal_units else None,
        fewer_points=target.fewer_points,
        scale=target.scale,
        known=known,
    )
    return state, question


def _known_cells(
    state: SurfaceState, snapshot: Snapshot, target: Target, window: Window | None
) -> Surface | None:
    """Return the surface on the screen where it has the cells of a target, some of them predicted."""
    answer, plane, penalties = state.answer, state.plane_in_use, (target.l1, target.l2)
    if answer is None or answer.surface is None or plane is None:
        return None
    surface = answer.surface
    same_plane_now = surface.plane is plane.choice.plane and answer.window == window
    same_cells = len(surface.a) == target.resolution and surface.computed is not None
    of_now = answer.run == snapshot.run and answer.number >= state.oldest_valid
    same_points = (surface.fewer is not None) == target.fewer_points
    same_loss = of_now and same_points and penalties == state.penalties
    return surface if same_plane_now and same_cells and same_loss else None


def _note_moment(state: SurfaceState, snapshot: Snapshot) -> SurfaceState:
    """Note which moment is shown, and whether the run has been running."""
    now = _moment_of(snapshot)
    runs = snapshot.state == RUNNING or plane_rules.has_advanced(now, state.last_seen)
    noted = now, state.has_run or runs
    if noted == (state.last_seen, state.has_run):
        return state
    return replace(state, last_seen=now, has_run=noted[1])


def _go_back(state: SurfaceState, snapshot: Snapshot) -> SurfaceState:
    """Give up a plane so far away, or a view so wide, that only later steps or another run needed it.

    snapshot: of an earlier step than before, or of another run.
    """
    plane, kind = state.wished_plane, state.wish.plane_kind
    if plane is None or not state.wish.follow:
        return state
    theta, size = snapshot.view.parameters, size_of(plane.choice.plane, plane.needed_view)
    visited = np.vstack([thinned(snapshot.view.history.path), theta])
    reach = plane_rules.reach_of(visited, theta)
    if kind.fitted:
        # Fitted again in any case; only a part of it that was looked at would stay.
        too_wide = plane_rules.is_too_wide(size, plane_rules.TOO_FAR * reach)
        return look_at(state, None) if too_wide else state
    with np.errstate(over="ignore"):
        away = length(plane.parameters - theta)
    if kind.follows and plane_rules.is_too_far(away, reach):
        return look_at(replace(state, plane_in_use=None), None)
    needed = _whole_view(plane, visited, state.wish)
    if plane_rules.is_too_wide(size, size_of(plane.choice.plane, needed)):
        return look_at(_with_whole_view(replace(state, asked=None), plane, needed), None)
    return state


def _follow(state: SurfaceState, snapshot: Snapshot) -> SurfaceState:
    """Give up the plane, move the view or widen it, once the parameters have left it."""
    wish, answer, theta = state.wish, state.answer, snapshot.view.parameters
    if not wish.follow:
        return state
    rests = plane_rules.comes_to_rest(state.has_run, snapshot.state, snapshot.moment)
    if rests:
        state = replace(state, has_run=False)
    in_use, view = state.wished_plane, wish.window or (answer.window if answer is not None else None)
    if in_use is None or view is None or answer is None or answer.choice is None:
        return state
    plane = in_use.choice.plane
    a, b = plane.project(theta)
    inside = plane_rules.contains(view, a, b)
    left = state.was_inside and not inside
    if inside != state.was_inside:
        state = replace(state, was_inside=inside)
    moved = in_use.moment != _moment_of(snapshot)
    off_plane = plane_rules.is_off_plane(plane.distance(theta), size_of(plane, view), wish.share)
    new_plane = plane_rules.needs_new_plane(wish.plane_kind, moved, off_plane, left, rests)
    if new_plane:
        state = replace(state, plane_in_use=None)
    if left and wish.window is not None:
        # The axes of two parameters carry what does not move with the plane.
        return replace(state, wish=replace(wish, window=plane_rules.centred(view, a, b)))
    if inside or new_plane or wish.window is not None or view == state.widened_from:
        return state
    path = np.vstack([thinned(snapshot.view.history.path), theta])
    wider = widened_far(in_use.needed_view, *plane.project(path))
    state = replace(state, widened_from=view)
    return _with_whole_view(state, in_use, wider) if wider != in_use.needed_view else state


def _moment_of(snapshot: Snapshot) -> Moment:
    return snapshot.run, snapshot.view.step


def _with_whole_view(state: SurfaceState, plane: PlaneInUse, window: Window) -> SurfaceState:
    """Return the state with another whole view of its plane, which is still to be asked for."""
    return replace(state, plane_in_use=replace(plane, whole_view=window, core=None), completed=None)


def _whole_view(plane: PlaneInUse, visited: Floats, wish: Wish) -> Window:
    """Return the whole view of a plane for a run that has visited these points (n, P), the last one now."""
    shown = visited
    if wish.plane_kind.of_the_moment:
        shown = visited = visited[-1:]
    elif wish.third is not None:
        shown = np.stack([visited[0], plane.parameters, wish.third.parameters])
    return widened(default_window(plane.choice, shown), *plane.choice.plane.project(visited))


# Taking answers -------------------------------------------------------------------------------------------


def take(state: SurfaceState, answer: SurfaceAnswer, snapshot: Snapshot) -> tuple[SurfaceState, bool]:
    """Keep an answer if it belongs to what is on the screen; return whether it does."""
    asked = state.asked if state.asked is not None and state.asked.number == answer.number else None
    if answer.run != snapshot.run or answer.number < max(state.newest_taken, state.oldest_valid):
        return state, False
    if not (_is_of_wished_plane(state, asked, answer) if answer.choice is not None else asked is not None):
        return state, False
    if asked is not None and asked.new_plane:
        state = replace(state, plane_in_use=_plane_of_answer(state, asked, answer, snapshot))
    answer = _not_less_exact(state, _on_plane_in_use(state, answer))
    state = replace(state, newest_taken=answer.number, finer=_finer_than(answer, state), answer=answer)
    if asked is not None and answer.complete and (answer.exact or asked.target.scale is not None):
        # What every cell of was computed is right on every scale.
        target = replace(asked.target, scale=None) if answer.exact else asked.target
        state = replace(state, completed=target, asked=None)
    return state, True


def with_surface(state: SurfaceState, number: int, whole: Surface) -> SurfaceState:
    """Return the state with a surface of which every cell is computed, where that of an answer is shown yet.

    number: that of the answer.
    """

    def filled(answer: SurfaceAnswer | None) -> SurfaceAnswer | None:
        surface = answer.surface if answer is not None and answer.number == number else None
        if answer is None or surface is None or surface.values.shape != whole.values.shape:
            return answer
        return replace(answer, surface=replace(surface, values=whole.values, computed=whole.computed))

    answer, completed = filled(state.answer), state.completed
    if answer is not state.answer and answer is not None and answer.exact and state.asked is None:
        completed = replace(completed, scale=None) if completed is not None else None
    return replace(state, answer=answer, finer=filled(state.finer), completed=completed)


def _is_of_wished_plane(state: SurfaceState, asked: Asked | None, answer: SurfaceAnswer) -> bool:
    """Return whether an answer is of the chosen plane, be it of a part that was looked at before."""
    if asked is not None:
        return asked.target.plane == state.wish.plane_key
    plane = state.wished_plane
    return plane is not None and same_plane(plane.choice.plane, plane_of(answer))


def _plane_of_answer(
    state: SurfaceState, asked: Asked, answer: SurfaceAnswer, snapshot: Snapshot
) -> PlaneInUse | None:
    """Return the plane that an answer brings, or the one in use where it is the same."""
    choice, window, old = answer.choice, answer.window, state.plane_in_use
    if choice is None or window is None:
        return None
    if old is not None and same_plane(old.choice.plane, choice.plane):
        return old
    core = answer.core
    if asked.target.window is not None:
        path = thinned(snapshot.view.history.path)
        window = widened(default_window(choice, path), *choice.plane.project(path))
    return PlaneInUse(asked.target.plane, asked.target.moment, choice, window, asked.parameters, core)


def _on_plane_in_use(state: SurfaceState, answer: SurfaceAnswer) -> SurfaceAnswer:
    """Return the answer on the very plane in use: one that comes from the helper brings a copy."""
    plane = state.plane_in_use
    if plane is None or answer.surface is None or not same_plane(plane.choice.plane, plane_of(answer)):
        return answer
    surface = replace(answer.surface, plane=plane.choice.plane)
    return replace(answer, choice=plane.choice, surface=surface)


def _not_less_exact(state: SurfaceState, answer: SurfaceAnswer) -> SurfaceAnswer:
    """Return the answer with all cells computed where that surface is on the screen already: an export does
    not wait for the helper.
    """
    old, new = state.answer, answer.surface
    if old is None or old.surface is None or new is None or answer.exact or not old.exact:
        return answer
    same_cells = new.plane is old.surface.plane and answer.window == old.window
    same_cells = same_cells and new.values.shape == old.surface.values.shape
    same_loss = (answer.run, answer.penalties) == (old.run, old.penalties)
    same_loss = same_loss and (new.fewer is None) == (old.surface.fewer is None)
    return replace(answer, surface=old.surface) if same_cells and same_loss and new.complete else answer


def _finer_than(answer: SurfaceAnswer, state: SurfaceState) -> SurfaceAnswer | None:
    """Return an older answer with smaller cells, where they are right, until the new one is as fine."""
    if answer.surface is None or answer.complete:
        return None
    for old in (state.finer, state.answer):
        if old is None or old.surface is None or old.number < state.oldest_valid:
            continue
        same = plane_of(old) is plane_of(answer)
        if same and cell(old) < 0.99 * cell(answer) and overlap(old.window, answer.window):
            return old
    return None
