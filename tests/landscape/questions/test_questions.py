"""Every question is answered, coarse first, and its last answer is complete."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.directions import path_plane, random_plane
from playground.landscape.plane import Window
from playground.landscape.questions.boundary import BoundaryQuestion
from playground.landscape.questions.context import Context
from playground.landscape.questions.curvature import CurvatureQuestion
from playground.landscape.questions.past_step import StepQuestion
from playground.landscape.questions.surface import SurfaceQuestion
from playground.landscape.thinning import thinned


@pytest.fixture(scope="module")
def trained() -> Trainer:
    trainer = Trainer(Experiment())
    trainer.advance(120)
    return trainer


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(Experiment())


def ask(trainer: Trainer, **settings: Any) -> SurfaceQuestion:
    usual: dict[str, Any] = {"resolution": 27, "path": np.array(trainer.history.path)}
    return SurfaceQuestion(1, trainer.step, trainer.parameters, **usual | settings)


def answers(question, context) -> list[Any]:
    """All answers, the question and they sent through a pickle as they are between processes."""
    question = pickle.loads(pickle.dumps(question))
    return [pickle.loads(pickle.dumps(answer)) for answer in question.answers(context) if answer is not None]


KINDS = ["rehearsal", "path", "random", "parameters", "gradient", "eigen", "three_points"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_surface_of_every_plane_says_how_far_it_can_be_trusted(kind, trained, context):
    third = trained.parameters + np.random.default_rng(0).standard_normal(17)
    question = ask(trained, kind=kind, l2=0.02, pair=(0, 16), third=third)
    given = answers(question, context)
    problem = context.problem.with_penalties(0.0, 0.02)
    theta = trained.parameters

    assert [answer.complete for answer in given] == [False] * (len(given) - 1) + [True]
    for answer in given:
        assert (answer.run, answer.step, answer.problem) == (1, 120, "")
        assert answer.choice.kind == kind
        assert answer.choice.sentence.endswith(".")
        assert answer.choice.a_label
        assert answer.choice.a_label != answer.choice.b_label
        plane = answer.choice.plane
        assert answer.true_loss == problem.loss(theta)
        nearest = plane.at(*plane.project(theta))
        assert answer.plane_loss == pytest.approx(problem.loss(nearest))
        assert answer.distance == pytest.approx(np.linalg.norm(theta - nearest), abs=1e-9)
        window = answer.window
        assert (answer.surface.a[0], answer.surface.a[-1]) == pytest.approx((window.a_min, window.a_max))
        a, b = plane.project(theta)
        assert window.a_min < a < window.a_max
        assert window.b_min < b < window.b_max

    surface = given[-1].surface
    assert surface.values.shape == (27, 27)
    for j, i in ((0, 0), (13, 13), (26, 4)):
        point = plane.at(surface.a[i], surface.b[j])
        assert surface.values[j, i] == pytest.approx(problem.loss(point), rel=1e-5)
    if kind in ("random", "gradient", "eigen", "parameters"):
        assert (given[-1].distance, given[-1].plane_loss) == pytest.approx((0, given[-1].true_loss), abs=1e-9)


def test_the_centre_of_a_slice_through_the_parameters_is_their_loss_penalties_included(trained, context):
    window = Window(-1, 1, -1, 1)
    for kind in ("random", "gradient", "eigen"):
        *_, last = answers(ask(trained, kind=kind, window=window, resolution=25, l1=0.01, l2=0.1), context)
        assert last.surface.a[12] == last.surface.b[12] == 0
        assert last.surface.values[12, 12] == pytest.approx(last.true_loss, rel=1e-5)


def test_the_rehearsal_is_the_run_that_follows(context):
    trainer = Trainer(context.experiment)
    question = ask(trainer)
    window, choice = answers(question, context)[-1].window, answers(question, context)[-1].choice
    trainer.advance(600)
    path = np.array(trainer.history.path)
    a, b = choice.plane.project(path)

    assert window.a_min < a.min() < a.max() < window.a_max
    assert window.b_min < b.min() < b.max() < window.b_max
    assert sum(choice.variance_shares) > 0.99
    moved = np.linalg.norm(path[-1] - path[0])
    assert np.hypot(a[-1] - a[0], b[-1] - b[0]) > 0.99 * moved
    # The window stays as it is while the run goes on within it.
    later = answers(ask(trainer), context)[-1]
    assert later.window == window
    assert np.array_equal(later.choice.plane.u, choice.plane.u)


def test_the_view_widens_when_the_run_leaves_it(context):
    trainer = Trainer(context.experiment)
    window = answers(ask(trainer), context)[-1].window
    trainer.learning_rate = 3.0
    trainer.advance(600)
    answer = answers(ask(trainer), context)[-1]
    a, b = answer.choice.plane.project(trainer.history.path)
    assert (answer.window.a_max - answer.window.a_min) > (window.a_max - window.a_min)
    assert answer.window.a_min <= a.min() < a.max() <= answer.window.a_max
    assert answer.window.b_min <= b.min() < b.max() <= answer.window.b_max


def test_a_fixed_plane_is_taken_as_it_is(trained, context):
    choice = random_plane(context.problem, trained.history.path[0], 3)
    answer = answers(ask(trained, fixed=choice, kind="path"), context)[-1]
    assert answer.choice.kind == "random"
    assert np.array_equal(answer.choice.plane.u, choice.plane.u)
    assert answer.distance == pytest.approx(choice.plane.distance(trained.parameters))

    answer = answers(ask(trained, fixed=choice.plane), context)[-1]
    assert answer.choice is None
    assert np.array_equal(answer.surface.plane.origin, choice.plane.origin)


def test_the_plane_of_the_path_is_aligned_with_the_previous_one(trained, context):
    path = trained.history.path
    previous = path_plane(path[:60]).plane
    plane = answers(ask(trained, kind="path", previous=previous), context)[-1].choice.plane
    assert np.array_equal(plane.u, path_plane(path, previous).plane.u)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "path", "path": np.zeros((1, 17))}, "no path yet"),
        ({"kind": "random", "parameters": np.zeros(17)}, "weights are zero"),
        ({"kind": "parameters", "pair": (3, 3)}, "two different"),
        ({"kind": "three_points"}, "third"),
        ({"kind": "three_points", "third": "on the line"}, "on a line"),
    ],
)
def test_a_degenerate_plane_is_answered_with_one_sentence_and_no_picture(settings, words, trained, context):
    question = dataclasses.replace(ask(trained), **settings)
    if settings.get("third") is not None:
        start, now = question.path[0], question.parameters
        question = dataclasses.replace(question, third=start + 0.4 * (now - start))
    (answer,) = answers(question, context)
    assert words in answer.problem
    assert answer.problem.count(".") == 1
    assert (answer.choice, answer.surface) == (None, None)
    assert answer.complete
    assert np.isnan([answer.plane_loss, answer.distance]).all()


def test_where_nothing_is_finite_the_planes_of_the_curvature_say_so():
    experiment = Experiment().with_value("data.dataset", "sine").with_value("network.activation", "relu")
    trainer, context = Trainer(experiment), Context(experiment)
    for kind in ("gradient", "eigen"):
        question = dataclasses.replace(ask(trainer, kind=kind), parameters=np.full(13, 1e160))
        (answer,) = answers(question, context)
        assert "not finite" in answer.problem
        assert answer.true_loss == np.inf


def test_zero_weights_at_the_start_still_have_a_rehearsal_or_say_why_not():
    # With two circles and zero weights nothing but the output bias moves, in a straight line.
    experiment = Experiment().with_value("network.initialization", "zeros")
    trainer, context = Trainer(experiment), Context(experiment)
    answer = answers(ask(trainer), context)[-1]
    if answer.problem:
        assert "rounding" in answer.problem
    else:
        assert "straight line" in answer.choice.note


def test_an_unknown_kind_is_an_error(trained, context):
    with pytest.raises(ValueError, match="kind must be one of"):
        list(ask(trained, kind="sideways").answers(context))


@pytest.mark.parametrize("learning_rate", [0.54, 5.0, 100.0])
def test_a_rehearsal_that_is_thrown_out_shows_the_part_before(learning_rate):
    experiment = (
        Experiment()
        .with_value("data.dataset", "noisy_line")
        .with_value("network.hidden_layers", ())
        .with_value("training.learning_rate", learning_rate)
    )
    trainer, context = Trainer(experiment), Context(experiment)
    answer = answers(ask(trainer), context)[-1]
    assert np.isfinite(answer.surface.values).all()
    assert answer.surface.values.max() < 1e9 * answer.true_loss
    assert answer.distance == pytest.approx(0.0, abs=1e-6)


def test_a_rehearsal_of_a_large_network_is_shorter_and_says_so():
    experiment = (
        Experiment()
        .with_value("network.hidden_layers", (64, 64, 64))
        .with_value("data.points", 2000)
        .with_value("data.test_share", 0.0)
    )
    trainer, context = Trainer(experiment), Context(experiment)
    job = ask(trainer, resolution=5).answers(context)
    answer = next(answer for answer in job if answer is not None)
    steps = next(int(word) for word in answer.choice.sentence.split() if word.isdigit() and int(word) > 2000)
    assert steps == context.problem.n_parameters
    # The work allowed for is that of 233 steps, made in fives.
    assert "in its first 235 steps" in answer.choice.sentence


def test_a_rehearsed_path_of_every_fifth_step_is_told_by_its_steps():
    experiment = Experiment().with_value("network.hidden_layers", (32, 32, 32)).with_value("data.points", 20)
    trainer, context = Trainer(experiment), Context(experiment)
    job = ask(trainer, resolution=5).answers(context)
    answer = next(answer for answer in job if answer is not None)
    assert "in its first 600 steps" in answer.choice.sentence


def test_the_boundary_is_answered_in_pieces(trained, context):
    question = BoundaryQuestion(1, 120, trained.parameters, resolution=31)
    (answer,) = answers(question, context)
    assert (answer.run, answer.step) == (1, 120)
    assert answer.boundary.output.shape == (31, 31)
    assert len(list(question.answers(context))) > 1


def test_the_curvature_is_answered_with_both_ends_and_a_sentence(trained, context):
    (answer,) = answers(CurvatureQuestion(1, 120, trained.parameters, l2=0.01), context)
    problem = context.problem.with_penalties(0.0, 0.01)
    H = [problem.hessian_vector_product(trained.parameters, unit) for unit in np.eye(17)]
    values = np.linalg.eigvalsh(np.array(H))
    assert (answer.ends.smallest, answer.ends.largest) == pytest.approx((values[0], values[-1]))
    assert answer.sentence.split("-")[0] in ("Saddle", "Bowl")
    assert answer.note == ""

    relu = Context(Experiment().with_value("network.activation", "relu"))
    (answer,) = answers(CurvatureQuestion(1, 0, trained.parameters), relu)
    assert "kinks of ReLU" in answer.note


def test_the_step_from_the_side_is_the_step_that_the_trainer_makes(context):
    trainer = Trainer(context.experiment)
    trainer.advance(5)
    question = StepQuestion(1, 5, trainer.parameters, trainer.learning_rate)
    (answer,) = answers(question, context)
    trainer.advance(1)
    assert answer.side.landing == pytest.approx(trainer.train_loss(), rel=1e-12)

    update = trainer.last_update.after - trainer.last_update.before
    (again,) = answers(dataclasses.replace(question, update=update), context)
    assert again.side.losses == pytest.approx(answer.side.losses)
    assert again.side.curvature == pytest.approx(answer.side.curvature)


def test_questions_of_different_things_wait_in_different_slots():
    slots = [kind.slot for kind in (SurfaceQuestion, BoundaryQuestion, StepQuestion, CurvatureQuestion)]
    assert len(set(slots)) == 4


def test_a_plane_that_was_fitted_to_a_part_of_the_path_says_to_how_much(trained, context):
    trainer = Trainer(Experiment())
    trainer.advance(1100)
    path = np.array(trainer.history.path)
    rows = thinned(path)
    assert len(rows) < len(path)
    given = answers(ask(trainer, kind="path", path=rows, path_points=len(path)), context)
    assert given[-1].choice.note == f"Fitted to {len(rows)} of the path's {len(path)} recorded points."
    whole = np.array(trained.history.path)
    given = answers(ask(trained, kind="path", path=thinned(whole), path_points=len(whole)), context)
    assert given[-1].choice.note == ""
