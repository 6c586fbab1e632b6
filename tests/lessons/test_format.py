"""What a lesson file may say, and how it is told what is wrong with it."""

import math
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

import playground.lessons.format as lesson_format
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.landscape.directions import PLANE_KINDS
from playground.lessons.format import (
    PREDICTIONS,
    TOPICS,
    VIEW_FIELDS,
    LessonError,
    parse_lesson,
    read_folder,
    read_lesson,
)
from playground.lessons.goals import (
    GOALS,
    Accuracy,
    AtTheLimit,
    ByHand,
    DeadNeurons,
    Evidence,
    FewestSteps,
    Gradient,
    LearningRate,
    LossAbove,
    LossBelow,
    Overshoots,
    PageSeen,
    Saturated,
    Steps,
    Walk,
    make_goal,
)
from playground.lessons.solution import SOLUTION_ACTIONS
from playground.numerals import loss_text

PAGES = ("surface", "inspector")
"""Pages that a window may have."""
GOOD = """title = "A lesson"

[[step]]
title = "First"
text = "Do *this*."
experiment = { data = { dataset = "xor" } }
goal = { kind = "loss_below", value = 0.1, within = 200 }

[[step]]
title = "Second"
text = "Guess."
prediction = { kind = "choice", question = "Which?", choices = ["a", "b"], answer = 1 }
"""
PREDICTION = GOOD.splitlines()[-1]


def test_a_lesson_reads_as_it_is_written():
    lesson = parse_lesson(GOOD, "a-lesson.toml")
    assert (lesson.name, lesson.title, len(lesson.steps)) == ("a-lesson", "A lesson", 2)
    first, second = lesson.steps
    assert first.experiment is not None
    assert first.experiment.data.dataset == "xor"
    assert first.goal == LossBelow(0.1, 200)
    assert first.goal.sentence() == "Reach a training loss J below 0.1 within 200 steps."
    assert second.prediction is not None
    assert LearningRate(1e-5, 0.3).sentence() == "Train 1 step with α between 10⁻⁵ and 0.3."
    assert LearningRate(1e-5, 0.3).sentence_under("constant") == LearningRate(1e-5, 0.3).sentence()
    scheduled = LearningRate(0.1, 0.3, 20).sentence_under("warm_up")
    assert scheduled == "Train 20 steps with the slider’s α between 0.1 and 0.3."
    assert LossAbove(1e6).sentence_under("warm_up") == LossAbove(1e6).sentence()
    assert LossAbove(1e6).sentence() == "Throw the training loss J above 1\u202f000\u202f000."
    of_formula = (LossBelow(0.1, 200), ByHand(0.1), LossAbove(10.0), Overshoots(2), Gradient("b", 1.0))
    assert [goal.sentence_under("constant", of_formula=True) for goal in of_formula] == [
        "Reach J below 0.1 within 200 steps.",
        "Bring J below 0.1 by hand.",
        "Throw J above 10.",
        "Make J rise at 2 steps, by the learning rate alone.",
        "Make ∂j/∂b equal 1.",
    ]
    assert Gradient("b", -12.0).sentence() == "Make ∂j/∂b equal −12."
    assert second.prediction.right(1)
    assert not second.prediction.right(0)


