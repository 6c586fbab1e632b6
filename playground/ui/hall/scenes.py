"""Scenes for a lecture: states of the screen, prepared beforehand, kept as JSON under the digits 1 to 9."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from playground.bounded_json import JsonError, TwiceError, json_of
from playground.drawable import can_be_drawn
from playground.engine.input_slice import USUAL, SliceChoice
from playground.engine.problem_of_experiment import check_start
from playground.experiment import ExperimentFile
from playground.experiment_checks import ExperimentError, show
from playground.experiment_json import fields_of
from playground.experiment_table import MAX_INPUTS, MAX_ROWS, MAX_TARGETS
from playground.files.atomic import write_atomically
from playground.files.endings import with_ending
from playground.files.foreign_names import shown_name, shown_path
from playground.files.kinds import SCENES_FORMAT
from playground.files.text import TextFileError, read_text
from playground.lab.pacing import USUAL_SPEED
from playground.landscape.directions import NORMALIZATIONS, PLANE_KINDS
from playground.landscape.plane import Window
from playground.ui.frame.layout import PANELS
from playground.ui.frame.preferences import LAYOUTS
from playground.ui.surface.wish import PlaneSettings

FORMAT, VERSION = SCENES_FORMAT, 1
NUMBERS = tuple(range(1, 10))
FULL_SPEED = "full"
SUFFIX = ".json"
MAX_BYTES = 64_000_000
FIELDS = ("experiment", "layout", "plane", "zoom", "speed", "pages", "closed", "large", "surface_3d", "slice")
PLACES = ("left", "centre", "right")


class SceneError(ValueError):
    """Scenes that cannot be read; the message is one sentence."""


class OtherVersionError(SceneError):
    """Scenes of another version of this program, which reads them."""


@dataclass(frozen=True)
class Scene:
    """What a digit brings back.

    file: the experiment, and its weights where they were set by hand before the first step. layout: "simple"
    or "full". zoom: the visible part of the plane, None for all. speed: steps a second, None for no limit.
    pages: the visible page of each place. closed: panels. large: the plot that fills a presentation.
    slice: what the data view shows of more than two inputs.
    """

    file: ExperimentFile
    layout: str = "simple"
    plane: PlaneSettings = field(default_factory=PlaneSettings)
    zoom: Window | None = None
    speed: float | None = USUAL_SPEED
    pages: Mapping[str, str] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    large: str | None = None
    surface_3d: bool = False
    slice: SliceChoice = USUAL

    @cached_property
    def compact_text(self) -> str:
        """The scene as JSON on one line; made once, since its points may be many."""
        return json.dumps(self.content(), ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def content(self) -> dict[str, Any]:
        """Return the scene as JSON values."""
        plane = self.plane
        return {
            "experiment": json.loads(self.file.to_json()),
            "layout": self.layout,
            "plane": {
                "kind": plane.kind,
                "seed": plane.seed,
                "normalization": plane.normalization,
                "pair": list(plane.pair),
            },
            "zoom": list(self.zoom) if self.zoom is not None else None,
            "speed": FULL_SPEED if self.speed is None else self.speed,
            "pages": dict(self.pages),
            "closed": list(self.closed),
            "large": self.large,
            "surface_3d": self.surface_3d,
            # The usual one is left out, as in files of before.
            **({} if self.slice == USUAL else {"slice": self.slice._asdict()}),
        }


def scenes_text(scenes: Mapping[int, Scene]) -> str:
    """Return all scenes as the text of a file."""
    entries = {str(number): scenes[number].content() for number in sorted(scenes)}
    content = {"format": FORMAT, "version": VERSION, "scenes": entries}
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def compact_scenes_text(scenes: Mapping[int, Scene]) -> str:
    """Return the same content on one line for each scene, made anew for new scenes only."""
    entries = ",\n".join(f'"{number}":{scenes[number].compact_text}' for number in sorted(scenes))
    return f'{{"format":{json.dumps(FORMAT)},"version":{VERSION},"scenes":{{\n{entries}\n}}}}\n'


def scenes_of(text: str) -> dict[int, Scene]:
    """Return the scenes in a text of scenes_text. Raises SceneError, naming scene and field."""
    try:
        content = json_of(text)
    except TwiceError as error:
        raise SceneError(f"{shown_name(error.name)}: stands there twice.") from None
    except JsonError as error:
        raise SceneError(f"it is {error}." if error.is_other else f"it holds no scenes: {error}.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise SceneError(f'it holds no scenes of this program: its format is not "{FORMAT}".')
    if content.get("version") != VERSION:
        raise OtherVersionError(
            f"its version is {_shown(content.get('version'))}, and this program reads {VERSION}."
        )
    entries = content.get("scenes")
    if not isinstance(entries, dict):
        raise SceneError('its field "scenes" must be an object with the digits 1 to 9 as names.')
    scenes = {}
    for name, entry in entries.items():
        if name not in {str(number) for number in NUMBERS}:
            raise SceneError(f'"{shown_name(name)}" is no scene: their names are the digits 1 to 9.')
        try:
            scenes[int(name)] = scene_of(entry)
        except SceneError as error:
            raise SceneError(f"scene {name}, {error}") from None
    return scenes


def read_scenes(path: str | Path) -> dict[int, Scene]:
    """Return the scenes of a file. Raises SceneError with a whole sentence."""
    try:
        return scenes_of(read_text(path, MAX_BYTES))
    except TextFileError as error:
        raise SceneError(f"“{shown_path(path)}” {error}") from None
    except SceneError as error:
        raise type(error)(f"“{shown_name(Path(path).name)}” was not opened: {error}") from None


def save_scenes(scenes: Mapping[int, Scene], path: str | Path) -> Path:
    """Write scenes to a file; the ending is added where it is absent. Raises ExportError."""
    path = with_ending(path, SUFFIX)
    write_atomically(path, scenes_text(scenes))
    return path


def scene_of(entry: Any) -> Scene:
    """Return the scene of what Scene.content makes. Raises SceneError, naming the field."""
    if not isinstance(entry, dict):
        raise SceneError("must be an object.")
    for name in entry:
        if name not in FIELDS:
            raise SceneError(f"{shown_name(name)}: no such field.")
    if "experiment" not in entry:
        raise SceneError("experiment: is missing.")
    try:
        file = ExperimentFile.from_fields(fields_of(entry["experiment"]))
        check_start(file.experiment)
    except ExperimentError as error:
        raise SceneError(f"experiment: {error}") from None
    return Scene(
        file,
        _choice("layout", entry.get("layout", "simple"), LAYOUTS),
        _plane(entry.get("plane", {}), file.experiment.n_parameters),
        _zoom(entry.get("zoom")),
        _speed(entry.get("speed", USUAL_SPEED)),
        _pages(entry.get("pages", {})),
        _closed(entry.get("closed", [])),
        _name_or_none("large", entry.get("large")),
        entry.get("surface_3d") is True,
        _slice(entry.get("slice", {})),
    )


def _choice(name: str, value: Any, choices: Any) -> str:
    if not isinstance(value, str) or value not in choices:
        raise SceneError(f"{name}: must be one of {', '.join(choices)}, not {_shown(value)}.")
    return value


def _plane(value: Any, n_parameters: int) -> PlaneSettings:
    if not isinstance(value, dict):
        raise SceneError("plane: must be an object.")
    for name in value:
        if name not in ("kind", "seed", "normalization", "pair"):
            raise SceneError(f"plane.{shown_name(name)}: no such field.")
    seed, pair = value.get("seed", 0), value.get("pair", [0, 1])
    if not _is_whole(seed) or not 0 <= seed < 2**31:
        raise SceneError(f"plane.seed: must be a whole number from 0, not {_shown(seed)}.")
    whole = isinstance(pair, list) and len(pair) == 2 and all(_is_whole(index) for index in pair)
    # Beside a single parameter there is no pair; the usual one is written all the same.
    below = max(n_parameters, 2)
    if not whole or pair[0] == pair[1] or not all(0 <= index < below for index in pair):
        raise SceneError(f"plane.pair: must be two different parameters below {below}.")
    return PlaneSettings(
        _choice("plane.kind", value.get("kind", "rehearsal"), PLANE_KINDS),
        seed,
        _choice("plane.normalization", value.get("normalization", "filter"), NORMALIZATIONS),
        (pair[0], pair[1]),
    )


def _zoom(value: Any) -> Window | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4 or not all(_is_number(edge) for edge in value):
        raise SceneError("zoom: must be four numbers (left, right, bottom, top) or null.")
    left, right, bottom, top = (float(edge) for edge in value)
    if not left < right or not bottom < top:
        raise SceneError("zoom: left must be below right, and bottom below top.")
    if not (can_be_drawn(left, right) and can_be_drawn(bottom, top)):
        raise SceneError(f"zoom: {_shown(value)} is a part of the plane too large or too small to be drawn.")
    return Window(left, right, bottom, top)


def _slice(value: Any) -> SliceChoice:
    if not isinstance(value, dict) or not set(value) <= set(SliceChoice._fields):
        raise SceneError(f"slice: must be an object with {', '.join(SliceChoice._fields)}.")
    choice = SliceChoice(**value)
    axes, point = (choice.first, choice.second), choice.point
    if not all(_is_whole(axis) and 0 <= axis < MAX_INPUTS for axis in axes) or axes[0] == axes[1]:
        raise SceneError("slice: first and second must be two different inputs, counted from 0.")
    if not isinstance(choice.components, bool):
        raise SceneError("slice.components: must be true or false.")
    if point is not None and not (_is_whole(point) and 0 <= point < MAX_ROWS):
        raise SceneError("slice.point: must be a point, counted from 0, or null.")
    if not (_is_whole(choice.output) and 0 <= choice.output < MAX_TARGETS):
        raise SceneError("slice.output: must be an output, counted from 0.")
    return choice


def _speed(value: Any) -> float | None:
    if value == FULL_SPEED:
        return None
    if not _is_number(value) or not value > 0:
        raise SceneError(f'speed: must be steps a second above 0 or "{FULL_SPEED}", not {_shown(value)}.')
    return float(value)


def _pages(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(page, str) for page in value.values()):
        raise SceneError("pages: must be an object of names.")
    for place in value:
        _choice("pages", place, PLACES)
    return dict(value)


def _closed(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SceneError("closed: must be a list of panels.")
    return tuple(_choice("closed", panel, PANELS) for panel in value)


def _name_or_none(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise SceneError(f"{name}: must be the name of a plot or null, not {_shown(value)}.")
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def _shown(value: Any) -> str:
    return show(value)
