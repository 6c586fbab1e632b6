"""Every reader of the program against texts that nobody would write: a value or one sentence, always."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings

from playground.engine.chain_rule.worksheet import EXAMPLES
from playground.engine.expression import Expression
from playground.experiment import Change, Experiment, ExperimentFile, TrainingSettings
from playground.experiment_checks import ExperimentError
from playground.expression_parser import ExpressionError
from playground.landscape.plane import Window
from playground.lessons.format import LessonError, parse_lesson
from playground.number_reader import NumberError, read_number, read_whole
from playground.resources import resource
from playground.ui.frame.preferences import Preferences
from playground.ui.hall.scenes import Scene, SceneError, scenes_of, scenes_text
from playground.ui.lessons.progress import DONE, THROUGH
from playground.ui.runs.fork_list import USUAL, ListError, plans_of
from tests.support.mutation import search

RUN = ExperimentFile(
    Experiment(),
    (
        Change(0, "parameters", [0.25] * 17),
        Change(3, "training.learning_rate", 0.5),
        Change(9, "training.optimizer", "adam"),
        Change(9, "training.batch_size", None),
    ),
    40,
)
SINE = Experiment().with_value("data.dataset", "sine").with_value("network.hidden_layers", ())
SCENES = {
    1: Scene(RUN, zoom=Window(-1.0, 1.0, -2.0, 2.0)),
    9: Scene(ExperimentFile(SINE), "full", speed=None),
}
EXPRESSIONS = (
    *(example.expression for example in EXAMPLES),
    "1/(1+e^(-z))",
    "max(a, b, min(c, 2))^2",
    "-ln(ŷ)",
)
SETTINGS = (
    "[General]\nlayout=full\ntheme=dark\nfolder=/tmp\nrecent_files=/a.json, \"/b, c.json\"\n"
    "[lessons]\nprogress=01-logistic=3;a%3Bb=1\ndone=01-logistic=0 1 2\ndeclined=true\n"
    "[state]\ngeometry=@ByteArray(\\x1\\xd9\\xd0\\xcb)\n"
)  # fmt: skip


def read_experiment(text: str) -> None:
    file = ExperimentFile.from_json(text)
    assert ExperimentFile.from_json(file.to_json()) == file


def read_scenes(text: str) -> None:
    scenes = scenes_of(text)
    assert scenes_of(scenes_text(scenes)) == scenes


def read_expression(text: str) -> None:
    expression = Expression(text)
    expression.evaluate(**{name: 0.5 + 0.25 * n for n, name in enumerate(expression.variables)})


def read_numbers(text: str) -> None:
    for read in (read_number, read_whole):
        value = read(text)
        assert abs(value) < float("inf")


def settings_reader(folder: Path) -> Callable[[str], None]:
    path = folder / "window.ini"

    def read(text: str) -> None:
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        preferences = Preferences(QSettings(str(path), QSettings.Format.IniFormat))
        assert preferences.layout in ("simple", "full")
        assert preferences.theme in ("system", "light", "dark")
        assert isinstance(preferences.folder, str)
        assert all(isinstance(entry, str) for entry in preferences.recent_files)
        assert isinstance(preferences.switch("lessons/declined", False), bool)
        for name in (THROUGH, DONE, "scenes"):
            assert isinstance(preferences.text(name, ""), str)
        preferences.state("geometry")

    return read


def lessons() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(resource("lessons").glob("*.toml"))]


def the_search(name: str, folder: Path, count: int, seed: int) -> int:
    searches: dict[str, tuple[Any, Callable[[str], Any], Any]] = {
        "experiments": ([RUN.to_json(), Experiment().to_json()], read_experiment, ExperimentError),
        "scenes": ([scenes_text(SCENES)], read_scenes, SceneError),
        "lessons": (lessons(), lambda text: parse_lesson(text, "mine.toml"), LessonError),
        "expressions": (EXPRESSIONS, read_expression, ExpressionError),
        "numbers": (["1", "0.25", "1,000.5", "2·10⁻⁵", "−3", "12 345"], read_numbers, NumberError),
        "forks": (
            [USUAL, "Adam 0.01; gradient descent"],
            lambda t: plans_of(t, TrainingSettings()),
            ListError,
        ),
        "settings": ([SETTINGS], settings_reader(folder), ()),
    }
    samples, read, refusal = searches[name]
    before = most_memory()
    values = search(samples, read, refusal, count, seed)
    assert most_memory() - before < MOST_MEGABYTES
    return values


def most_memory() -> float:
    """Return the most megabytes that this process ever held; 0 where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return 0.0
    import resource as process

    return process.getrusage(process.RUSAGE_SELF).ru_maxrss / 1000


MOST_MEGABYTES = 200
COUNTS = {
    "experiments": 1500,
    "scenes": 500,
    "lessons": 300,
    "expressions": 2000,
    "numbers": 2000,
    "forks": 1000,
    "settings": 150,
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_reader_gives_a_value_or_a_sentence(name: str, tmp_path: Path) -> None:
    values = the_search(name, tmp_path, COUNTS[name], seed=1)
    assert 0 < values <= COUNTS[name], "some of the texts are still right"


@pytest.mark.slow
@pytest.mark.parametrize("name", COUNTS)
def test_a_reader_gives_a_value_or_a_sentence_for_a_long_time(name: str, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(json.dumps({"search": name, "seed": seed}))
    the_search(name, tmp_path, 20 * COUNTS[name], seed)