@pytest.mark.parametrize(
    ("find", "put", "line", "field"),
    [
        ('title = "A lesson"', "title = 3", 1, "title"),
        ('title = "A lesson"', 'titel = "A lesson"', 1, "titel"),
        ('dataset = "xor"', 'dataset = "xnor"', 6, "experiment.data.dataset"),
        ('dataset = "xor"', "seed = 1979-05-27", 6, "experiment.data.seed"),
        ("value = 0.1", 'value = "low"', 7, "goal.value"),
        ("value = 0.1", "value = true", 7, "goal.value"),
        ("value = 0.1", "value = nan", 7, "goal.value"),
        ("value = 0.1", "value = 1" + "0" * 400, 7, "goal.value"),
        ('kind = "loss_below"', 'kind = "win"', 7, "goal.kind"),
        ("within = 200", "whithin = 200", 7, "goal.whithin"),
        ("answer = 1", "answer = 7", 12, "prediction.answer"),
        ("answer = 1", "answer = 0.5", 12, "prediction.answer"),
        (
            PREDICTION,
            'prediction = { kind = "number", question = "?", answer = nan }',
            12,
            "prediction.answer",
        ),
        ('kind = "choice"', 'within = 0.5, kind = "choice"', 12, "prediction.within"),
        ('kind = "choice"', 'kind = "oracle"', 12, "prediction.kind"),
        ('text = "Guess."\n', "", 9, "text"),
        ('title = "Second"', 'title = "Second"\nview = { plan = "path" }', 11, "view.plan"),
        ('title = "Second"', 'title = "Second"\nsolution = [{ runs = 3 }]', 11, "solution.runs"),
        ('text = "Guess."', "text = Guess.", 11, ""),
        ('title = "First"', 'title = "First"\nview = { plane = "plain" }', 5, "view.plane"),
        ('title = "First"', 'title = "First"\nview = { layout = "wide" }', 5, "view.layout"),
        ('title = "First"', 'title = "First"\nview = { speed = "slow" }', 5, "view.speed"),
        ('title = "First"', 'title = "First"\nview = { speed = 0 }', 5, "view.speed"),
        ('title = "First"', 'title = "First"\nview = { speed = inf }', 5, "view.speed"),
        (
            'title = "First"',
            'title = "First"\nview = { parameters = [' + 17 * "nan, " + "] }",
            5,
            "view.parameters",
        ),
        ('title = "First"', 'title = "First"\nview = { parameters = [1, 2] }', 5, "view.parameters"),
        ('title = "First"', 'title = "First"\nview = { expression = "3*(a" }', 5, "view.expression"),
        ('title = "Second"', 'title = "Second"\nview = { plane = "path" }', 11, "view.plane"),
        ('title = "First"', 'title = "First"\nview = { sliders = true }', 5, "view.sliders"),
        ('title = "First"', 'title = "First"\nview = { page = "inspecter" }', 5, "view.page"),
        ('kind = "loss_below", value = 0.1, within = 200', 'kind = "page", name = "atlas"', 7, "goal.name"),
        ('{ data = { dataset = "xor" } }', "{ steps = 3 }", 6, "experiment.steps"),
        ('{ data = { dataset = "xor" } }', "{ changes = [] }", 6, "experiment.changes"),
        (PREDICTION, 'prediction = { kind = "pin", question = "?", answer = -1 }', 12, "prediction.answer"),
        (PREDICTION, 'prediction = { kind = "pin", question = "?", answer = 1e9 }', 12, "prediction.answer"),
    ],
)
def test_an_error_names_the_line_and_the_field(find, put, line, field):
    assert find in GOOD
    with pytest.raises(LessonError) as refused:
        parse_lesson(GOOD.replace(find, put, 1), "mine.toml", PAGES)
    assert (refused.value.line, refused.value.field) == (line, field)
    assert str(refused.value).startswith(f"mine.toml, line {line}")


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ("learning_rate = 500", "learning_rate"),
        ("learning_rate = nan", "learning_rate"),
        ("learning_rate = 1" + "0" * 400, "learning_rate"),
        ("run = -3", "run"),
        ('set = { "training.foo" = 3 }', "set.training.foo"),
        ('set = { "training.optimizer" = "luck" }', "set.training.optimizer"),
        ('parameters = ["a"]', "parameters"),
        ("parameters = [1, 2]", "parameters"),
        ('page = "atlas"', "page"),
        ('expression = "3*("', "expression"),
        ("variable = { a = inf }", "variable.a"),
        ("variable = { z = 1.0 }", "variable.z"),
    ],
)
def test_what_show_me_could_not_do_is_refused_when_the_file_is_read(action, field):
    put = f'title = "First"\nview = {{ expression = "a*b" }}\nsolution = [{{ {action} }}]'
    with pytest.raises(LessonError) as refused:
        parse_lesson(GOOD.replace('title = "First"', put), "mine.toml", PAGES)
    assert (refused.value.line, refused.value.field) == (6, f"solution.{field}")


