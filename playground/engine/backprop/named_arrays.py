"""The arrays of a trace under their names in the lecture, and the sentences about their entries."""

from __future__ import annotations

from collections.abc import Callable

from playground.arrays import Array
from playground.engine.activations import ACTIVATIONS, Activation
from playground.engine.backprop.numbers_in_words import column, departs, subscripts
from playground.engine.backprop.operation import Matrix
from playground.engine.backprop.trace import LayerTrace, Trace
from playground.engine.datasets import Samples
from playground.engine.network import entry_name
from playground.engine.printed_equation import equation
from playground.numerals import number_text
from playground.output_words import OutputWords, is_probability

Made = Callable[[int], str]
"""The terms of an equation in numbers, with so many digits."""


class NamedArrays:
    """The parts from which the operations of a trace are built; a base class.

    last         L, the number of layers with weights
    probability  whether the output is one
    sigmoid      whether the output is one: ŷ = σ(z[L])
    softmax      whether it is that of several classes: ŷ = softmax(z[L])
    words        name of the loss of a point
    names        of the inputs, where they have some
    targets      the names of several values that are learned; else empty
    """

    def __init__(self, trace: Trace, samples: Samples | None = None):
        self.trace = trace
        self.last = len(trace.layers)
        self.sigmoid, self.softmax = trace.output == "sigmoid", trace.output == "softmax"
        self.probability = is_probability(trace.loss_name)
        several = len(trace.y) > 1
        self.words = OutputWords(self.probability, classes=self.probability, several=several)
        self._samples: Samples | None = None
        self.names: tuple[str, ...] = ()
        self.targets: tuple[str, ...] = ()
        if samples is not None and len(samples.input_names) == len(trace.x):
            self.words, self.names = samples.output_words(trace.loss_name), samples.input_names
            self.targets = samples.target_names
            self._samples = samples

    def _class_word(self, index: int) -> str:
        """Return one of the classes for a sentence."""
        return f"class {index}" if self._samples is None else self._samples.class_word(float(index))

    def _entry(self, layer: int, row: int, column: int | None = None) -> str:
        """Return the name of a weight, or of a bias without a column."""
        sizes = (len(self.trace.x), *(len(one.b) for one in self.trace.layers))
        return entry_name(sizes, layer, row, column)

    def _g(self, layer: int) -> Activation:
        """Return the activation function of a hidden layer."""
        return ACTIVATIONS[self.trace.activations[layer - 1]]

    def _layer(self, layer: int) -> LayerTrace:
        return self.trace.layers[layer - 1]

    def _a_values(self, layer: int) -> Array:
        return self._layer(layer).a if layer else self.trace.x

    def _a_name(self, layer: int) -> str:
        return "x" if layer == 0 else "ŷ" if layer == self.last else f"a[{layer}]"

    def _a(self, layer: int) -> Matrix:
        name, values = self._a_name(layer), self._a_values(layer)
        return Matrix(
            name,
            column(values),
            lambda i, j: self._entry_text(name, values[i], i) + self._input_text(i, ", ", layer + 1),
        )

    def _z(self, layer: int) -> Matrix:
        values = self._layer(layer).z
        return Matrix(
            f"z[{layer}]", column(values), lambda i, j: self._entry_text(f"z[{layer}]", values[i], i)
        )

    def _delta(self, layer: int) -> Matrix:
        values = self._layer(layer).delta
        return Matrix(
            f"δ[{layer}]", column(values), lambda i, j: self._entry_text(f"δ[{layer}]", values[i], i)
        )

    def _weights(self, layer: int) -> Matrix:
        W = self._layer(layer).W
        return Matrix(
            f"W[{layer}]",
            W,
            lambda i, j: (
                f"{self._entry(layer, i, j)} = {number_text(W[i, j])}{self._input_text(j, ', from ', layer)}"
            ),
        )

    def _biases(self, layer: int) -> Matrix:
        b = self._layer(layer).b
        return Matrix(f"b[{layer}]", column(b), lambda i, j: f"{self._entry(layer, i)} = {number_text(b[i])}")

    def _input_text(self, index: int, before: str, layer: int) -> str:
        """Return the name of an input, after these words; empty for layers that no input enters."""
        return f"{before}{self.names[index]}" if layer == 1 and self.names else ""

    def _entry_text(self, name: str, value: float, i: int) -> str:
        mean = "" if self.trace.single else f", mean over {self.trace.m} points"
        return f"{name}{subscripts(i)} = {number_text(value)}{mean}"

    def _means(self) -> str:
        return f"What stands here are means over {self.trace.m} points."

    def _mean_of(self, name: str, value: float, by_rule: float, of: str = "") -> str:
        text = f"{name} = mean over {self.trace.m} points{of}"
        return self._result(name, text.partition(" = ")[2], value, by_rule)

    def _result(
        self,
        name: str,
        made: str | Made,
        value: float,
        by_rule: float | None = None,
        exact: bool = False,
        worked: Callable[[int], float] | None = None,
    ) -> str:
        """Return "name = made = value", with both values where the backward pass and the rule differ.

        made: symbols, or the terms in numbers with a number of digits. worked: the value of these, where it
        cannot be read off them.
        """
        right = value if exact or by_rule is None or not departs(value, by_rule) else by_rule
        if isinstance(made, str):
            text = f"{name} = {made} = {number_text(right)}"
        else:
            text = f"{name} = {equation(made, right, worked=worked)}"
        if exact or by_rule is None or not departs(value, by_rule):
            return text
        return f"{text}. But the backward pass of this run has {number_text(value)}."
