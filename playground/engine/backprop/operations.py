"""A trace as the lecture writes it: operation after operation, each number with the product that made it."""

from __future__ import annotations

import numpy as np

from playground.arrays import Array
from playground.engine.backprop.named_arrays import NamedArrays
from playground.engine.backprop.numbers_in_words import bracketed, column, subscripts, sum_text
from playground.engine.backprop.operation import BACKWARD, FORWARD, LOSS, UPDATE, Lit, Matrix, Operation
from playground.engine.backprop.trace import Trace
from playground.engine.datasets import Samples
from playground.numerals import loss_text, number_text


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
    return tuple(steps)


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
            return self._result(f"z[{layer}]{subscripts(i)}", sum_text(terms, one.b[i]), one.z[i], exact=True)

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
        g = self.g if layer < self.last else ("σ" if self.sigmoid else "")
        alone = layer == self.last and len(one.a) == 1

        def explain(i: int, j: int) -> str:
            entry = name if alone else f"{name}{subscripts(i)}"
            if not self.trace.single:
                return f"{entry} = {number_text(one.a[i])}, the mean of {g or 'z'} over the points"
            made = f"{g}({number_text(one.z[i])})" if g else f"z[{layer}]{subscripts(i)}"
            return self._result(entry, made, one.a[i], exact=True)

        if layer < self.last:
            formula, sentence = f"{name} = {g}(z[{layer}])", "Entry by entry through the activation function."
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

    # Loss -----------------------------------------------------------------------------------------------

    def loss(self) -> Operation:
        trace = self.trace
        guess, y = trace.prediction, trace.y
        penalty = f" + {loss_text(trace.penalty)} penalty" if trace.penalty else ""
        value = loss_text(trace.loss)
        if not trace.single:
            formula = f"J = mean over {trace.m} points"
            made = f"the mean loss {loss_text(trace.data_loss)}{penalty}"
            each = " or ".join(dict.fromkeys(self.words.loss_of(target) for target in (1.0, 0.0)))
            sentence = f"Each point costs {each}; J is their mean."
        elif self.probability and len(y) == 1:
            one = y[0] > 0.5
            formula = f"J = {self.words.loss_of(y[0])}"
            made = f"−log {number_text(guess[0])}" if one else f"−log(1 − {number_text(guess[0])})"
            made += penalty
            sentence = f"The point is of {self.words.one if one else self.words.zero}, and the network gives "
            sentence += f"{self.words.one} a probability ŷ of {number_text(guess[0])}."
        else:
            formula = f"J = {self.words.loss_of(y[0])}"
            made = f"½·({number_text(guess[0])} − {bracketed(y[0])})²{penalty}"
            sentence = "Half the squared distance from the target."
        if trace.penalty:
            formula += " + penalty"
            sentence += " L1 and L2 add their penalty."

        def explain(i: int, j: int) -> str:
            return f"J = {made} = {value}"

        parts = (
            Matrix("ŷ", column(guess), lambda i, j: f"ŷ = {number_text(guess[i])}"),
            ",",
            Matrix("y", column(y), lambda i, j: f"y = {number_text(y[i])}"),
            "→",
            Matrix("J", np.array([[trace.loss]]), explain, True, loss_text),
        )
        return Operation(LOSS, self.last, formula, sentence, parts, Lit(frozenset({self.last})))

    # Backward -------------------------------------------------------------------------------------------

    def delta(self, layer: int) -> Operation:
        return self._output_delta() if layer == self.last else self._hidden_delta(layer)

    def _output_delta(self) -> Operation:
        layer, trace = self.last, self.trace
        one, guess, y = self._layer(layer), trace.prediction, trace.y
        if self.sigmoid and trace.loss_name == "squared_error":
            return self._output_delta_with_slope()

        def explain(i: int, j: int) -> str:
            made = f"{number_text(guess[i])} − {bracketed(y[i])}"
            return self._result(f"δ[{layer}]{subscripts(i)}", made, one.delta[i], exact=True)

        return Operation(
            BACKWARD,
            layer,
            f"δ[{layer}] = ∂J/∂z[{layer}] = ŷ − y",
            f"How J answers to z[{layer}]. Backward measures; it moves nothing.",
            (
                Matrix("ŷ", column(guess), lambda i, j: f"ŷ = {number_text(guess[i])}"),
                "−",
                Matrix("y", column(y), lambda i, j: f"y = {number_text(y[i])}"),
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
            made = f"({number_text(guess[i])} − {bracketed(y[i])})·{number_text(guess[i])}"
            made += f"·(1 − {number_text(guess[i])})"
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
                Matrix("ŷ", column(guess), lambda i, j: f"ŷ = {number_text(guess[i])}"),
                ",",
                Matrix("y", column(y), lambda i, j: f"y = {number_text(y[i])}"),
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
        prime = f"{self.g}'" if self.trace.activation != "identity" else "g'"

        def explain(i: int, j: int) -> str:
            if not self.trace.single:
                of = f" of (W[{layer + 1}]ᵀ·δ[{layer + 1}]){subscripts(i)}·{prime}(z[{layer}]{subscripts(i)})"
                return self._mean_of(f"{name}{subscripts(i)}", one.delta[i], one.delta_by_rule[i], of)
            terms = [(above.W[k, i], above.delta[k]) for k in range(len(above.delta))]
            made = f"({sum_text(terms)})·{bracketed(slope_by_rule[i])}"
            return self._result(f"{name}{subscripts(i)}", made, one.delta[i], one.delta_by_rule[i])

        def slope_text(i: int, j: int) -> str:
            entry = f"{prime}(z[{layer}]{subscripts(i)})"
            if not self.trace.single:
                return self._mean_of(entry, slope[i], slope_by_rule[i])
            return self._result(entry, f"{prime}({number_text(one.z[i])})", slope[i], slope_by_rule[i])

        def transposed_text(i: int, j: int) -> str:
            return f"{self._entry(layer + 1, j, i)} = {number_text(above.W[j, i])}, transposed"

        sentence = f"The chain rule hands δ[{layer + 1}] back through the weights and the slope of {self.g}."
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
            penalty = f" + {bracketed(pull)} penalty" if pull else ""
            if not self.trace.single:
                factors = f"δ[{layer}]{subscripts(i)}·{came}{subscripts(j)}"
                return self._mean_of(entry, one.dW[i, j], one.dW_by_rule[i, j], f" of {factors}{penalty}")
            made = f"δ[{layer}]{subscripts(i)}·{came}{subscripts(j)}{' + penalty' if pull else ''} = "
            made += f"{bracketed(one.delta[i])}·{bracketed(before[j])}{penalty}"
            return self._result(entry, made, one.dW[i, j], one.dW_by_rule[i, j])

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
            made = f"{number_text(before[i, j])} − {number_text(rate)}·{bracketed(slope[i, j])}"
            return f"{entry(i, j)} := {made} = {number_text(after[i, j], 4)}"

        sentence = f"The update moves, against the gradient, by α = {number_text(rate)} times it."
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
                f"− {number_text(rate)} ·",
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