def test_a_solution_goes_on_with_what_its_actions_and_the_step_before_have_made():
    solution = 'solution = [{ set = { "network.hidden_layers" = [] } }, { parameters = [1, 2, 3] }]'
    lesson = parse_lesson(GOOD.replace('title = "Second"', f'title = "Second"\n{solution}'), "mine.toml")
    assert lesson.steps[1].solution[1] == {"parameters": [1, 2, 3]}


@pytest.mark.parametrize(
    ("put", "said"),
    [
        ("seed = 1" + "0" * 5000, "mine.toml: a number in it is too long."),
        ("seed = 1e-400", "mine.toml: 1e-400 in it cannot be told from 0."),
        ("seed = 0x1" + "0" * 5000, "mine.toml, line 6: experiment: a number in it is too long."),
        ("seed = " + "[" * 3000 + "]" * 3000, "mine.toml: is nested too deeply."),
    ],
    ids=["decimal", "close to 0", "hexadecimal", "nested"],
)
def test_what_python_itself_does_not_read_is_refused_in_a_sentence(put, said):
    with pytest.raises(LessonError) as refused:
        parse_lesson(GOOD.replace('dataset = "xor"', put, 1), "mine.toml")
    assert str(refused.value) == said


def test_a_folder_gives_its_good_lessons_and_names_the_bad(tmp_path):
    (tmp_path / "b.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "a.toml").write_text("title = ", encoding="utf-8")
    (tmp_path / "c.toml").write_bytes(b"\xff\xfe")
    lessons, errors = read_folder(tmp_path)
    assert [lesson.name for lesson in lessons] == ["b"]
    assert [str(error).partition(",")[0].partition(":")[0] for error in errors] == ["a.toml", "c.toml"]


def test_of_too_many_lessons_the_first_are_read_and_one_sentence_says_so(tmp_path, monkeypatch):
    assert lesson_format.MOST_LESSONS >= 100
    monkeypatch.setattr(lesson_format, "MOST_LESSONS", 5)
    for number in range(5):
        (tmp_path / f"{number}.toml").write_text("title = " if number == 1 else GOOD, encoding="utf-8")
    assert [len(found) for found in read_folder(tmp_path)] == [4, 1]
    for number in range(5, 8):
        (tmp_path / f"{number}.toml").write_text("title = ", encoding="utf-8")
    lessons, errors = read_folder(tmp_path)
    assert [lesson.name for lesson in lessons] == ["0", "2", "3", "4"]
    assert len(errors) == 2
    assert str(errors[1]) == (
        f"{tmp_path.name}: holds 8 files of lessons; the first 5 are read: a course has at most 5, and 5 MB."
    )


def test_of_too_much_text_in_a_folder_the_first_lessons_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(lesson_format, "MOST_BYTES_OF_LESSONS", 3 * len(GOOD.encode()))
    for number in range(5):
        (tmp_path / f"{number}.toml").write_text(GOOD, encoding="utf-8")
    lessons, errors = read_folder(tmp_path)
    assert (len(lessons), len(errors)) == (3, 1)
    assert "holds 5 files of lessons; the first 3 are read" in str(errors[0])


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LessonError, match=r"none\.toml"):
        read_lesson(tmp_path / "none.toml")


