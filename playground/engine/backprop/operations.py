"""A trace as the lecture writes it: operation after operation, each number with the product that made it."""

from __future__ import annotations

import numpy as np

from playground.arrays import Array
from playground.engine.activations import sigmoid
from playground.engine.backprop.named_arrays import Made, NamedArrays
from playground.engine.backprop.numbers_in_words import (
    MOST_TERMS,
    bracketed,
    column,
    is_whole,
    subscripts,
    sum_text,
)
from playground.engine.backprop.operation import BACKWARD, FORWARD, LOSS, UPDATE, Lit, Matrix, Operation
from playground.engine.backprop.printed_lines import with_true_line
from playground.engine.backprop.trace import Trace
from playground.engine.datasets import Samples
from playground.engine.losses import softmax
from playground.engine.printed_equation import equation, rounded
from playground.numerals import loss_text, number_text, rate_text


def operations(trace: Trace, unlike: str = "", samples: Samples | None = None) -> tuple[Operation, ...]:
    """Return forward pass, loss, backward pass and update, in the order in which they are done.

    unlike: the sentence about how the update differs from the run's next step; empty where it does not.
    samples: those of the trace, which name inputs and classes.
    """
    teller = _Teller(trace, unlike, samples)
    layers = range(1, teller.last + 1)
    steps: list[Operation] = []
    for layer in layers:
        steps += [teller.weighted_sum(layer), teller.activation(layer)]
    steps.append(teller.loss())
    for layer in reversed(layers):
        steps += [teller.delta(layer), teller.weight_gradient(layer), teller.bias_gradient(layer)]
    for layer in layers:
        steps += [teller.new_weights(layer), teller.new_biases(layer)]
    return tuple(with_true_line(step) for step in steps)


