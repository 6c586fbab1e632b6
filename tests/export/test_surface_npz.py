"""The numbers of a surface: enough to compute it again, and the same bytes twice."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import Trainer, replay
from playground.experiment import Experiment, ExperimentFile
from playground.export.surface_npz import checksum, surface_npz
from playground.landscape.plane import Plane
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceQuestion
from playground.landscape.surface import evaluate


@pytest.fixture(scope="module")
def saved() -> tuple[Trainer, bytes]:
    trainer = Trainer(Experiment().with_value("training.l2", 0.01))
    trainer.advance(40)
    trainer.learning_rate = 0.7
    trainer.advance(20)
    view = trainer.view()
    question = SurfaceQuestion(
        1, view.step, view.parameters, view.history.path, l2=0.01, kind="random", seed=0, resolution=25
    )
    answer = [entry for entry in question.answers(Context(view.experiment)) if entry is not None][-1]
    contents = [surface_npz(answer.surface, view, "random", ("filter", 0), trainer.samples) for _ in range(2)]
    assert contents[0] == contents[1]
    return trainer, contents[0]


def read(content: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(content), allow_pickle=False) as numbers:
        return {name: numbers[name] for name in numbers.files}


def test_the_surface_can_be_computed_again_from_the_file_alone(saved: tuple[Trainer, bytes]) -> None:
    numbers = read(saved[1])
    about = json.loads(str(numbers["about"]))
    file = ExperimentFile.from_json(json.dumps(about["experiment"]))
    again = replay(file, about["step"])
    np.testing.assert_array_equal(again.parameters, numbers["parameters"])
    assert about["points_sha256"] == checksum(again.samples)
    plane = Plane(numbers["origin"], numbers["u"], numbers["v"])
    X, y = again.samples.X_train, again.samples.y_train
    values = evaluate(again.network, plane, numbers["a"], numbers["b"], X, y)
    np.testing.assert_allclose(values, numbers["values"], rtol=1e-5)
    assert (about["normalization"], about["seed"], about["plane"]) == ("filter", 0, "random")


def test_the_path_lies_where_the_file_says(saved: tuple[Trainer, bytes]) -> None:
    trainer, content = saved
    numbers = read(content)
    history = trainer.view().history
    np.testing.assert_array_equal(numbers["path_steps"], history.path_steps)
    plane = Plane(numbers["origin"], numbers["u"], numbers["v"])
    for row in (0, len(history.path) // 2, -1):
        theta = history.path[row]
        on_plane = plane.at(numbers["path_a"][row], numbers["path_b"][row])
        assert np.linalg.norm(theta - on_plane) == pytest.approx(numbers["path_off"][row], abs=1e-9)
        assert (theta - on_plane) @ numbers["u"] == pytest.approx(0.0, abs=1e-9)


def test_where_there_is_no_plane_the_file_says_why(saved: tuple[Trainer, bytes]) -> None:
    numbers = read(surface_npz(None, saved[0].view(), "random", problem="One parameter spans no plane."))
    assert set(numbers) == {"path_steps", "path_gaps", "parameters", "about"}
    assert json.loads(str(numbers["about"]))["problem"] == "One parameter spans no plane."
    assert json.loads(str(read(saved[1])["about"]))["problem"] is None
