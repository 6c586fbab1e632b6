"""What a run did, computed anew, and whether the words that the program has for it are true.

Nothing here is taken from the record of a run or from the code that finds the words: J and ∂J/∂θ are computed
from the parameters of every step, the Hessian column by column, and the words are read as a user reads them,
with the numbers that stand beside them.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np

from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer
from playground.experiment import Change, Experiment

_PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
AVERAGED = "J of the last batches"
NOTHING = 1e-15
"""So small a J is one of 0 to the steps themselves."""
READ_TO = 2e-3
"""Numbers are written with three digits at least; a difference may be one of the last."""


def read(text: str) -> float:
    """The number that is written so: 0.3712, 12 000, 7.1·10⁻⁵, 10⁻⁵, ∞."""
    text = re.sub(r"[\s\u202f\u2009]", "", text).replace("−", "-")
    if text == "∞":
        return math.inf
    power = re.fullmatch(r"(?:(.+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    if power is None:
        return float(text)
    return float(f"{power[1] or 1}e{power[2].translate(_PLAIN)}")


def is_written(value: float, text: str, digits: float = READ_TO) -> bool:
    """Whether a text may stand for a value."""
    return math.isclose(read(text), value, rel_tol=digits, abs_tol=NOTHING)


class Told(NamedTuple):
    """What is said of a run at a step; a word and the sentence behind it, or a sentence alone."""

    word: str
    sentence: str


class Witness:
    """Follows a run step by step: J and the norm of ∂J/∂θ over all training points at every step."""

    def __init__(self, experiment: Experiment):
        self.trainer = Trainer(experiment)
        self.losses: list[float] = []
        self.norms: list[float] = []
        self.anew = 0
        self.averaged = False
        self._look()

    def _look(self) -> None:
        run = self.trainer
        with np.errstate(all="ignore"):
            loss, gradient = run.network.loss_and_gradient(
                run.parameters, run.samples.X_train, run.samples.y_train
            )
            norm = float(np.linalg.norm(gradient))
        del self.losses[run.step :], self.norms[run.step :]
        self.losses.append(loss)
        self.norms.append(norm)

    def advance(self, steps: int) -> None:
        for _ in range(steps):
            before = self.trainer.step
            if self.trainer.advance(1) == 1 or self.trainer.step < before:
                self._look()
            if self.trainer.diverged:
                break

    def make(self, change: Change) -> None:
        self.trainer.make(change)
        # What is changed back before the next step was never changed.
        changes = [c.step for c in self.trainer.history.changes if c.field != "training.learning_rate"]
        self.anew = max(changes, default=0)
        self._look()

    @property
    def step(self) -> int:
        return self.trainer.step

    @property
    def batches(self) -> bool:
        return self.trainer.view().mini_batch is not None

    # Phases ---------------------------------------------------------------------------------------------

    def objections(self, told: Told) -> list[str]:
        """What is wrong with a phase and its tooltip; nothing where both are true."""
        check = {
            "": self._nothing,
            "falling": self._falling,
            "rising": self._rising,
            "creeping": self._creeping,
            "rippling": self._rippling,
            "arrived": self._arrived,
            "thrown out": self._thrown_out,
            "diverged": self._diverged,
        }[told.word]
        self.averaged = told.sentence.startswith(AVERAGED)
        sentence = told.sentence.replace(AVERAGED, "J")
        return [f"{told} at step {self.step}: {wrong}" for wrong in check(sentence)]

    def _nothing(self, sentence: str) -> list[str]:
        return [] if sentence.startswith("No phase yet") else ["another sentence"]

    def _rows(self, first: int, last: int) -> np.ndarray:
        return np.array(self.losses[first : last + 1])

    def _stretch(self, first: int, last: int) -> list[str]:
        wrong = []
        if not self.anew <= first < last <= self.step:
            wrong.append(f"{first} to {last} is no stretch since step {self.anew}")
        if last != self.step and not self.batches:
            wrong.append("it does not reach to now")
        return wrong

    def _trend(self, sentence: str, way: int) -> list[str]:
        verb = "rose" if way > 0 else "fell"
        if self.averaged:
            return self._averaged(sentence, way)
        match = re.fullmatch(rf"J {verb} from (.+) at step (\d+) to (.+) at step (\d+)\.", sentence)
        if match is None:
            return [f"it does not say that J {verb}"]
        first, last = int(match[2]), int(match[4])
        wrong = self._stretch(first, last)
        rows = self._rows(first, last)
        if not way * (rows[-1] - rows[0]) > 0:
            wrong.append(f"J went from {rows[0]} to {rows[-1]}")
        if not (is_written(rows[0], match[1]) and is_written(rows[-1], match[3])):
            wrong.append(f"J is {rows[0]} and {rows[-1]} there")
        if abs(rows[-1] - rows[0]) < 1e-3 * max(rows[0], rows[-1]):
            wrong.append("J hardly moved")
        if self.batches:
            # J jitters: where it was measured, the later half must lie on the right side of the earlier one.
            measured = self.trainer.history.curve("train_loss").steps
            seldom = np.array([self.losses[step] for step in measured if first <= step <= last])
            rows = seldom if len(seldom) > 4 else rows
            early, late = np.array_split(rows, 2)
            if not way * (late.mean() - early.mean()) > 0:
                wrong.append("the later half lies on the other side")
            return wrong
        if not (way * np.diff(rows) > 0).mean() > 0.5:
            wrong.append("most steps went the other way")
        latest = np.diff(self._rows(max(self.step - 10, first), self.step))
        if (way * latest < 0).all() and abs(latest.sum()) > 0.01 * abs(rows[-1]):
            wrong.append("each of the last ten steps went the other way")
        return wrong

    def _averaged(self, sentence: str, way: int) -> list[str]:
        """Objections to what is said of batches, against what the record holds of each."""
        first, last = (int(step) for step in re.findall(r"step (\d+)", sentence))
        curve = self.trainer.history.curve("batch_loss")
        inside = curve.values[(curve.steps >= first - 16) & (curve.steps <= last)]
        early, late = np.array_split(inside, 2)
        return [] if way * (late.mean() - early.mean()) > 0 else ["later batches lie on the other side"]

    def _falling(self, sentence: str) -> list[str]:
        return self._trend(sentence, -1)

    def _rising(self, sentence: str) -> list[str]:
        return self._trend(sentence, 1)

    def _creeping(self, sentence: str) -> list[str]:
        match = re.fullmatch(
            r"J hardly changed between steps (\d+) and (\d+)(?:, as measured)?: "
            r"all of it lies within (.+) %\.",
            sentence,
        )
        if match is None:
            return ["it does not say that J hardly changed"]
        first, last = int(match[1]), int(match[2])
        wrong = self._stretch(first, last)
        if self.averaged:
            return wrong
        rows = self._rows(first, last)
        if self.batches:
            # J was measured now and then, and the sentence is of these steps.
            if ", as measured" not in sentence:
                wrong.append("it does not say that J was measured now and then")
            steps = self.trainer.history.curve("train_loss").steps
            rows = np.array([self.losses[step] for step in steps if first <= step <= last])
        share = np.ptp(rows) / abs(rows).max() if np.ptp(rows) > NOTHING else 0.0
        told = read(match[3]) / 100
        if share > 0.0201 or not math.isclose(told, share, rel_tol=0.06, abs_tol=1e-9):
            wrong.append(f"J moved by {share:.2%}")
        return wrong

    def _rippling(self, sentence: str) -> list[str]:
        match = re.match(
            r"J goes up and down: between steps (\d+) and (\d+) it rose (\d+) times and fell (\d+) times, "
            r"as recorded\.(?: Crests and troughs (fall|rise) between steps (\d+) and (\d+)\.)?"
            r"(?: The limit holds while the valley keeps this shape"
            r"(?: and the preconditioner stays frozen)?\.)?$",
            sentence,
        )
        if match is None:
            return ["it does not say that J goes up and down"]
        first, last, rises, falls = (int(match[n]) for n in (1, 2, 3, 4))
        wrong = self._stretch(first, last)
        moves = np.sign(np.diff(self._rows(first, last)))
        moves = moves[moves != 0]
        if int((np.diff(moves) != 0).sum()) < 3:
            wrong.append("J does not turn three times")
        if min((moves > 0).mean(), (moves < 0).mean()) < 0.1:
            wrong.append("nearly all steps go one way")
        thinned = len(self.trainer.history.curve("batch_loss").steps) < self.step
        if not self.batches and not thinned:
            true = int((moves > 0).sum()), int((moves < 0).sum())
            # Computed in another order, a move of rounding may go the other way.
            rows = self._rows(first, last)
            unsure = 1 + (abs(np.diff(rows)) <= 1e-12 * abs(rows).max() + NOTHING).sum()
            if max(abs(true[0] - rises), abs(true[1] - falls)) > unsure:
                wrong.append(f"it rose and fell {true} times")
        if match[5] and self.batches:
            wrong.append("crests and troughs of J over all points are not recorded")
        elif match[5]:
            wrong += self.ripples(match[5], int(match[6]), int(match[7]))
        return wrong

    def ripples(self, way: str, first: int, last: int) -> list[str]:
        """Objections to crests and troughs that fall or rise between two steps."""
        sign = -1 if way.startswith("f") else 1
        early, late = np.array_split(self._rows(first, last), 2)
        crests, troughs = late.max() - early.max(), late.min() - early.min()
        if sign * crests > 0 and sign * troughs > 0:
            return []
        return [f"crests move by {crests}, troughs by {troughs}"]

    def _arrived(self, sentence: str) -> list[str]:
        wrong = [] if "by no more than rounding" in sentence else ["another sentence"]
        usual = [n for n, loss in zip(self.norms, self.losses, strict=True) if loss <= 8 * self.losses[0]]
        largest = max(usual)
        if "is no more than the rounding of J" in sentence:
            if not self.norms[-1] <= 1e-14 * abs(self.losses[-1]):
                wrong.append(f"the gradient is {self.norms[-1]}, J is {self.losses[-1]}")
        elif not self.norms[-1] <= 1e-7 * largest:
            wrong.append(f"the gradient is {self.norms[-1]}, the largest was {largest}")
        rows = self._rows(max(self.anew, self.step - 30), self.step)
        if np.ptp(rows) > max(1e-12 * abs(rows).max(), 1e-24 * self.losses[0]):
            wrong.append(f"J still moves by {np.ptp(rows)} of {rows[-1]}")
        return wrong

    def _thrown_out(self, sentence: str) -> list[str]:
        wrong = []
        match = re.match(
            r"J rose from (.+) at step (\d+) to (.+) at step (\d+), and has stayed far",
            sentence,
        )
        if match is None:
            return ["it does not say from where to where"]
        first, last = int(match[2]), int(match[4])
        if self.batches:
            # Batches were looked at: over all points it must be so on the whole.
            before = np.array(self.losses[max(self.anew, self.step - 220) : max(first + 1, self.anew + 1)])
            if not np.median(self._rows(last - 8, last)) > 1.3 * before.min():
                wrong.append("J is not far above")
            return wrong
        rows = self._rows(first, last)
        if not (is_written(rows[0], match[1]) and is_written(rows[-1], match[3])):
            wrong.append(f"J is {rows[0]} and {rows[-1]} there")
        if not self._rows(last - 7, last).min() > 3.6 * rows[0]:
            wrong.append("J was lower in the last eight steps")
        return wrong

    def _diverged(self, sentence: str) -> list[str]:
        said = "The next step leads to a J, or a norm of the gradient, that is not finite."
        wrong = [] if sentence == said else ["another"]
        if not self.trainer.diverged or not math.isfinite(self.losses[-1]):
            wrong.append("it has not")
        twin = Trainer(self.trainer.experiment)
        twin.restore(self.trainer.snapshot())
        twin.learning_rate = twin.learning_rate * (1 - 1e-12)
        # A norm is found too large one step after the J beside it, and the run taken back.
        for _ in range(100 if self.batches else 2):
            twin.advance(1)
            if twin.diverged:
                return wrong
        return [*wrong, "it goes on"]

    # Sharpness ------------------------------------------------------------------------------------------

    def objections_to_sharpness(self, sentence: str, view: RunView, phase: Told) -> list[str]:
        """What is wrong with the sentence about sharpness, limit and J at this step."""
        if self.batches or view.settings.optimizer == "adagrad":
            return [] if "limit" in sentence and "%" not in sentence else [f"{sentence}: there is none"]
        wrong = []
        plain = view.settings.optimizer not in ("rmsprop", "adam", "adamw")
        if sentence.startswith("λmax(P⁻¹H)") == plain and not sentence.startswith("No limit"):
            wrong.append("of the wrong matrix")
        if plain:
            wrong += self._about_h(sentence, view)
        for word, verb in (
            ("falling", "; J falls."),
            ("rising", "; J rises."),
            ("creeping", "; J hardly changes."),
        ):
            if sentence.endswith(verb) and phase.word != word:
                wrong.append(f"the phase is {phase.word}")
        ripples = re.search(r"; J (fall|rise)s in ripples\.$", sentence)
        if ripples and f"Crests and troughs {ripples[1]} between" not in phase.sentence:
            wrong.append(f"of the phase it is said: {phase.sentence}")
        if self.step < 5 and "; J" in sentence:
            wrong.append("there are no steps to tell from")
        return [f"{sentence!r} at step {self.step}: {fault}" for fault in wrong]

    def _about_h(self, sentence: str, view: RunView) -> list[str]:
        run, n = self.trainer, self.trainer.network.n_parameters
        X, y = run.samples.X_train, run.samples.y_train
        columns = [run.network.hessian_vector_product(run.parameters, e, X, y) for e in np.eye(n)]
        largest = float(np.linalg.eigvalsh(np.array(columns))[-1])
        if sentence.startswith("No limit"):
            return [] if largest < 1e-9 or not math.isfinite(largest) else [f"λmax is {largest}"]
        beta = 0.9 if view.settings.momentum is None else view.settings.momentum
        level = {
            "gradient_descent": 2.0,
            "momentum": 2 * (1 + beta),
            "nesterov": (2 + 2 * beta) / (1 + 2 * beta),
        }[view.settings.optimizer]
        share = largest * view.rate_at(view.step) / level
        wrong = []
        percent = re.search(r"\((\S+) % of it\)|at (\S+) % of", sentence)
        if percent is not None and not math.isclose(
            read(percent[1] or percent[2]), 100 * share, rel_tol=0.06, abs_tol=1e-7
        ):
            wrong.append(f"it is at {100 * share} %")
        times = re.search(r"is (\S+) times the limit", sentence)
        if times is not None and not math.isclose(read(times[1]), share, rel_tol=0.06):
            wrong.append(f"it is {share} times the limit")
        bounds = {
            "times the limit": (1.149, math.inf),
            "is just above the limit": (1.009, 1.151),
            "is at the limit": (0.989, 1.011),
            "is just below the limit": (0.849, 0.991),
        }
        low, high = next((at for words, at in bounds.items() if words in sentence), (0.0, 0.851))
        if not low <= share <= high:
            wrong.append(f"sharpness is at {share} of the limit")
        return wrong

    # Jumps ----------------------------------------------------------------------------------------------

    def objections_to_jump(self, sentence: str, jump: tuple[int, int], at: int) -> list[str]:
        """What is wrong with the sentence about a jump of J, whose step is this one or lies near."""
        wrong = []
        before, after = self.losses[jump[0]], self.losses[jump[1]]
        if not after > before:
            wrong.append("J did not rise")
        exact = re.match(r"Step (\d+): ", sentence)
        if exact is None:
            if (
                f"J rose between steps {jump[0]} and {jump[1]}; the nearest recorded is step {at}"
                not in sentence
            ):
                wrong.append("it names other steps")
        elif int(exact[1]) != jump[0]:
            wrong.append("it names another step")
        numbers = re.search(r"J from (\S+) to (\S+)\.", sentence)
        if numbers is not None and exact is not None:
            # A penalty that was set where the step landed is in J there, and is told.
            landed = is_written(after, numbers[2]) or re.search("L[12] was changed", sentence)
            if not (is_written(before, numbers[1]) and landed):
                wrong.append(f"J went from {before} to {after}")
            if any(words in sentence for words in ("landed lower", "short of the bottom", "at the bottom")):
                wrong.append("it landed higher")
        if "momentum" in sentence and self.trainer.view().settings.optimizer in (
            "gradient_descent",
            "adagrad",
        ):
            changed = {change.field for change in self.trainer.history.changes}
            if "training.optimizer" not in changed and self.trainer.experiment.training.momentum is None:
                wrong.append("it has no momentum")
        return [f"{sentence!r}: {fault}" for fault in wrong]

    def objections_to_penalty(self, sentence: str, jump: tuple[int, int]) -> list[str]:
        """What is wrong with the sentence about a jump that a penalty is said to have made."""
        wrong = []
        before, after = self.losses[jump[0]], self.losses[jump[1]]
        match = re.search(r"which adds (\S+)\. It rose from (\S+) to (\S+)\.$", sentence)
        if match is None:
            return [f"{sentence!r}: it names no numbers"]
        if not (is_written(before, match[2]) and is_written(after, match[3])):
            wrong.append(f"J went from {before} to {after}")
        if not 0.45 * (after - before) <= read(match[1]):
            wrong.append("most of the rise is not the penalty's")
        return [f"{sentence!r}: {fault}" for fault in wrong]

    def objections_to_stop(self, sentence: str, step: int) -> list[str]:
        """What is wrong with the condition on J that is said to be met at this step."""
        match = re.fullmatch(r"J is at most (.+)", sentence)
        if match is None:
            return [f"{sentence!r}: it names no bound"]
        wrong = [] if self.losses[step] <= read(match[1]) else [f"J is {self.losses[step]} there"]
        thinned = len(self.trainer.history.curve("batch_loss").steps) < self.step
        if not self.batches and not thinned and (np.array(self.losses[1:step]) <= read(match[1])).any():
            wrong.append("it was met before")
        return [f"{sentence!r} at step {step}: {fault}" for fault in wrong]
