"""Every word that the window has for a run, against numbers that were computed anew.

A search: random runs over data sets, layers, activations, losses, optimisers, penalties, batch sizes and
learning rates, steered while they go, are looked at again and again; told_of_a_run.py judges what is said.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.stopping import Stop
from playground.engine.recording.phase import batches_per_epoch, find_phase
from playground.engine.trainer import Trainer
from playground.experiment import (
    ACTIVATIONS,
    DATASETS,
    OPTIMIZERS,
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
    losses_for,
)
from playground.landscape.loss_jump import jump_near, past_step, penalty_set, why
from playground.landscape.sharpness import Sample, SharpnessRecord, divided_by, sharpness_sentence
from playground.landscape.side import step_from_the_side
from playground.landscape.stability import stability
from playground.ui.sharpness.feature import SharpnessFeature
from playground.ui.transport.phase_feature import PhaseFeature
from playground.ui.transport.phase_words import explained
from tests.support.features import feature_of
from tests.support.told_of_a_run import Told, Witness

FEW, MANY, LONG = 20, 400, 30
LOOKS = (0, 3, 9, 10, 17, 40, 41, 60, 100)
LATER = (*LOOKS, 150, 220, 300)
# The record is thinned after 4096 steps, and again and again after that.
MUCH_LATER = (0, 30, 200, 1000, 3000, 4090, 4096, 4099, 4110, 4200, 6500)


def any_run(rng: np.random.Generator) -> Experiment:
    """A random experiment that computes fast."""
    dataset = str(rng.choice(list(DATASETS)))
    loss = str(rng.choice(losses_for(DATASETS[dataset])))
    layers = tuple(int(n) for n in rng.integers(1, 7, rng.integers(0, 4)))
    data = DataSettings(dataset, int(rng.integers(20, 100)), seed=int(rng.integers(100)))
    batch = None if rng.random() < 0.65 else int(rng.integers(1, 30))
    penalty = float(10 ** rng.uniform(-4, -1)) if rng.random() < 0.3 else 0.0
    which = rng.random() < 0.5
    training = TrainingSettings(
        str(rng.choice(OPTIMIZERS)) if rng.random() < 0.6 else "gradient_descent",
        float(f"{10 ** rng.uniform(-3, 1.3):.3g}"),
        batch_size=batch,
        l1=penalty if which else 0.0,
        l2=0.0 if which else penalty,
    )
    network = NetworkSettings(layers, str(rng.choice(ACTIVATIONS)), loss, seed=int(rng.integers(100)))
    return Experiment(data, network, training)


def near_the_limit(rng: np.random.Generator, start: Experiment) -> Experiment:
    """The same, now and then with a learning rate near the limit, where the words are hardest to find."""
    if rng.random() < 0.6:
        return start
    run = Trainer(start)
    found = stability(run.network, run.samples.X_train, run.samples.y_train, run.view().checkpoint)
    if found.limit is None or not 1e-5 < found.limit < 50:
        return start
    return start.with_value("training.learning_rate", float(f"{found.limit * rng.uniform(0.8, 1.2):.3g}"))


def any_change(rng: np.random.Generator, rate: float) -> Change:
    """Something that the user changes while it runs, the learning rate most often."""
    field, value = "training.learning_rate", float(np.clip(rate * 10 ** rng.uniform(-1.5, 1.5), 1e-6, 100))
    if rng.random() < 0.25:
        field, value = "training.l2", float(10 ** rng.uniform(-4, -1))
    elif rng.random() < 0.25:
        return Change(0, "training.optimizer", str(rng.choice(OPTIMIZERS)))
    return Change(0, field, value)


def told_now(witness: Witness) -> Told:
    run = witness.trainer
    view = run.view()
    per_epoch = batches_per_epoch(view.settings.batch_size, len(run.samples.X_train))
    found = find_phase(view.history, view.diverged, per_epoch)
    return Told(found.word, explained(found))


def sharpness_now(witness: Witness, record: SharpnessRecord) -> str:
    run, view = witness.trainer, witness.trainer.view()
    found = stability(run.network, run.samples.X_train, run.samples.y_train, view.checkpoint)
    ends, of = found.ends, divided_by(found.optimizer)
    record.add(Sample(view.step, found.sharpness, ends.largest, ends.smallest, of))
    return sharpness_sentence(found, view, view.step, record)


def objections_to_jumps(witness: Witness) -> list[str]:
    """What is wrong with what is said of the largest jump of the run."""
    run, view = witness.trainer, witness.trainer.view()
    jump = jump_near(view.history.curves["train_loss"], 0, view.step)
    told = None if jump is None else penalty_set(view, jump)
    if jump is not None and told is not None:
        return witness.objections_to_penalty(told, jump)
    past = None if jump is None else past_step(view, jump)
    if jump is None or past is None:
        return []
    network = run.network.with_penalties(past.l1, past.l2)
    X, y = run.samples.X_train, run.samples.y_train
    with np.errstate(all="ignore"):
        side = step_from_the_side(network, past.parameters, X, y, past.learning_rate, past.update)
    return witness.objections_to_jump(why(past, side), jump, past.step)


def objections_to_a_stop(witness: Witness, rng: np.random.Generator) -> list[str]:
    """What is wrong with what is said where the run meets a random condition."""
    run = witness.trainer
    bound = float(rng.choice(witness.losses)) * rng.uniform(0.9, 1.1)
    met = Stop(loss=bound).first_met(run, 0) if bound > 0 and not witness.trainer.diverged else None
    return [] if met is None else witness.objections_to_stop(met[1], met[0])


def search(seeds: range, looks: tuple[int, ...]) -> tuple[list[str], Counter[str]]:
    """What is wrong with what is said of these runs at these steps, and how often each word came."""
    wrong: list[str] = []
    words: Counter[str] = Counter()
    for seed in seeds:
        rng = np.random.default_rng(seed)
        witness, record = Witness(near_the_limit(rng, any_run(rng))), SharpnessRecord()
        objections: list[str] = []
        for step in looks:
            witness.advance(step - witness.step)
            told = told_now(witness)
            words[told.word] += 1
            objections += witness.objections(told)
            if not witness.trainer.diverged:
                sentence = sharpness_now(witness, record)
                objections += witness.objections_to_sharpness(sentence, witness.trainer.view(), told)
            if witness.trainer.diverged or (step >= 40 and rng.random() < 0.2):
                change = any_change(rng, witness.trainer.learning_rate)
                witness.make(change)
                objections += witness.objections(told_now(witness))
        objections += objections_to_jumps(witness) + objections_to_a_stop(witness, rng)
        wrong += [f"seed {seed}: {objection}" for objection in objections]
    return wrong, words


def test_what_is_said_of_a_few_random_runs_is_true() -> None:
    wrong, words = search(range(FEW), LOOKS)
    assert not wrong, "\n".join(wrong)
    assert {"falling", "rippling", "creeping", ""} <= set(words)


@pytest.mark.slow
def test_what_is_said_of_hundreds_of_random_runs_is_true() -> None:
    wrong, words = search(range(FEW, FEW + MANY), LATER)
    assert not wrong, f"{len(wrong)} words:\n" + "\n".join(wrong)
    assert {"falling", "rippling", "creeping", "rising", "thrown out", "diverged"} <= set(words)
    assert words[""] < 0.35 * words.total(), "three looks of thirteen come too early for a word"


@pytest.mark.slow
def test_what_is_said_of_long_runs_is_true() -> None:
    wrong, words = search(range(1000, 1000 + LONG), MUCH_LATER)
    assert not wrong, f"{len(wrong)} words:\n" + "\n".join(wrong)
    assert "arrived" in words


def line(rate: float, **training: Any) -> Experiment:
    """A straight line, whose J can be followed on paper."""
    return Experiment(
        DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=rate, **training)
    )


CIRCLES = Experiment(DataSettings(points=80), NetworkSettings((4,)))
IN_THE_WINDOW = {
    "before any step": (line(0.54), 0, ""),
    "above the limit": (line(0.54), 15, "rising"),
    "far above": (line(0.54), 60, "thrown out"),
    "a little above": (line(0.514), 900, "rising"),
    "at the minimum": (line(0.5), 1500, "arrived"),
    "in ripples": (CIRCLES.with_value("training.learning_rate", 20.0), 400, ""),
    "slowly": (CIRCLES.with_value("training.learning_rate", 1e-4), 200, "creeping"),
    "with mini-batches": (CIRCLES.with_value("training.batch_size", 5), 300, ""),
    "with Adam": (CIRCLES.with_value("training.optimizer", "adam"), 300, ""),
}
SHORT = {"above the limit", "at the minimum"}


@pytest.mark.parametrize("name", sorted(SHORT))
def test_what_the_window_writes_is_true(qtbot: Any, open_window: Any, name: str) -> None:
    look_at_the_window(qtbot, open_window, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(IN_THE_WINDOW) - SHORT))
def test_what_the_window_writes_of_others_is_true(qtbot: Any, open_window: Any, name: str) -> None:
    look_at_the_window(qtbot, open_window, name)


def look_at_the_window(qtbot: Any, open_window: Any, name: str) -> None:
    """Run so many steps in a window, and read its labels."""
    start, steps, word = IN_THE_WINDOW[name]
    witness = Witness(start)
    witness.advance(steps)
    window = open_window(ExperimentFile(start))
    phases = feature_of(window, PhaseFeature)
    sharpness = feature_of(window, SharpnessFeature)
    window.actions_by_name["show_sharpness"].trigger()
    window.lab.set_speed(None)
    if steps:
        window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: window.snapshot.view.step == steps and window.snapshot.state != "running")
    qtbot.waitUntil(lambda: len(sharpness.record) > 0 and sharpness.record.last.step == steps)
    sharpness.read()
    readout = window.transport.readouts["phase"]
    qtbot.waitUntil(lambda: readout.value == (phases.phase or "–") and sharpness.view.whole_sentence != "")
    if word:
        assert phases.phase == word
    told = Told(phases.phase, readout.toolTip())
    if "counts as back" not in told.sentence:
        assert witness.objections(told) == []
    sentence = sharpness.view.whole_sentence.removesuffix(" The limit lies above the picture.")
    assert witness.objections_to_sharpness(sentence, window.snapshot.view, told) == []