def test_the_lesson_in_the_readme_can_be_read_as_it_stands():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", readme, re.S)
    lesson = parse_lesson(example, "readme.toml")
    assert [step.title for step in lesson.steps] == ["Throw it out", "Guess first"]
    for name in (*GOALS, *PLANE_KINDS, *VIEW_FIELDS, *SOLUTION_ACTIONS, *PREDICTIONS, *TOPICS):
        assert re.search(rf"\b{name}\b", readme), f"{name} is not told"


@pytest.mark.parametrize(
    "text",
    [
        "a." * 300_000 + "a = 1",
        "\n".join("[" + ".".join(["'a'"] * depth) + "]" for depth in range(1, 400)),
        'title = "x"\n' + '[[step]]\ntitle = "a"\ntext = "b"\n' * 20_000,
        "a = [" + "1," * 200_000 + "]",
    ],
)
def test_a_file_of_strange_size_is_refused_in_little_time(text: str) -> None:
    began = time.process_time()
    with pytest.raises(LessonError):
        parse_lesson(text, "mine.toml")
    assert time.process_time() - began < 5.0


LONG_NUMBER = "0x1" + "0" * 5000


@pytest.mark.parametrize(
    "entry",
    [
        f'prediction = {{ kind = "choice", question = "?", answer = 0, choices = ["a", {LONG_NUMBER}], '
        'explanation = "" }',
        f'goal = {{ kind = {LONG_NUMBER} }}\nhint = "h"\nsolution = [{{ run = 1 }}]',
    ],
)
def test_a_number_of_thousands_of_digits_is_no_text(entry: str) -> None:
    """Python writes no such number: the file is read, or refused in a sentence."""
    text = f'title = "t"\nsummary = "s"\ntopic = "loss"\n[[step]]\ntitle = "t"\ntext = "t"\n{entry}\n'
    if entry.startswith("goal"):
        with pytest.raises(LessonError, match="must be one of"):
            parse_lesson(text, "long.toml")
    else:
        prediction = parse_lesson(text, "long.toml").steps[0].prediction
        assert prediction is not None
        assert prediction.choices == ("a", "so long a number")


def test_the_number_that_a_goal_goes_by_is_named_as_in_its_sentence():
    trainer = Trainer(Experiment())
    trainer.advance(12)
    known = Evidence(
        trainer.view(),
        2,
        {"b": 13.2},
        walked={"backward": (2, 6)},
        dead_relus=2,
        saturated=0.25,
        sharpness=8.5,
        limit=10.0,
        experiment=Experiment(),
        from_start=True,
        best=55,
    )
    loss = f"training loss J = {loss_text(trainer.train_loss())}"
    readings = {
        LossBelow(0.1): loss,
        LossBelow(0.1, 200): f"{loss}, 10 steps of 200",
        LossBelow(0.1, 8): f"{loss}, 10 steps",
        LossBelow(1.0, 8): f"{loss}; below 1 after 1 step",
        LossAbove(5.0): loss,
        ByHand(0.1): loss,
        LearningRate(0.1, 0.5, 20): "α = 0.3, 10 steps between the two",
        LearningRate(1.0, 2.0, 20): "α = 0.3, 0 steps between the two",
        Steps(20): "10 steps",
        Overshoots(3): "it rose at 0 steps",
        Accuracy(0.9): f"{100 * trainer.train_accuracy():.2g} % of the training points right",
        Walk("backward"): "2 of 6 operations seen",
        Gradient("b", 12.0): "∂j/∂b = 13.2",
        AtTheLimit(0.05, 300): "λmax = 8.5, 2/α = 10, 10 steps of 300",
        AtTheLimit(0.05, 8): "λmax = 8.5, 2/α = 10, 10 steps",
        DeadNeurons(3): "2 dead relus",
        Saturated(0.5): "25 % saturated",
        FewestSteps(0.1): f"{loss} at step 12. Best: 55 steps",
    }
    assert {type(goal) for goal in readings} == set(GOALS.values()) - {PageSeen}
    assert {goal: goal.reading(known) for goal in readings} == readings
    assert LossAbove(5.0).reading(known, of_formula=True) == loss.removeprefix("training loss ")
    assert all(goal.reading(Evidence()) in ("", "it rose at 0 steps") for goal in readings)


