"""The scenes that are kept from one start to the next: in a file of their own beside the settings.

A scene holds an experiment with its points, which may be many megabytes: the settings, which are read and
written as a whole at each change, stay small.
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

    def read(self) -> tuple[dict[int, Scene], str]:
        """Return the scenes of the last start, and a sentence where its file could not be read.

        Such a file is set aside, so that keeping another scene does not write over it.
        """
        scenes, problem = {}, ""
        if self.path is not None and os.path.lexists(self.path):
            try:
                scenes = read_scenes(self.path)
            except OtherVersionError as error:
                problem = self._leave(str(error))
            except SceneError as error:
                problem = self._set_aside(self.path, str(error))
        older = self._older()
        if older:
            scenes = {**older, **scenes}
            if not self.write(scenes):
                self._preferences.set_text(PREFERENCE, "")
        return scenes, problem

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
        return ""

    def _older(self) -> dict[int, Scene]:
        """Return what an older version kept among the settings; none where that makes no sense."""
        text = self._preferences.text(PREFERENCE, "")
        try:
            return scenes_of(text) if text else {}
        except SceneError:
            return {}

    def _leave(self, reason: str) -> str:
        """Leave the file as it is, and write nothing over it."""
        self.path = None
        return f"The scenes of the last start were not read, and none is kept for the next: {reason}"

    def _set_aside(self, path: Path, reason: str) -> str:
        names = (f"{path.name}{SET_ASIDE}{number or ''}" for number in range(MOST_ASIDE))
        aside = next(
            (path.with_name(name) for name in names if not os.path.lexists(path.with_name(name))), None
        )
        if aside is None:
            return self._leave(reason)
        try:
            os.replace(path, aside)
        except OSError:
            return self._leave(reason)
        place = f"their file is now “{shown_name(aside.name)}”"
        return f"The scenes of the last start were not read; {place}. {reason}"
