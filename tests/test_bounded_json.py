"""JSON from anywhere: refused in a sentence, in time that grows no faster than the text."""

from __future__ import annotations

import json
import time
import tracemalloc
from typing import Any

import pytest

from playground.bounded_json import JsonError, TwiceError, json_of
from playground.experiment import Change, Experiment, ExperimentFile
from playground.experiment_checks import ExperimentError, show
from playground.ui.hall.scenes import SceneError, scenes_of


def test_the_name_that_stands_twice_is_found_among_fifty_thousand() -> None:
    names = ",".join(f'"name {number}":1' for number in range(50_000))
    text = f'{{{names},"name 49999":1}}'
    began = time.process_time()
    with pytest.raises(TwiceError) as error:
        json_of(text)
    assert error.value.name == "name 49999"
    assert time.process_time() - began < 2.0
    with pytest.raises(ExperimentError, match="name 49999: stands there twice"):
        Experiment.from_json(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" + "{}," * 4_000_000 + "{}]", "too many values"),
        ("[" + "0," * 16_000_001 + "0]", "too many values"),
        ("[" * 500_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[1" + "0" * 5000 + "]", "a number in it is too long"),
        ('["\\ud800"]', "half a character in it"),
        ('{"\\udfff": 1}', "half a character in it"),
        ("{", "not JSON, line 1"),
        ('{"a": [0.0, 0e-400, -1e-400]}', "-1e-400 in it cannot be told from 0"),
    ],
)
def test_what_is_too_much_is_refused_before_it_is_built(text: str, reason: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(JsonError, match=f"^{reason}$"):
            json_of(text)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    with pytest.raises(ExperimentError):
        Experiment.from_json(text)
    with pytest.raises(SceneError):
        scenes_of(text)


def test_a_whole_character_in_two_halves_is_read() -> None:
    assert json_of('["\\ud83d\\ude00"]') == ["😀"]


def test_what_stands_in_a_sentence_is_not_written_out_first() -> None:
    assert len(show([[0.5] * 1000] * 1000)) <= 60
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]
    assert show(deep) == "something nested deeply"


def test_a_log_of_many_changes_is_checked_in_little_time() -> None:
    changes = tuple(Change(step, "training.learning_rate", 0.3) for step in range(20_000))
    text = ExperimentFile(Experiment(), changes, 20_000).to_json()
    began = time.process_time()
    assert ExperimentFile.from_json(text).changes == changes
    assert time.process_time() - began < 5.0
    content = json.loads(text)
    content["changes"][7]["value"] = -1
    with pytest.raises(ExperimentError, match=r"changes\[7\]\.training\.learning_rate"):
        ExperimentFile.from_json(json.dumps(content))


def test_a_log_of_more_than_a_million_changes_is_read() -> None:
    """Twenty minutes of dragging at 800 changes a second: what can be saved can be opened."""
    text = ",".join(["[0,1]"] * 1_100_000)
    assert len(json_of(f"[{text}]")) == 1_100_000