def test_a_loss_that_is_thrown_up_by_a_larger_rate_does_not_count():
    trainer = Trainer(
        Experiment(formula=FormulaSettings("w^2"), training=TrainingSettings(learning_rate=1.2))
    )
    trainer.advance(30)
    evidence = Evidence(trainer.view(), 0)
    assert LossAbove(100.0, 1.2).met(evidence)
    assert not LossAbove(100.0, 1.0).met(evidence)
    assert LossAbove(100.0, 0.5).sentence(of_formula=True) == "Throw J above 100 with α at most 0.5."


def test_a_share_has_the_digits_of_the_readout_and_as_many_as_tell_it_from_the_goal() -> None:
    view = Trainer(Experiment()).view()

    def said(share: float, goal: float) -> str:
        return Accuracy(goal).reading(Evidence(replace(view, train_accuracy=share))).partition(" of")[0]

    assert said(0.99375, 0.9) == "99 %"
    assert said(0.89375, 0.9) == "89 %"
    assert said(0.8996, 0.9) == "89.96 %", "not the 90 % that it falls short of"
    assert said(0.994, 0.994) == "99.4 %", "not less than it has reached"
    assert said(0.999, 1.0) == "99.9 %"
    assert said(math.nan, 0.9) == "–"


def test_the_numbers_of_one_reading_are_of_one_step() -> None:
    trainer = Trainer(Experiment())
    trainer.advance(30)
    goal = make_goal({"kind": "at_the_limit", "steps": 25, "rate": 0.06})
    known = Evidence(trainer.view(), 0, sharpness=38.0, limit=40.0, measured_at=20, rate=0.05)
    assert goal.reading(known) == "λmax = 38, 2/α = 40, 20 steps of 25 (at step 20)"
    assert not goal.met(known), "25 steps were not made where λmax was measured"
    assert goal.met(replace(known, measured_at=30))
    assert "(at" not in goal.reading(replace(known, measured_at=30))
    assert not goal.met(replace(known, measured_at=30, rate=0.1)), "another α, at that step"


def test_a_reading_keeps_the_j_that_reached_the_goal() -> None:
    trainer = Trainer(Experiment())
    first = trainer.train_loss()
    trainer.advance(200)
    assert trainer.train_loss() < 0.9 * first
    goal = make_goal({"kind": "loss_above", "value": 0.9 * first})
    losses = trainer.history.curve("train_loss")[1][1:]
    known = Evidence(trainer.view(), 0)
    assert goal.met(known)
    at = 1 + int(losses.argmax())
    assert goal.reading(known).endswith(f"; it was {loss_text(float(losses.max()))} at step {at}")


def test_the_second_part_of_a_challenge_is_reached_where_the_first_is_beaten() -> None:
    trainer = Trainer(Experiment())
    goal = make_goal({"kind": "fewest_steps", "value": 0.1})
    known = Evidence(trainer.view(), 0, experiment=Experiment(), from_start=True, to_beat=203)
    assert "to beat: 203 steps with one α" in goal.reading(known)
    assert not goal.missed(known)
    while trainer.train_loss() >= 0.1:
        trainer.advance(1)
    steps = trainer.step
    for to_beat, beaten in ((steps - 1, False), (steps, False), (steps + 1, True), (None, True)):
        done = replace(known, view=trainer.view(), to_beat=to_beat, best=steps)
        assert (goal.met(done), goal.missed(done)) == (beaten, not beaten), to_beat
        said = goal.reading(done)
        assert (f"; beaten: {to_beat} steps" in said) == (beaten and to_beat is not None)
        assert (f"; to beat: {to_beat} steps" in said) == (not beaten)
        assert goal.met(replace(done, shown=True)), "what is shown reaches it, unticked"
