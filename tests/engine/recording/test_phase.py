"""What a run is doing: thrown out is noticed early, and rippling is never mistaken for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.recording.history import History, HistoryView, Measured, Present
from playground.engine.recording.phase import (
    ARRIVED,
    CREEPING,
    DIVERGED,
    FALLING,
    GOOD,
    HELD,
    RIPPLING,
    RISING,
    THROWN,
    THROWN_OUT,
    ThrownOut,
    at_its_highest,
    batches_per_epoch,
    come_back,
    find_phase,
    first_thrown_out,
    goes_down,
    phase,
    thrown_by,
    thrown_out,
)
from playground.engine.recording.series import Series
from playground.engine.schedules import rate_at
from playground.engine.trainer import Trainer
from playground.experiment import Change, Experiment
from playground.experiment_formula import FormulaSettings

SOON = 20


def experiment(dataset: str, layers: tuple[int, ...], rate: float, **training: Any) -> Experiment:
    result = Experiment().with_value("data.dataset", dataset).with_value("network.hidden_layers", layers)
    for name, value in {"learning_rate": rate, **training}.items():
        section = "network" if name == "loss" else "training"
        result = result.with_value(f"{section}.{name}", value)
    return result


def followed(trainer: Trainer, steps: int) -> tuple[list[str], ThrownOut | None]:
    """The phases of the next steps, and how being thrown out was first told."""
    per_epoch = batches_per_epoch(trainer.settings.batch_size, len(trainer.samples.X_train))
    phases, told = [], None
    for _ in range(steps):
        if not trainer.advance(1):
            break
        view = trainer.history.view()
        phases.append(phase(view, trainer.diverged, per_epoch))
        told = told or thrown_out(view, per_epoch)
    return phases, told


@pytest.mark.parametrize(
    "start",
    [
        experiment("noisy_line", (), 0.8),
        experiment("noisy_line", (), 0.54),
        experiment("tilted_plane", (4,), 3.0),
        experiment("two_circles", (8,), 1.0, loss="squared_error"),
        experiment("noisy_line", (), 1.0, batch_size=10),
        experiment("xor", (8,), 30.0),
    ],
    ids=["line", "line just above its limit", "plane", "squared error", "mini-batches", "cross-entropy"],
)
def test_a_run_that_starts_too_fast_is_found_within_twenty_steps(start: Experiment) -> None:
    phases, told = followed(Trainer(start), SOON)
    assert THROWN_OUT in phases
    assert told is not None
    assert told.loss > told.good_loss
    assert 0 <= told.good_step < told.step <= SOON


@pytest.mark.parametrize(("rate", "at"), [(20.0, 300), (9.0, 300)])
def test_a_run_that_is_made_too_fast_is_found_within_twenty_steps(rate: float, at: int) -> None:
    trainer = Trainer(experiment("two_circles", (4,), 1.0))
    trainer.advance(at)
    calm = trainer.history.curve("train_loss").values[-1]
    trainer.learning_rate = rate
    _, told = followed(trainer, SOON)
    assert told is not None
    assert at <= told.good_step
    assert told.good_loss < 1.3 * calm


RIPPLING_RUNS = {
    "circles": (experiment("two_circles", (4,), 3.0), 1000),
    "circles, far above the limit": (experiment("two_circles", (4,), 10.0), 1000),
    "spirals": (experiment("two_spirals", (8,), 10.0), 800),
    "squared error, a narrow valley": (experiment("sine", (30,), 0.2), 2000),
    "moons": (experiment("two_moons", (8,), 10.0), 600),
    "momentum": (experiment("two_circles", (4,), 3.0, optimizer="momentum"), 600),
}


@pytest.mark.parametrize("name", RIPPLING_RUNS)
def test_a_run_that_only_ripples_is_left_in_peace(name: str) -> None:
    start, steps = RIPPLING_RUNS[name]
    phases, told = followed(Trainer(start), steps)
    assert told is None
    assert THROWN_OUT not in phases
    assert RIPPLING in phases


@pytest.mark.parametrize("rate", [0.1, 3.0])
def test_the_noise_of_mini_batches_is_no_accident(rate: float) -> None:
    phases, told = followed(Trainer(experiment("two_circles", (4,), rate, batch_size=10)), 600)
    assert told is None
    assert set(phases) <= {"", FALLING, CREEPING, RISING, RIPPLING}


def test_where_the_loss_of_all_points_has_risen_it_does_not_creep() -> None:
    """Adam with mini-batches near the end of a valley goes up for a while, and then down again."""
    trainer = Trainer(experiment("two_circles", (4,), 0.3, batch_size=16, optimizer="adam"))
    seen = set()
    for _ in range(400):
        trainer.advance(1)
        view = trainer.history.view()
        told = phase(view, False, batches_per_epoch(16, len(trainer.samples.X_train)))
        seen.add(told)
        measured = view.curves["train_loss"]
        first = int(np.searchsorted(measured.steps, trainer.step - 100))
        if told == CREEPING and trainer.step >= 100:
            assert measured.values[-1] < 1.03 * measured.values[first]
    assert RISING in seen


def test_the_edge_of_stability_is_rippling() -> None:
    """J that ripples there (Cohen et al. 2021) rises at many steps while it falls on the whole."""
    steps = np.arange(3000)
    loss = 0.3 * np.exp(-steps / 1500) * (1 + 0.6 * np.sin(steps) ** 2 * (steps > 1000))
    for end in (1500, 2500, 3000):
        assert phase(recorded(loss[:end])) == RIPPLING
    assert phase(recorded(loss[:900])) == FALLING


def test_falling_and_creeping() -> None:
    assert set(followed(Trainer(experiment("two_circles", (4,), 0.3)), 60)[0]) == {"", FALLING}
    assert set(followed(Trainer(experiment("two_circles", (4,), 0.001)), 60)[0]) == {"", CREEPING}
    assert phase(recorded(np.full(30, 0.5)), diverged=True) == DIVERGED


def test_one_high_step_is_no_accident_and_eight_are() -> None:
    loss = np.full(300, 0.1)
    loss[0] = 0.7
    for high in (1, HELD - 1):
        assert thrown_out(recorded(np.r_[loss, np.full(high, 5.0)])) is None
    told = thrown_out(recorded(np.r_[loss, np.full(HELD, 5.0)]))
    assert told == ThrownOut(299, 0.1, crossed=300, step=300 + HELD - 1, loss=5.0, bar=0.4)
    # Above its best, and yet lower than a network that has learned nothing.
    low = np.r_[0.7, np.full(299, 0.01), np.full(HELD, 0.06)]
    assert thrown_out(recorded(low)) is None


def test_another_loss_is_not_compared_with_the_old_one() -> None:
    """A penalty, or weights that are put elsewhere, raise J by themselves."""
    loss = np.r_[np.full(50, 0.1), np.full(60, 5.0)]
    assert thrown_out(recorded(loss[:58])) is not None
    for change in (Change(50, "training.l2", 1.0), Change(50, "parameters", (1.0, 2.0))):
        assert thrown_out(recorded(loss[:58], change)) is None


def test_who_looks_seldom_is_told_what_was_to_be_seen_in_between() -> None:
    trainer = Trainer(experiment("two_circles", (4,), 1.0))
    trainer.advance(300)
    trainer.learning_rate = 20.0
    _, told = followed(trainer, 60)
    trainer.advance(1500)
    history = trainer.history.view()
    assert first_thrown_out(history, 300) == told
    assert first_thrown_out(history, -1) == told
    assert thrown_out(history) is None, "by now it has been up there for long"
    assert first_thrown_out(Trainer(Experiment()).history.view(), 0) is None
    calm = Trainer(experiment("two_circles", (4,), 3.0))
    calm.advance(3000)
    assert first_thrown_out(calm.history.view(), 0) is None


@pytest.mark.parametrize(("lowered", "steps"), [(None, 60), (1.0, 200)])
def test_a_run_that_was_thrown_out_is_out_until_it_has_come_back(lowered: float | None, steps: int) -> None:
    """By itself, as at α = 9, or with a lower α; on the way down it is not back yet."""
    trainer = Trainer(experiment("two_circles", (4,), 1.0))
    trainer.advance(300)
    trainer.learning_rate = 9.0 if lowered is None else 20.0
    _, told = followed(trainer, SOON)
    assert told is not None
    assert come_back(trainer.history.view(), told) is None
    if lowered is not None:
        trainer.learning_rate = lowered
    for _ in range(steps):
        trainer.advance(1)
        history = trainer.history.view()
        back = come_back(history, told)
        if back is not None:
            break
    curve = history.curves["train_loss"]
    assert back == (curve.steps[-HELD], curve.values[-HELD])
    assert thrown_out(history) is None
    assert (history.curves["train_loss"].values[-HELD:] <= told.bar).all()
    assert (history.curves["train_loss"].values[-HELD - 1 :] > told.bar).any(), "no earlier and no later"
    if lowered is not None:
        # A window that looks later says the same.
        for _ in range(10):
            trainer.advance(1)
            assert come_back(trainer.history.view(), told) == back


@pytest.mark.parametrize("batch_size", [None, 10])
def test_a_run_that_stays_up_there_has_not_come_back_however_long_it_does(batch_size: int | None) -> None:
    """Its recent best is high by then, and it may even fall again.

    Up there it is chaotic: how it ends differs from one machine to another, and so does the word for it.
    """
    trainer = Trainer(experiment("two_circles", (4,), 1.0, batch_size=batch_size))
    per_epoch = batches_per_epoch(batch_size, len(trainer.samples.X_train))
    trainer.advance(300)
    trainer.learning_rate = 30.0
    _, told = followed(trainer, SOON)
    assert told is not None
    words = set()
    for _ in range(400):
        trainer.advance(1)
        history = trainer.history.view()
        words.add(phase(history, False, per_epoch))
        assert come_back(history, told, per_epoch) is None
    assert words & {RIPPLING, CREEPING, FALLING, RISING}, "its recent best is not far below by then"


def test_where_j_falls_by_now_the_phase_is_falling_however_high_j_is() -> None:
    """Far above its recent best and on the way down; what threw it out is told of the highest J."""
    trainer = Trainer(experiment("noisy_line", (), 0.6))
    trainer.advance(8)
    trainer.learning_rate = 0.5
    phases, told = followed(trainer, 14)
    assert told is not None
    assert set(phases[HELD + 3 :]) == {FALLING}
    history = trainer.history.view()
    assert trainer.train_loss() > THROWN * told.good_loss
    highest = at_its_highest(history, told)
    assert (highest.step, highest.loss) == (8, history.curves["train_loss"].values.max())
    assert goes_down(history)


def test_what_threw_it_out_is_the_alpha_of_the_step_where_j_began_to_rise() -> None:
    """Not that of the step at which it was noticed, which a schedule has moved on by then."""
    start = experiment("noisy_line", (), 0.56, schedule="cosine", schedule_steps=80, schedule_factor=0.1)
    trainer = Trainer(start)
    _, told = followed(trainer, SOON)
    assert told is not None
    view = trainer.view()
    cause = thrown_by(view, told)
    rows = view.history.curves["train_loss"].values
    assert (rows[cause + 1 : told.step] > GOOD * rows[:cause].min()).all()
    assert rows[cause] <= GOOD * rows[:cause].min()
    assert view.rate_at(cause) == rate_at(start.training, told.good_step)
    assert view.rate_at(cause) > view.rate_at(told.step)


def test_alpha_that_was_raised_on_the_way_is_what_threw_it_out() -> None:
    """J ripples a little when the slider is dragged, and the lowest ripple was before."""
    trainer = Trainer(experiment("two_moons", (8,), 1.0, batch_size=16))
    trainer.advance(500)
    trainer.learning_rate = 40.0
    trainer.advance(6)
    trainer.learning_rate = 2.0
    _, told = followed(trainer, SOON)
    assert told is not None
    assert told.good_step < 500
    assert thrown_by(trainer.view(), told) == 500, "neither the calm α before nor the lower one since"


LINE = experiment("noisy_line", (), 0.514)


def test_a_short_run_that_only_goes_up_rises() -> None:
    """λ·w²/2 with λ = 5 and α = 0.5: each step multiplies J by 2.25, and six of them pass 1000."""
    settings = FormulaSettings("5*w^2/2", ("w",), (6.0,), ((-8.0, 8.0),))
    trainer = Trainer(Experiment(formula=settings).with_value("training.learning_rate", 0.5))
    for step in range(1, 9):
        trainer.advance(1)
        found = find_phase(trainer.view().history)
        assert found.word == (RISING if step >= 4 else ""), step
    calm = Trainer(Experiment(formula=settings).with_value("training.learning_rate", 0.01))
    calm.advance(6)
    assert find_phase(calm.view().history).word == ""


def test_j_that_rises_at_every_step_rises_and_does_not_ripple() -> None:
    """Just above the limit a straight line is lost slowly: J rose a thousandfold here, at every step."""
    trainer = Trainer(LINE)
    trainer.advance(25)
    low = trainer.train_loss()
    trainer.advance(1475)
    view = trainer.history.view()
    assert (np.diff(view.curves["train_loss"].values[25:]) > 0).all()
    assert trainer.train_loss() > 1000 * low
    found = find_phase(view)
    assert (found.word, found.falls) == (RISING, 0)
    assert found.after == trainer.train_loss() > found.before


@pytest.mark.parametrize(
    ("optimizer", "rate"),
    [("gradient_descent", 0.1), ("gradient_descent", 0.5), ("momentum", 0.5), ("nesterov", 0.3)],
)
def test_where_only_rounding_is_left_the_run_has_arrived(optimizer: str, rate: float) -> None:
    trainer = Trainer(experiment("noisy_line", (), rate, optimizer=optimizer))
    seen = [phase(trainer.history.view())]
    for _ in range(40):
        trainer.advance(100)
        seen.append(phase(trainer.history.view()))
    X, y = trainer.samples.X_train, trainer.samples.y_train
    gradient = np.linalg.norm(trainer.network.loss_and_gradient(trainer.parameters, X, y)[1])
    assert gradient < 1e-12
    assert seen[-1] == ARRIVED
    assert ARRIVED not in seen[: seen.index(ARRIVED) - 1]
    assert set(seen[seen.index(ARRIVED) :]) == {ARRIVED}
    found = find_phase(trainer.history.view())
    assert found.share < 1e-12


@pytest.mark.parametrize(("layers", "activation"), [((8,) * 6, "tanh"), ((8, 8), "relu"), ((3,), "tanh")])
@pytest.mark.parametrize("dataset", ["two_circles", "two_moons", "xor"])
def test_a_run_from_zeros_has_arrived_where_its_whole_gradient_is_rounding(
    dataset: str, layers: tuple[int, ...], activation: str
) -> None:
    """With as many points of either class the terms of ∂J/∂b cancel each other, from the first step on."""
    start = experiment(dataset, layers, 0.1).with_value("network.activation", activation)
    trainer = Trainer(start.with_value("network.initialization", "zeros"))
    balanced = trainer.samples.y_train.mean() == 0.5
    trainer.advance(100)
    view = trainer.history.view()
    assert (view.curves["gradient_norm"].values[-1] < 1e-15) == balanced
    assert (phase(view) == ARRIVED) == balanced


@pytest.mark.parametrize(
    ("text", "start", "word"),
    [
        ("1 + 1e-20*w", 1.0, ARRIVED),
        ("1 + 1e-20*w", 1e11, CREEPING),
        ("1 + 1e-12*w", 1.0, CREEPING),
    ],
)
def test_a_gradient_is_rounding_beside_j_where_no_way_as_long_as_theta_changes_it(
    text: str, start: float, word: str
) -> None:
    trainer = Trainer(Experiment(formula=FormulaSettings(text, start=(start,))))
    trainer.advance(100)
    found = find_phase(trainer.history.view())
    assert found.word == word
    assert np.isfinite(found.gradient) == (word == ARRIVED)


def test_no_run_has_arrived_whose_steps_are_only_short() -> None:
    """At the least α J changes by hardly more than rounding too; the gradient does not vanish."""
    trainer = Trainer(experiment("two_circles", (4,), 1e-6))
    trainer.advance(300)
    assert phase(trainer.history.view()) == CREEPING


def test_an_explosion_that_is_over_is_no_measure_for_a_gradient() -> None:
    """Beside the gradients of a J of 1e20 every other one is small."""
    trainer = Trainer(experiment("noisy_line", (), 1.0))
    while trainer.train_loss() < 1e20:
        trainer.advance(1)
    trainer.learning_rate = 0.3
    words = []
    while trainer.train_loss() > 2e-3:
        trainer.advance(20)
        words.append(phase(trainer.history.view()))
    assert ARRIVED not in words
    assert words[-1] == FALLING
    trainer.advance(600)
    assert phase(trainer.history.view()) == ARRIVED


def test_a_run_that_lies_where_it_exploded_to_has_not_arrived() -> None:
    """Its gradient is small beside those of the explosion, and enormous."""
    norms = np.r_[1.0, np.geomspace(1e10, 1e70, 30), np.full(300, 1e56)]
    losses = np.r_[1.0, np.geomspace(1e20, 1e113, 30), np.full(301, 1e113)]
    assert phase(recorded(losses, norms=norms)) == CREEPING
    arrived = recorded(np.r_[losses[:-1:2], np.full(60, 0.1)], norms=np.r_[norms[::2], np.full(59, 1e-15)])
    assert phase(arrived) == ARRIVED


def test_nothing_is_thrown_out_on_the_word_of_a_record_with_gaps() -> None:
    """Where it was just thinned, a low J of the last eight steps may be missing."""
    rng = np.random.default_rng(0)
    told = 0
    for _ in range(40):
        losses = np.r_[np.full(4088, 0.3), np.where(rng.random(20) < 0.5, 0.3, 5.0)]
        for end in range(4090, 4108):
            high = losses[end - HELD : end].min() == 5.0
            assert (thrown_out(recorded(losses[:end])) is not None) <= high
            told += high
    assert told
    assert thrown_out(recorded(np.r_[np.full(4088, 0.3), np.full(30, 5.0)])) is not None


def test_a_turn_is_told_within_ten_steps() -> None:
    """J fell for ninety steps and rises now: it is not falling, and one turn is no ripple."""
    loss = np.r_[np.linspace(1.0, 0.2, 90), 0.2 * 1.05 ** np.arange(1, 12)]
    assert phase(recorded(loss[:90])) == FALLING
    assert phase(recorded(loss)) == RISING
    assert phase(recorded(np.r_[loss, np.linspace(loss[-1], 0.3, 11)])) == FALLING


def test_where_ripples_lead_is_told_of_crests_and_troughs_alone() -> None:
    steps = np.arange(300)
    wave = 1 + 0.3 * (-1.0) ** steps
    for loss, trend in (
        (wave * np.exp(-steps / 2000), FALLING),
        (wave * np.exp(steps / 2000), RISING),
        (wave, ""),
        (1 + 0.3 * (-1.0) ** steps * np.exp(-steps / 2000), ""),
    ):
        found = find_phase(recorded(loss))
        assert (found.word, found.trend) == (RIPPLING, trend)


@pytest.mark.parametrize("word", [FALLING, RISING, CREEPING, RIPPLING])
@pytest.mark.parametrize("first", [4000, 40_000])
def test_a_thinned_record_makes_no_ripples_and_hides_none(word: str, first: int) -> None:
    """Just after the record is thinned there are few rows of the last steps."""
    steps = np.arange(first + 5000)
    losses = {
        FALLING: np.exp(-steps / 400),
        RISING: np.exp(steps / 4000),
        CREEPING: 0.5 - 1e-8 * steps,
        RIPPLING: 1 + 0.1 * (-1.0) ** steps,
    }[word]
    series, thinned = Series(), 0
    for step, loss in enumerate(losses):
        size = len(series)
        series.add(step, loss)
        if len(series) < size and step >= first:
            thinned = step
            break
    for end in (*range(thinned, thinned + 14), thinned + 50, thinned + 100):
        history = recorded(losses[:end])
        assert phase(history) == word, end
        if end == thinned + 4:
            assert np.diff(history.curves["train_loss"].steps[-11:]).max() > 1


def test_a_history_without_steps_has_no_phase() -> None:
    trainer = Trainer(Experiment())
    assert phase(trainer.history.view()) == ""
    assert thrown_out(trainer.history.view()) is None


def recorded(losses: np.ndarray, *changes: Change, norms: np.ndarray | None = None) -> HistoryView:
    """A history with these losses of a full batch."""
    theta = np.zeros(2)
    history = History(theta)
    history.add_steps(0, losses[:-1], np.ones(len(losses) - 1) if norms is None else norms, 0.1)
    history.add_train_rows(0, losses[:-1], None)
    for change in changes:
        history.log(change, None)
    last = len(losses) - 1
    history.present = Present(last, theta, 0.1, Measured(float(losses[-1]), None, None, None))
    return history.view()
