"""An experiment as one line of text: read as it was written, or refused in one sentence."""

from __future__ import annotations

import base64
import random
import re
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.experiment import Change, DataSettings, Experiment, ExperimentFile
from playground.files.kinds import is_share_string
from playground.share_string import (
    MAX_BYTES,
    MAX_TEXT,
    PREFIX,
    ShareStringError,
    read_share_string,
    share_string,
)
from tests.support.tables import FOUR_POINTS

CHANGED = ExperimentFile(
    Experiment().with_value("training.optimizer", "adam"),
    (Change(3, "training.learning_rate", 0.1 + 0.2), Change(9, "training.l2", 1e-3)),
    40,
)


def packed(content: bytes) -> str:
    return PREFIX + base64.urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")


@pytest.mark.parametrize("file", [ExperimentFile(Experiment()), CHANGED])
def test_it_holds_the_experiment_and_its_log(file: ExperimentFile) -> None:
    text = share_string(file)
    assert re.fullmatch(r"llp1:[A-Za-z0-9_-]+", text)
    assert read_share_string(text) == file
    # Another reader: the JSON is that of a saved file.
    body = text.removeprefix(PREFIX)
    unpacked = zlib.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert unpacked.decode("utf-8") == file.to_json()


def test_white_space_is_ignored() -> None:
    text = share_string(CHANGED)
    broken = "\n  ".join(text[start : start + 60] for start in range(0, len(text), 60))
    assert is_share_string(f" \n{broken}")
    assert read_share_string(f" \r\n{broken} \t\n") == CHANGED


@pytest.mark.parametrize(
    "sent",
    [
        '"{}"',
        "“{}”,",
        "<{}>",
        "`{}`",
        "```\n{}\n```",
        "> {}",
        ">> {}\n>> ",
        "> > “{}”.",
        "\ufeff{}\u200b",
    ],
)
@pytest.mark.parametrize("line_break", ["\n> ", "\r\n>> ", "=\n", "\n", "\n| "])
def test_what_a_mail_puts_around_it_is_ignored(sent: str, line_break: str) -> None:
    text = share_string(CHANGED)
    lines = [text[start : start + 60] for start in range(0, len(text), 60)]
    mailed = sent.format(line_break.join(lines))
    assert is_share_string(mailed)
    assert read_share_string(mailed) == CHANGED


@pytest.mark.parametrize("text", ["see llp1:AAAA", "> hello\n> llp1:AAAA", "llp:1", '"', ">" * 10**6, ""])
def test_other_texts_are_not_taken_for_one(text: str) -> None:
    assert not is_share_string(text)


@given(st.data())
def test_a_damaged_one_is_refused_in_a_sentence_or_is_another_experiment(data: st.DataObject) -> None:
    text = share_string(CHANGED)
    where = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("AZaz09-_=+/. é\x00{"))
    for damaged in (text[:where], text[:where] + other + text[where + 1 :]):
        try:
            assert read_share_string(damaged) == CHANGED
        except ShareStringError as error:
            assert str(error).endswith(".")
            assert "\n" not in str(error)


@pytest.mark.parametrize(
    "text", ["", PREFIX, f"{PREFIX}====", "llp2:AAAA", f"{PREFIX}é", packed(b"\xff\xfe")]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ShareStringError):
        read_share_string(text)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = packed(b" " * 40 * MAX_BYTES)
    assert len(bomb) < MAX_TEXT
    with pytest.raises(ShareStringError, match="more than 1 MB"):
        read_share_string(bomb)
    with pytest.raises(ShareStringError, match="longer than 64 KB"):
        read_share_string(PREFIX + "A" * MAX_TEXT)
    with pytest.raises(ShareStringError, match="longer than 64 KB"):
        read_share_string(" " * 100 * MAX_TEXT + PREFIX)


def test_a_run_that_is_too_large_is_to_be_saved_as_a_file() -> None:
    rng = random.Random(0)
    changes = tuple(Change(step, "training.learning_rate", rng.random()) for step in range(20_000))
    with pytest.raises(ShareStringError, match="save a file instead"):
        share_string(ExperimentFile(Experiment(), changes, 20_000))


def test_a_newer_version_says_so() -> None:
    text = ExperimentFile(Experiment()).to_json().replace('"version": 1', '"version": 99')
    with pytest.raises(ShareStringError, match="newer"):
        read_share_string(packed(text.encode()))


def test_changes_of_points_that_cannot_be_made_are_refused() -> None:
    data = DataSettings.of_table(replace(FOUR_POINTS, test_rows=(3,)))
    change = Change(2, "data.table", {"removed": [0, 1, 2]})
    text = share_string(ExperimentFile(Experiment(data), (change,), 4))
    with pytest.raises(ShareStringError, match="no training points are left"):
        read_share_string(text)