class _Teller(NamedArrays):
    def __init__(self, trace: Trace, unlike: str, samples: Samples | None):
        super().__init__(trace, samples)
        self.unlike = unlike

    # Forward --------------------------------------------------------------------------------------------

    def weighted_sum(self, layer: int) -> Operation:
        one, before = self._layer(layer), self._a_values(layer - 1)
        came = self._a_name(layer - 1)

        def explain(i: int, j: int) -> str:
            terms = [(one.W[i, k], before[k]) for k in range(len(before))]

            def made(digits: int) -> str:
                return sum_text(terms, one.b[i], digits)

            z = f"z[{layer}]{subscripts(i)}"
            return self._result(z, made if is_whole(terms) else made(3), one.z[i], exact=True)

        sentence = "Each neuron adds up what comes in, times its weights, and its bias."
        if not self.trace.single:
            sentence += f" {self._means()}"
        return Operation(
            FORWARD,
            layer,
            f"z[{layer}] = W[{layer}]·{came} + b[{layer}]",
            sentence,
            (
                self._weights(layer),
                "·",
                self._a(layer - 1),
                "+",
                self._biases(layer),
                "=",
                Matrix(f"z[{layer}]", column(one.z), explain, True),
            ),
            Lit(frozenset({layer - 1, layer}), frozenset({layer}), frozenset({layer})),
        )

    def activation(self, layer: int) -> Operation:
        one, name = self._layer(layer), self._a_name(layer)
        g = self._g(layer).symbol if layer < self.last else self._output_symbol()
        alone = layer == self.last and len(one.a) == 1

        def explain(i: int, j: int) -> str:
            entry = name if alone else f"{name}{subscripts(i)}"
            if not self.trace.single:
                return f"{entry} = {number_text(one.a[i])}, the mean of {g or 'z'} over the points"
            if not g:
                return self._result(entry, f"z[{layer}]{subscripts(i)}", one.a[i], exact=True)
            if layer == self.last and self.softmax:
                return self._share_text(entry, one.z, i, one.a[i])
            value = self._g(layer).value if layer < self.last else sigmoid

            def worked(digits: int) -> float:
                return float(value(np.array(rounded(one.z[i], digits))))

            def made(digits: int) -> str:
                return f"{g}({number_text(one.z[i], digits)})"

            return self._result(entry, made, one.a[i], exact=True, worked=worked)

        if layer < self.last:
            formula, sentence = f"{name} = {g}(z[{layer}])", "Entry by entry through the activation function."
        elif self.softmax:
            formula = f"{name} = softmax(z[{layer}])"
            sentence = "The softmax makes the outputs the probabilities of the classes: they add up to 1."
        elif self.probability:
            formula = f"{name} = σ(z[{layer}])"
            sentence = f"The sigmoid makes the output a probability of {self.words.one}."
        elif self.sigmoid:
            formula, sentence = f"{name} = σ(z[{layer}])", "The sigmoid keeps the output between 0 and 1."
        else:
            formula, sentence = f"{name} = z[{layer}]", "The output is linear: it is the value itself."
        if not self.trace.single and g:
            sentence += f" Each point by itself: the mean of {g} is not {g} of the mean."
        head = f"{g} " if g else ""
        return Operation(
            FORWARD,
            layer,
            formula,
            sentence,
            (head, self._z(layer), "=", Matrix(name, column(one.a), explain, True)),
            Lit(frozenset({layer})),
        )

    def _output_symbol(self) -> str:
        return "softmax" if self.softmax else "σ" if self.sigmoid else ""

    def _share_text(self, entry: str, z: Array, i: int, value: float) -> str:
        """Return e^zᵢ over the sum of all e^zⱼ in numbers."""

        def worked(digits: int) -> float:
            shown = np.array([rounded(number, digits) for number in z])
            return float(softmax(column(shown))[i, 0])

        def made(digits: int) -> str:
            powers = [f"e^{bracketed(number, digits)}" for number in z]
            whole = powers if is_whole([(number, 1.0) for number in z]) else [*powers[:MOST_TERMS], "…"]
            return f"{powers[i]} / ({' + '.join(whole)})"

        return self._result(entry, made, value, exact=True, worked=worked)

    # Loss -----------------------------------------------------------------------------------------------

    def loss(self) -> Operation:
        trace = self.trace
        guess, y = trace.prediction, trace.y
        value = loss_text(trace.loss)
        made: str | Made

        def penalty(digits: int) -> str:
            return f" + {loss_text(trace.penalty, digits)} penalty" if trace.penalty else ""

        def mean_loss(digits: int) -> str:
            return f"{loss_text(trace.data_loss, digits)}{penalty(digits)}"

        def log_loss(digits: int) -> str:
            given = number_text(guess[0], digits)
            return f"−log {given}{penalty(digits)}" if y[0] > 0.5 else f"−log(1 − {given}){penalty(digits)}"

        def half_square(digits: int) -> str:
            squares = [
                f"({number_text(one, digits)} − {bracketed(target, digits)})²"
                for one, target in zip(guess, y, strict=True)
            ]
            total = squares[0] if len(squares) == 1 else f"({' + '.join(squares)})"
            return f"½·{total}{penalty(digits)}"

        own = int(np.argmax(y))

        def log_share(digits: int) -> str:
            return f"−log {number_text(guess[own], digits)}{penalty(digits)}"

        if not trace.single:
            formula = f"J = mean over {trace.m} points"
            made = mean_loss
            each = " or ".join(dict.fromkeys(self.words.loss_of(target) for target in (1.0, 0.0)))
            sentence = f"Each point costs {each}; J is their mean."
        elif self.softmax:
            formula, made = f"J = −log ŷ{subscripts(own)}", log_share
            sentence = f"The point is of {self._class_word(own)}, and the network gives that a probability "
            sentence += f"ŷ{subscripts(own)} of {number_text(guess[own])}."
        elif self.probability and len(y) == 1:
            one = y[0] > 0.5
            formula = f"J = {self.words.loss_of(y[0])}"
            made = log_loss
            sentence = f"The point is of {self.words.one if one else self.words.zero}, and the network gives "
            sentence += f"{self.words.one} a probability ŷ of {number_text(guess[0])}."
        else:
            formula = f"J = {self.words.loss_of(y[0])}"
            made = half_square
            sentence = "Half the squared distance from the target."
            if len(y) > 1:
                sentence = "Half the sum of the squared distances from the targets."
            if self.targets:
                halves = [loss_text(0.5 * float(apart) ** 2) for apart in guess - y]
                told = [f"{half} of {name}" for name, half in zip(self.targets, halves, strict=True)]
                sentence = f"Half the squared distance is {', '.join(told[:-1])} and {told[-1]}"
                sentence += "; J is their sum."
        if trace.penalty:
            formula += " + penalty"
            sentence += " L1 and L2 add their penalty."

        def explain(i: int, j: int) -> str:
            mean = "" if trace.single else "the mean loss "
            if isinstance(made, str):
                return f"J = {made} = {value}"
            return f"J = {mean}{equation(made, trace.loss, loss_text, 4)}"

        parts = (
            *self._guess_and_target(","),
            "→",
            Matrix("J", np.array([[trace.loss]]), explain, True, loss_text),
        )
        return Operation(LOSS, self.last, formula, sentence, parts, Lit(frozenset({self.last})))

    def _guess_and_target(self, between: str) -> tuple[Matrix, str, Matrix]:
        guess, y = self.trace.prediction, self.trace.y

        def entry(name: str, values: Array, i: int) -> str:
            which = f", {self.targets[i]}" if self.targets else ""
            return f"{name}{subscripts(i) if len(values) > 1 else ''} = {number_text(values[i])}{which}"

        return (
            Matrix("ŷ", column(guess), lambda i, j: entry("ŷ", guess, i)),
            between,
            Matrix("y", column(y), lambda i, j: entry("y", y, i)),
        )

    # Backward -------------------------------------------------------------------------------------------

    def delta(self, layer: int) -> Operation:
        return self._output_delta() if layer == self.last else self._hidden_delta(layer)

    def _output_delta(self) -> Operation:
        layer, trace = self.last, self.trace
        one, guess, y = self._layer(layer), trace.prediction, trace.y
        if self.sigmoid and trace.loss_name == "squared_error":
            return self._output_delta_with_slope()

        def explain(i: int, j: int) -> str:
            def made(digits: int) -> str:
                return f"{number_text(guess[i], digits)} − {bracketed(y[i], digits)}"

            return self._result(f"δ[{layer}]{subscripts(i)}", made, one.delta[i], exact=True)

        return Operation(
            BACKWARD,
            layer,
            f"δ[{layer}] = ∂J/∂z[{layer}] = ŷ − y",
            f"How J answers to z[{layer}]. Backward measures; it moves nothing.",
            (
                *self._guess_and_target("−"),
                "=",
                Matrix(f"δ[{layer}]", column(one.delta), explain, True),
            ),
            Lit(frozenset({layer})),
        )

    def _output_delta_with_slope(self) -> Operation:
        """Return the δ of half squared error of a sigmoid, which takes the slope of σ along."""
        layer, trace = self.last, self.trace
        one, guess, y = self._layer(layer), trace.prediction, trace.y

        def explain(i: int, j: int) -> str:
            entry = f"δ[{layer}]{subscripts(i)}"
            if not trace.single:
                return self._mean_of(entry, one.delta[i], one.delta[i], " of (ŷ − y)·ŷ·(1 − ŷ)")

            def made(digits: int) -> str:
                given = number_text(guess[i], digits)
                return f"({given} − {bracketed(y[i], digits)})·{given}·(1 − {given})"

            return self._result(entry, made, one.delta[i], exact=True)

        sentence = f"How J answers to z[{layer}]: the error times the slope of σ, ŷ·(1 − ŷ)."
        if not trace.single:
            sentence += " Each point by itself, then the mean."
        return Operation(
            BACKWARD,
            layer,
            f"δ[{layer}] = ∂J/∂z[{layer}] = (ŷ − y)·ŷ·(1 − ŷ)",
            sentence,
            (
                *self._guess_and_target(","),
                "→",
                Matrix(f"δ[{layer}]", column(one.delta), explain, True),
            ),
            Lit(frozenset({layer})),
        )

    def _hidden_delta(self, layer: int) -> Operation:
        one, above = self._layer(layer), self._layer(layer + 1)
        assert one.slope is not None
        assert one.slope_by_rule is not None
        slope, slope_by_rule, name = one.slope, one.slope_by_rule, f"δ[{layer}]"
        g = self._g(layer)
        prime = f"{g.symbol}'" if g.name != "identity" else "g'"

        def explain(i: int, j: int) -> str:
            if not self.trace.single:
                of = f" of (W[{layer + 1}]ᵀ·δ[{layer + 1}]){subscripts(i)}·{prime}(z[{layer}]{subscripts(i)})"
                return self._mean_of(f"{name}{subscripts(i)}", one.delta[i], one.delta_by_rule[i], of)
            terms = [(above.W[k, i], above.delta[k]) for k in range(len(above.delta))]

            def made(digits: int) -> str:
                return f"({sum_text(terms, digits=digits)})·{bracketed(slope_by_rule[i], digits)}"

            product = made if is_whole(terms) else made(3)
            return self._result(f"{name}{subscripts(i)}", product, one.delta[i], one.delta_by_rule[i])

        def slope_text(i: int, j: int) -> str:
            entry = f"{prime}(z[{layer}]{subscripts(i)})"
            if not self.trace.single:
                return self._mean_of(entry, slope[i], slope_by_rule[i])

            def made(digits: int) -> str:
                return f"{prime}({number_text(one.z[i], digits)})"

            def worked(digits: int) -> float:
                z = np.array(rounded(one.z[i], digits))
                return float(g.first(z, g.value(z)))

            return self._result(entry, made, slope[i], slope_by_rule[i], worked=worked)

        def transposed_text(i: int, j: int) -> str:
            return f"{self._entry(layer + 1, j, i)} = {number_text(above.W[j, i])}, transposed"

        sentence = f"The chain rule hands δ[{layer + 1}] back through the weights and the slope of "
        sentence += f"{g.symbol}."
        if not self.trace.single:
            sentence += " Each point by itself, then the mean."
        return Operation(
            BACKWARD,
            layer,
            f"{name} = W[{layer + 1}]ᵀ·δ[{layer + 1}] ∘ {prime}(z[{layer}])",
            sentence,
            (
                Matrix(f"W[{layer + 1}]ᵀ", above.W.T, transposed_text),
                "·",
                self._delta(layer + 1),
                "∘",
                Matrix(f"{prime}(z[{layer}])", column(slope), slope_text),
                "=" if self.trace.single else "→",
                Matrix(name, column(one.delta), explain, True),
            ),
            Lit(frozenset({layer, layer + 1}), frozenset({layer + 1})),
        )

    def weight_gradient(self, layer: int) -> Operation:
        one, before = self._layer(layer), self._a_values(layer - 1)
        came, name = self._a_name(layer - 1), f"∂J/∂W[{layer}]"
        mean = "" if self.trace.single else "mean of "

        def explain(i: int, j: int) -> str:
            entry = f"∂J/∂{self._entry(layer, i, j)}"
            pull = one.penalty[i, j]
            if not self.trace.single:
                penalty = f" + {bracketed(pull)} penalty" if pull else ""
                factors = f"δ[{layer}]{subscripts(i)}·{came}{subscripts(j)}"
                return self._mean_of(entry, one.dW[i, j], one.dW_by_rule[i, j], f" of {factors}{penalty}")
            symbols = f"δ[{layer}]{subscripts(i)}·{came}{subscripts(j)}{' + penalty' if pull else ''}"

            def made(digits: int) -> str:
                added = f" + {bracketed(pull, digits)} penalty" if pull else ""
                return f"{bracketed(one.delta[i], digits)}·{bracketed(before[j], digits)}{added}"

            return self._result(f"{entry} = {symbols}", made, one.dW[i, j], one.dW_by_rule[i, j])

        sentence = "To each weight the δ that it leads into, times the activation that it comes from."
        if one.penalty.any():
            sentence += " L1 and L2 add their pull."
        penalized = " + penalty" if one.penalty.any() else ""
        return Operation(
            BACKWARD,
            layer,
            f"{name} = {mean}δ[{layer}]·{came}ᵀ{penalized}",
            sentence,
            (
                self._delta(layer),
                "·",
                Matrix(f"{came}ᵀ", before[np.newaxis], lambda i, j: self._entry_text(came, before[j], j)),
                "=" if self.trace.single and not one.penalty.any() else "→",
                Matrix(name, one.dW, explain, True),
            ),
            Lit(frozenset({layer - 1, layer}), frozenset({layer})),
        )

    def bias_gradient(self, layer: int) -> Operation:
        one, name = self._layer(layer), f"∂J/∂b[{layer}]"

        def explain(i: int, j: int) -> str:
            if not self.trace.single:
                of = f" of δ[{layer}]{subscripts(i)}"
                return self._mean_of(f"∂J/∂{self._entry(layer, i)}", one.db[i], one.db_by_rule[i], of)
            return self._result(
                f"∂J/∂{self._entry(layer, i)}", f"δ[{layer}]{subscripts(i)}", one.db[i], one.db_by_rule[i]
            )

        mean = "" if self.trace.single else "mean of "
        sentence = "A bias is a weight whose input is always 1."
        if layer == 1:
            sentence += " Everything is measured now at these weights; only the update moves them."
        return Operation(
            BACKWARD,
            layer,
            f"{name} = {mean}δ[{layer}]",
            sentence,
            (self._delta(layer), "→", Matrix(name, column(one.db), explain, True)),
            Lit(frozenset({layer}), frozenset(), frozenset({layer})),
        )

    # Update ---------------------------------------------------------------------------------------------

    def new_weights(self, layer: int) -> Operation:
        one = self._layer(layer)
        lit = Lit(frozenset(), frozenset({layer}))
        return self._moved(layer, "W", (one.W, one.dW, one.new_W, one.moved_W), lit)

    def new_biases(self, layer: int) -> Operation:
        one = self._layer(layer)
        lit = Lit(frozenset(), frozenset(), frozenset({layer}))
        parts = column(one.b), column(one.db), column(one.new_b), column(one.moved_b)
        return self._moved(layer, "b", parts, lit)

    def _moved(self, layer: int, kind: str, parts: tuple[Array, Array, Array, Array], lit: Lit) -> Operation:
        name, rate = f"{kind}[{layer}]", self.trace.learning_rate
        before, slope, after, moved = parts

        def entry(i: int, j: int) -> str:
            return self._entry(layer, i, j if kind == "W" else None)

        def explain(i: int, j: int) -> str:
            if not moved[i, j]:
                return f"{entry(i, j)} is frozen: it stays {number_text(after[i, j], 4)}"

            def made(digits: int) -> str:
                moved = f"{rate_text(rate)}·{bracketed(slope[i, j], digits)}"
                return f"{number_text(before[i, j], digits)} − {moved}"

            return f"{entry(i, j)} := {equation(made, after[i, j], lambda value: number_text(value, 4))}"

        sentence = f"The update moves, against the gradient, by α = {rate_text(rate)} times it."
        if not moved.any():
            sentence = f"{name} is frozen: the update leaves it as it is."
        elif not moved.all():
            sentence += " Frozen ones stay."
        if self.unlike:
            sentence += f" {self.unlike}"
        return Operation(
            UPDATE,
            layer,
            f"{name} := {name} − α·∂J/∂{name}" if moved.any() else f"{name} := {name}",
            sentence,
            (
                Matrix(name, before, lambda i, j: f"{entry(i, j)} = {number_text(before[i, j])}, before"),
                f"− {rate_text(rate)} ·",
                Matrix(
                    f"∂J/∂{name}",
                    slope,
                    lambda i, j: f"∂J/∂{entry(i, j)} = {number_text(slope[i, j])}",
                ),
                "=",
                Matrix(f"{name}, after", after, explain, True),
            ),
            lit,
        )
