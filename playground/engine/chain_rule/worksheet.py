"""A worksheet of the chain rule: an expression, values of its variables, and the number of steps shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

from playground.engine.chain_rule.differences import central_difference
from playground.engine.chain_rule.steps import ChainRuleSteps, Course, Known
from playground.engine.expression import Expression, Graph
from playground.expression_parser import ExpressionError


@dataclass(frozen=True)
class Example:
    """An expression worth stepping through. sentence: what to look for."""

    title: str
    expression: str
    values: MappingProxyType[str, float]
    sentence: str


def _example(title: str, expression: str, sentence: str, **values: float) -> Example:
    return Example(title, expression, MappingProxyType(values), sentence)


EXAMPLES = (
    _example(
        "The lecture's example",
        "3*(a + b*c)",
        "Forward to j, then back along every edge: ∂j/∂b is the product of what lies on its way.",
        a=1,
        b=2,
        c=3,
    ),
    _example(
        "One neuron",
        "-(y*log(sigmoid(w*x + b)) + (1 - y)*log(1 - sigmoid(w*x + b)))",
        "A sigmoid neuron with binary cross-entropy: what arrives at w is (p − y) · x.",
        y=1,
        w=0.5,
        x=2,
        b=-2,
    ),
    _example(
        "A dead ReLU",
        "(relu(w*x + b) - y)^2",
        "w·x + b is below zero, so the ReLU hands nothing back: no gradient moves w or b.",
        w=0.5,
        x=1,
        b=-2,
        y=1,
    ),
    _example(
        "A variable used twice",
        "a*b + sin(a)",
        "Two ways lead back to a: what arrives is added up.",
        a=2,
        b=3,
    ),
    _example(
        "A gradient that vanishes",
        "tanh(w*tanh(w*tanh(w*tanh(w*tanh(w*tanh(w*x))))))",
        "Each layer multiplies by w · (1 − tanh²), here below 0.4: six such factors leave x almost nothing.",
        w=0.4,
        x=1.5,
    ),
)
"""Examples, the lecture's first."""

LARGEST_VALUE = 1e9
"""Largest value of a variable; products of larger ones are seldom finite."""
FIRST_VALUES = (1.0, 0.5, 2.0, -0.5)
"""Candidates for the first value of a new variable: the first at which the expression has a value."""


@dataclass(frozen=True)
class Problem:
    """A fault in the text or the values. position: the character of the text that it concerns."""

    message: str
    position: int


@dataclass(frozen=True, eq=False)
class Sheet:
    """An expression that was evaluated, which is drawn, also while a newer one cannot be."""

    expression: Expression
    graph: Graph
    steps: ChainRuleSteps


@dataclass
class Worksheet:
    """A text and values, with the newest graph that could be evaluated.

    at: number of steps shown. text_problem: the text cannot be read, and the expression is an older one.
    value_problem: at these values the expression has no value or no gradient.
    """

    at: int = 0
    values: dict[str, float] = field(default_factory=dict)
    text_problem: Problem | None = None
    value_problem: Problem | None = None

    def __post_init__(self) -> None:
        self._last_values: dict[str, float] = dict(self.values)
        self.open_example(EXAMPLES[0])

    @property
    def problem(self) -> Problem | None:
        return self.text_problem or self.value_problem

    @property
    def graph(self) -> Graph:
        return self.sheet.graph

    @property
    def steps(self) -> ChainRuleSteps:
        return self.sheet.steps

    @property
    def known(self) -> Known:
        return self.steps.known(self.at)

    @property
    def is_complete(self) -> bool:
        return self.at == len(self.steps)

    def open_example(self, example: Example) -> None:
        """Begin an example at its own values and before its first step."""
        self._last_values.update(example.values)
        self.at = 0
        self.set_text(example.expression)
        self.at = 0

    def set_text(self, text: str) -> bool:
        """Read another expression; known variables keep their values.

        Return False where it cannot be read.
        """
        try:
            expression = Expression(text)
        except ExpressionError as error:
            self.text_problem = Problem(str(error), error.position)
            return False
        self.text_problem = None
        self.expression = expression
        new = [name for name in expression.variables if name not in self._last_values]
        for first in FIRST_VALUES:
            self.values = {name: self._last_values.get(name, first) for name in expression.variables}
            self._evaluate()
            if self.value_problem is None or not new:
                break
        return self.value_problem is None

    def set_value(self, name: str, value: float) -> bool:
        """Set a variable. Return False where the expression then has no value or no gradient."""
        if name not in self.values:
            raise KeyError(name)
        self.values[name] = self._last_values[name] = value
        self._evaluate()
        return self.value_problem is None

    def move_to(self, at: int) -> None:
        """Show this many steps, from 0 to all of them."""
        self.at = min(max(at, 0), len(self.steps))

    def differences(self) -> Iterator[tuple[int, float]]:
        """Yield the central difference of every node that varies, variables first: (node, difference)."""
        sheet = self.sheet
        nodes = sheet.graph.nodes
        varying = [index for index, node in enumerate(nodes) if node.varies]
        for index in sorted(varying, key=lambda index: (bool(nodes[index].inputs), index)):
            yield index, central_difference(sheet.expression, sheet.graph, index)

    def _evaluate(self) -> None:
        try:
            graph = self.expression.evaluate(**self.values)
        except ExpressionError as error:
            self.value_problem = Problem(str(error), error.position)
            return
        self.value_problem = None
        before: Sheet | None = getattr(self, "sheet", None)
        if before is not None and before.expression is self.expression:
            course = before.steps.course
        else:
            course = Course(graph)
            # After all steps of one expression the next is shown complete as well.
            complete = before is not None and self.at > 0 and self.at == len(before.steps)
            self.at = len(course) if complete else 0
        self.sheet = Sheet(self.expression, graph, ChainRuleSteps(graph, course))
