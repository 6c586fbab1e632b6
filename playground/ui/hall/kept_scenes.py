"""The scenes that are kept from one start to the next: in a file of their own beside the settings.

A scene holds an experiment with its points, which may be many megabytes: the settings, which are read and
written as a whole at each change, stay small. Several windows may keep scenes in the file: what another one
has changed since the file was read or written here is taken over.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from playground.bounded_json import is_bounded
from playground.files.atomic import ExportError, ensure_folder, write_atomically
from playground.files.foreign_names import shown_name
from playground.numerals import count_text
from playground.ui.frame.preferences import Preferences
from playground.ui.hall.scenes import (
    MAX_BYTES,
    NUMBERS,
    OtherVersionError,
    Scene,
    SceneError,
    compact_scenes_text,
    read_scenes,
    scenes_of,
)

PREFERENCE = "scenes"
"""The name under which older versions kept them among the settings."""
SET_ASIDE = ".unreadable"
"""Ending of a file that could not be read, and is left for who wants to look into it."""
MOST_ASIDE = 100
"""Such files at most; with more of them a next one stays where it is."""
FOR_OWNER = 0o600
"""Permissions: a scene may hold the user's own points."""


class KeptScenes:
    """Reads and writes the file; without a file of settings nothing is kept for the next start."""

    def __init__(self, preferences: Preferences):
        self._preferences = preferences
        settings = Path(preferences.settings.fileName())
        self.path: Path | None = None
        if preferences.settings.fileName():
            self.path = settings.with_name(f"{settings.stem}-scenes.json")
        self._known: dict[int, Scene] = {}
        """The scenes that the file held when it was last read or written here, and the mark of that state."""
        self._mark = self._mark_of_file()

    def read(self) -> tuple[dict[int, Scene], str]:
        """Return the scenes of the last start, and a sentence where its file could not be read.

        Such a file is set aside, so that keeping another scene does not write over it.
        """
        scenes, problem = {}, ""
        if self.path is not None and os.path.lexists(self.path):
            found, problem = self._read_file(self.path)
            scenes = found or {}
        older, also = self._older()
        if older:
            scenes = {**older, **scenes}
            if not self.write(scenes):
                self._preferences.set_text(PREFERENCE, "")
        return scenes, f"{problem} {also}".strip()

    def with_others(self, scenes: Mapping[int, Scene]) -> tuple[dict[int, Scene], str]:
        """Return these scenes with what other windows have kept or forgotten since the file was last read.

        Of a digit that was changed in both, the scene of the other window goes to a free digit, and is lost
        only where none is free. With them comes a sentence where the file cannot be read any more: it is set
        aside, or left, as when the window opens.
        """
        result, known = dict(scenes), self._known
        if self.path is None or self._mark_of_file() == self._mark:
            return result, ""
        if not os.path.lexists(self.path):
            # Another window has set it aside, or it was removed: that forgets no scene.
            self._known, self._mark = {}, None
            return result, ""
        theirs, problem = self._read_file(self.path)
        if theirs is None:
            self._known, self._mark = {}, None
            return result, problem
        displaced = []
        for number in NUMBERS:
            before, mine, other = known.get(number), result.get(number), theirs.get(number)
            if same_scene(other, before) or same_scene(other, mine):
                continue
            if not same_scene(mine, before):
                displaced += [other] if other is not None else []
            elif other is not None:
                result[number] = other
            else:
                del result[number]
        free = [number for number in NUMBERS if number not in result]
        result.update(zip(free, displaced, strict=False))
        return result, ""

    def _read_file(self, path: Path) -> tuple[dict[int, Scene] | None, str]:
        """Return the scenes of the file and an empty text, or none, and what became of the file."""
        mark = self._mark_of_file()
        try:
            scenes = read_scenes(path)
        except OtherVersionError as error:
            return None, self._leave(str(error))
        except SceneError as error:
            return None, self._set_aside(path, str(error))
        self._known, self._mark = scenes, mark
        return scenes, ""

    def write(self, scenes: Mapping[int, Scene]) -> str:
        """Write these scenes in place of those before; return why that failed, else an empty text."""
        if self.path is None:
            return ""
        text = compact_scenes_text(scenes)
        content = text.encode("utf-8", "replace")
        if len(content) > MAX_BYTES or not is_bounded(text):
            most, size = (count_text(round(number / 1e6)) for number in (MAX_BYTES, len(content)))
            return f"Kept for this start only: all scenes together take {size} MB, and {most} can be kept."
        try:
            ensure_folder(self.path.parent)
            write_atomically(self.path, content, FOR_OWNER)
        except ExportError as error:
            return f"Kept for this start only: {error}"
        self._known, self._mark = dict(scenes), self._mark_of_file()
        return ""

    def _mark_of_file(self) -> tuple[int, ...] | None:
        """Return what tells one state of the file from the next; None where it is not there."""
        try:
            found = os.stat(self.path) if self.path is not None else None
        except OSError:
            return None
        return None if found is None else (found.st_ino, found.st_mtime_ns, found.st_size)

    def _older(self) -> tuple[dict[int, Scene], str]:
        """Return what an older version kept among the settings, and a sentence where it makes no sense."""
        text = self._preferences.text(PREFERENCE, "")
        try:
            return (scenes_of(text) if text else {}), ""
        except SceneError as error:
            reason = str(error)
        aside = self._free_name_aside()
        try:
            if aside is None:
                raise ExportError("there is no free name for them.")
            write_atomically(aside, text.encode("utf-8", "replace"), FOR_OWNER)
        except ExportError:
            return {}, f"The scenes among the settings of an older version were not read: {reason}"
        self._preferences.set_text(PREFERENCE, "")
        place = f"they are now in “{shown_name(aside.name)}”"
        return {}, f"The scenes among the settings of an older version were not read; {place}. {reason}"

    def _leave(self, reason: str) -> str:
        """Leave the file as it is, and write nothing over it."""
        self.path = None
        return f"The scenes of the last start were not read, and none is kept for the next: {reason}"

    def _free_name_aside(self) -> Path | None:
        """Return where something unreadable can be set aside; None where there is no such place."""
        if self.path is None:
            return None
        names = (f"{self.path.name}{SET_ASIDE}{number or ''}" for number in range(MOST_ASIDE))
        places = (self.path.with_name(name) for name in names)
        return next((place for place in places if not os.path.lexists(place)), None)

    def _set_aside(self, path: Path, reason: str) -> str:
        aside = self._free_name_aside()
        if aside is None:
            return self._leave(reason)
        try:
            os.replace(path, aside)
        except OSError:
            return self._leave(reason)
        place = f"their file is now “{shown_name(aside.name)}”"
        return f"The scenes of the last start were not read; {place}. {reason}"


def same_scene(one: Scene | None, other: Scene | None) -> bool:
    """Return whether two scenes are the same in a file, or both are absent."""
    if one is None or other is None:
        return one is other
    return one is other or one.compact_text == other.compact_text
