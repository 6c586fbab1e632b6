"""Names from files and users stand in a sentence on one line, cut where they are long."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.experiment_files import FileError, read_experiment
from playground.files.foreign_names import LONGEST_NAME, LONGEST_PATH, shown_name, shown_path
from playground.lessons.format import LessonError, parse_lesson
from playground.ui.hall.scenes import SceneError, read_scenes


@pytest.mark.parametrize(
    "name", ["lab.json", "α = 0,3 & Söhne (2) 'x'.json", "العربية.json", "می‌خواهم.json", "𝒥.json"]
)
def test_an_ordinary_name_stands_as_it_is(name: str) -> None:
    assert shown_name(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("right to \u202eleft", "right to \\u202eleft"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("line\u2028break", "line\\u2028break"),
        ("byte \udcff", "byte \\udcff"),
        ("", ""),
    ],
)
def test_what_breaks_a_line_or_cannot_be_seen_is_written_out(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    "name", ["x" * 5000, "\n" * 5000, "ab" * 61, "x" * (LONGEST_NAME + 1), "\n" * LONGEST_NAME]
)
def test_a_long_name_is_cut_in_its_middle(name: str) -> None:
    shown = shown_name(name)
    assert len(shown) == LONGEST_NAME
    assert shown.count("…") == 1
    assert "\n" not in shown


def test_of_a_path_the_beginning_and_the_end_are_told() -> None:
    shown = shown_path("/home/me/" + "deep/" * 1000 + "lab.json")
    assert shown.startswith("/home/me/deep/")
    assert shown.endswith("/deep/lab.json")
    assert len(shown) == LONGEST_PATH


LONG = "x" * 5000
SCENES = '{"format": "loss-landscape-scenes", "version": 1, "scenes": {"1": '
BAD_SCENES = (
    f'{{"format": "{LONG}"}}',
    f'{{"format": "loss-landscape-scenes", "version": "{LONG}"}}',
    f'{{"format": "loss-landscape-scenes", "version": 1, "scenes": {{"{LONG}": 1}}}}',
    SCENES + f'{{"{LONG}": 1}}}}}}',
    SCENES + f'{{"experiment": {{"{LONG}": 1}}}}}}}}',
    SCENES + f'{{"experiment": {{}}, "layout": "{LONG}"}}}}}}',
    SCENES + f'{{"experiment": {{}}, "plane": {{"a\\n{LONG}": 1}}}}}}}}',
    SCENES + f'{{"experiment": {{}}, "closed": ["{LONG}"]}}}}}}',
)
STEP = 'title = "a"\n[[step]]\ntitle = "a"\ntext = "a"\n'
BAD_LESSONS = (
    f"{LONG} = 1",
    f"{LONG} = 1\n{LONG} = 2",
    f"[{LONG}]\n[{LONG}]",
    STEP + f"{LONG} = 1",
    STEP + f'"a\\n{LONG}" = 1',
    STEP + f"experiment = {{ training = {{ {LONG} = 1 }} }}",
    STEP + f'goal = {{ kind = "{LONG}" }}',
    STEP + f'goal = {{ kind = "steps", {LONG} = 1 }}',
    STEP + f"solution = [{{ {LONG} = 1 }}]",
    STEP + f'solution = [{{ set = {{ "{LONG}" = 1 }} }}]',
    STEP + f'view = {{ expression = "{LONG}" }}',
)


def short_and_on_one_line(sentence: str) -> bool:
    return len(sentence) < 600 and "\n" not in sentence


@pytest.mark.parametrize("text", BAD_SCENES, ids=range(len(BAD_SCENES)))
def test_what_a_file_of_scenes_says_is_cut_in_its_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / ("n" * 200 + ".json")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SceneError) as refused:
        read_scenes(path)
    assert short_and_on_one_line(str(refused.value))
    with pytest.raises(FileError) as no_experiment:
        read_experiment(path)
    assert short_and_on_one_line(str(no_experiment.value))


@pytest.mark.parametrize("text", BAD_LESSONS, ids=range(len(BAD_LESSONS)))
def test_what_a_lesson_says_is_cut_in_its_sentence(text: str) -> None:
    with pytest.raises(LessonError) as refused:
        parse_lesson(text, f"{LONG}.toml")
    assert short_and_on_one_line(str(refused.value))
