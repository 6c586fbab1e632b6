"""Every lesson of the course played to its end, by doing what it asks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.arrays import Floats
from playground.engine.expression import Expression
from playground.engine.trainer import Trainer
from playground.experiment import LIVE_FIELDS, Experiment
from playground.landscape.curvature import extreme_eigenvalues
from playground.lessons.format import TOPICS, Lesson, LessonStep, numbers_of, read_folder
from playground.lessons.goals import AtTheLimit, DeadNeurons, Evidence, LossAbove, LossBelow
from playground.resources import resource

LESSONS, ERRORS = read_folder(resource("lessons"))


class Student:
    """Does what a solution says, with the real network and the real expressions."""

    def __init__(self) -> None:
        self.trainer: Trainer | None = None
        self.begun: Experiment | None = None
        self.since = 0
        self.pages: set[str] = set()
        self.walked: dict[str, tuple[int, int]] = {}
        self.expression: Expression | None = None
        self.values: dict[str, float] = {}

    def begin(self, step: LessonStep) -> None:
        if step.experiment is not None:
            self.trainer, self.begun = Trainer(step.experiment), step.experiment
        if "parameters" in step.view:
            self.trainer.set_parameters(np.array(step.view["parameters"], float))
        if "expression" in step.view:
            self.type(step.view["expression"])
        self.since = self.trainer.step if self.trainer else 0
        self.pages, self.walked = set(), {}

    def type(self, text: str) -> None:
        self.expression = Expression(text)
        self.values = {name: float(number) for number, name in enumerate(self.expression.variables, 1)}

    def act(self, action: Mapping[str, Any]) -> None:
        ((kind, value),) = action.items()
        if kind == "learning_rate":
            self.trainer.learning_rate = float(value)
        elif kind == "run":
            self.trainer.advance(value)
        elif kind == "set":
            for field, entry in value.items():
                if field in LIVE_FIELDS:
                    self.trainer.change(field, entry)
                else:
                    rate = self.trainer.learning_rate
                    self.trainer = Trainer(self.trainer.experiment.with_value(field, entry))
                    self.trainer.learning_rate, self.since = rate, 0
        elif kind == "parameters":
            self.trainer.set_parameters(np.array(value, float))
        elif kind == "page":
            self.pages.add(value)
        elif kind == "walk":
            self.walked[value] = (1, 1)
        elif kind == "expression":
            self.type(value)
        elif kind == "variable":
            self.values.update({name: float(number) for name, number in value.items()})
        else:
            raise AssertionError(f"no student can do {kind}")

    def evidence(self, step: LessonStep) -> Evidence:
        known = Evidence(
            view=self.trainer.view() if self.trainer else None,
            since=self.since,
            experiment=self.begun,
            from_start=True,
            pages=frozenset(self.pages),
            walked=self.walked,
        )
        if self.expression is not None:
            graph = self.expression.evaluate(**self.values)
            known = replace(known, gradients=dict(graph.gradients), value=graph.value)
        trainer = self.trainer
        if isinstance(step.goal, DeadNeurons):
            hidden = trainer.network.forward(trainer.parameters, trainer.samples.X_train).a[1:-1]
            dead = sum(int(np.count_nonzero(layer.max(axis=0) <= 0)) for layer in hidden)
            known = replace(known, dead_relus=dead)
        if isinstance(step.goal, AtTheLimit):
            X, y = trainer.samples.X_train, trainer.samples.y_train
            hessian = trainer.network.hessian_operator(trainer.parameters, X, y)
            known = replace(
                known,
                sharpness=extreme_eigenvalues(hessian, hessian.size).largest,
                limit=2.0 / trainer.learning_rate,
            )
        return known


def test_the_course_begins_with_lesson_0_and_all_can_be_read():
    assert not ERRORS
    assert [lesson.name[:2] for lesson in LESSONS] == [f"{number:02d}" for number in range(12)]
    assert numbers_of(LESSONS) == list(range(12))
    assert {lesson.topic for lesson in LESSONS} <= set(TOPICS)
    assert all("\\" not in step.text and "$" not in step.text for lesson in LESSONS for step in lesson.steps)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_doing_what_it_asks_reaches_every_goal(lesson: Lesson):
    student = Student()
    for step in lesson.steps:
        student.begin(step)
        outlook = lesson is LESSONS[-1] and step is lesson.steps[-1]
        assert step.goal or step.prediction or outlook, step.title
        if step.prediction is not None and step.prediction.run:
            student.act({"run": step.prediction.run})
        if step.goal is None:
            continue
        assert step.hint, step.title
        assert not step.goal.met(student.evidence(step)), f"{step.title}: reached before anything was done"
        for action in step.solution:
            student.act(action)
        assert step.goal.met(student.evidence(step)), f"{step.title}: not reached"
        assert not step.goal.missed(student.evidence(step))


def steps_with(kind: str) -> list[LessonStep]:
    return [
        step
        for lesson in LESSONS
        for step in lesson.steps
        if step.prediction and step.prediction.kind == kind
    ]


def test_the_limit_that_the_course_names_is_that_of_the_bowl():
    (step,) = steps_with("pin")
    trainer = Trainer(step.experiment)
    hessian = trainer.network.hessian_operator(
        trainer.parameters, trainer.samples.X_train, trainer.samples.y_train
    )
    sharpest = np.linalg.eigvalsh(hessian.dense())[-1]
    assert step.prediction.answer == pytest.approx(2.0 / sharpest, rel=1e-3)


def test_the_numbers_worked_by_hand_are_the_networks():
    first, *_ = [step for step in steps_with("number") if "parameters" in step.view]
    network = Trainer(first.experiment).network
    theta = np.array(first.view["parameters"])
    assert network.predict(theta, np.array([[2.0]]))[0, 0] == first.prediction.answer
    assert network.forward(theta, np.array([[1.0]])).z[-1][0, 0] == -1


def test_zeros_stay_at_log_two():
    lesson = next(lesson for lesson in LESSONS if lesson.name.startswith("09"))
    trainer = Trainer(lesson.steps[0].experiment)
    trainer.advance(1000)
    assert trainer.train_loss() == pytest.approx(np.log(2), abs=1e-4)


def test_momentum_is_faster_in_the_ravine_as_the_course_says():
    lesson = next(lesson for lesson in LESSONS if lesson.name.startswith("08"))
    plain = Trainer(lesson.steps[1].experiment)
    plain.advance(300)
    losses = plain.history.curve("train_loss")
    first_below = int(losses.steps[np.argmax(losses.values < 0.01)])
    assert 80 <= first_below <= 100


def test_the_chain_rule_has_the_numbers_of_the_lecture():
    lesson = next(lesson for lesson in LESSONS if lesson.name.startswith("05"))
    forward, backward, *_ = lesson.steps
    for step in (forward, backward):
        assert step.view["expression"] == "3*(a + b*c)"
    graph = Expression(forward.view["expression"]).evaluate(a=1, b=2, c=3)
    values = {node.name: node.value for node in graph.nodes}
    assert (values["u"], values["v"], values["j"]) == (6, 7, 21)
    assert graph.gradients == {"a": 3, "b": 9, "c": 6}
    assert (forward.prediction.answer, backward.prediction.answer) == (values["v"], graph.gradients["b"])
    assert "u = b·c = 2·3 = 6, v = a + u = 1 + 6 = 7, j = 3·v = 21" in forward.prediction.explanation
    for words in (
        "∂j/∂b = ∂j/∂v · ∂v/∂u · ∂u/∂b = 3 · 1 · 3 = 9",
        "∂j/∂c = 3 · 1 · b = 6",
        "∂j/∂a = 3 · 1 = 3",
    ):
        assert words in backward.prediction.explanation


SEEDS = [(network, network % 3) for network in range(24)]


def losses_after(experiment: Experiment, *phases: tuple[float, int]) -> Floats:
    """Return the training losses of the last phase; a phase is an α and a number of steps."""
    trainer = Trainer(experiment)
    for rate, steps in phases:
        since = trainer.step
        trainer.learning_rate = rate
        trainer.advance(steps)
    losses = trainer.history.curve("train_loss")
    return losses.values[losses.steps > since]


@pytest.mark.parametrize("seeds", [SEEDS[:3], pytest.param(SEEDS[3:], marks=pytest.mark.slow)])
def test_too_small_right_and_too_large_are_so_for_any_first_weights(seeds: list[tuple[int, int]]):
    """In one run: what the lesson calls wrong misses each goal, and what it calls right reaches it."""
    small, _, right, large = LESSONS[2].steps
    assert (right.goal, large.goal) == (LossBelow(0.02, 100), LossAbove(1.0))
    for network, data in seeds:
        experiment = replace(
            small.experiment,
            network=replace(small.experiment.network, seed=network),
            data=replace(small.experiment.data, seed=data),
        )
        crept, down = ((0.001, 100),), ((0.001, 100), (0.3, 60))
        assert losses_after(experiment, *crept)[-1] > 0.25 * Trainer(experiment).train_loss()
        assert losses_after(experiment, *crept, (0.3, 100)).min() < 0.02
        for wrong in (0.01, 3.0, 10.0):
            assert not losses_after(experiment, *crept, (wrong, 100)).min() < 0.02
        for wrong in (0.1, 0.3):
            assert losses_after(experiment, *down, (wrong, 100)).max() < 1.0
        for too_large in (3.0, 10.0):
            assert not losses_after(experiment, *down, (too_large, 10))[-1] < 1.0
            for left_alone in ((too_large, 150),), (*down, (too_large, 150)):
                assert not losses_after(experiment, *left_alone)[-1] < 1.0


def test_the_numbers_of_the_one_run_are_those_in_its_text():
    small, guess, right, large = LESSONS[2].steps
    experiment = small.experiment
    assert f"from {Trainer(experiment).train_loss():.3f} to" in small.text
    assert f"to {losses_after(experiment, (0.001, 100))[-1]:.3f}" in small.text
    reached = losses_after(experiment, (0.001, 100), (0.3, 100))
    assert int(np.argmax(reached < 0.02)) + 1 == pytest.approx(40, abs=2)
    assert "about 40 steps, each 300 times" in guess.prediction.explanation
    assert "With 0.03 it does not get there, and with 3 it does not either" in right.text
    for rate in (0.03, 3.0):
        assert not losses_after(experiment, (0.001, 100), (rate, 100)).min() < 0.02
    assert "from 0.2 to 0.3" in right.hint
    for rate in (0.2, 0.3):
        assert losses_after(experiment, (0.001, 100), (rate, 100)).min() < 0.02
    thrown = losses_after(experiment, (0.001, 100), (0.3, 60), (3.0, 10))
    assert int(np.argmax(thrown > 1.0)) < 10
    assert "Within ten steps J is above 1, ten times its first value" in large.text
    assert 1.0 / Trainer(experiment).train_loss() == pytest.approx(10, abs=0.5)


def test_xor_begins_where_the_surface_curves_both_ways():
    lesson = next(lesson for lesson in LESSONS if lesson.name.startswith("08"))
    trainer = Trainer(lesson.steps[3].experiment)
    hessian = trainer.network.hessian_operator(
        trainer.parameters, trainer.samples.X_train, trainer.samples.y_train
    )
    curvatures = np.linalg.eigvalsh(hessian.dense())
    assert f"λ = {curvatures[-1]:.2f}" in lesson.steps[3].text
    assert f"λ = −{-curvatures[0]:.2f}" in lesson.steps[3].text


def test_a_run_that_diverged_has_missed_its_goal_and_is_not_waited_for():
    lesson = next(lesson for lesson in LESSONS if lesson.name.startswith("03"))
    student = Student()
    student.begin(lesson.steps[2])
    student.act({"learning_rate": 10.0})
    student.act({"run": 2000})
    assert student.trainer.diverged
    assert lesson.steps[2].goal.met(student.evidence(lesson.steps[2]))
    below = lesson.steps[3].goal
    student.since = student.trainer.step
    assert below.missed(student.evidence(lesson.steps[3]))
    assert "Ctrl+R" in lesson.steps[3].hint
