"""The chain rule in single steps: forward one node at a time, backward one edge at a time, in words.

The text of each step has its arithmetic with the names of the graph and then with numbers, "u = b · c = 2 · 3
= 6", and shows how a local derivative and the gradient from above make a gradient: "∂j/∂b = ∂j/∂v · ∂v/∂u ·
∂u/∂b = 3 · 1 · 3 = 9". The order is that of Expression: the sum here is bit for bit its gradient.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from playground.engine.expression import Graph, Node
from playground.expression_parser import CONSTANTS
from playground.numerals import number_text

DIGITS = 4
MOST_ADDENDS = 6
"""Maximum number of parts of a gradient that are written out in a sum."""
LONGEST_CHAIN = 5
"""A product of more factors is shortened to the two nearest ones."""
_INFIX = {"+": "+", "−": "−", "×": "·", "÷": "/", "^": "^"}
_ORDINALS = ("1st", "2nd", "3rd")


@dataclass(frozen=True)
class ForwardStep:
    """A node receives its value.

    text: "u = b · c = 2 · 3 = 6"; note: the part of the expression that it is.
    """

    node: int
    text: str
    note: str


@dataclass(frozen=True)
class BackwardStep:
    """A gradient goes back along one edge, from `node` to its input number `slot`.

    local is ∂node/∂source, upstream ∂j/∂node, product the contribution to the source, before and after the
    sum at the source. The very first step, ∂j/∂j = 1, has no source. text is the chain rule with its numbers;
    note explains the local derivative and the sum.
    """

    node: int
    slot: int | None
    source: int | None
    local: float
    upstream: float
    product: float
    before: float
    after: float
    text: str
    note: str


Step = ForwardStep | BackwardStep


class Course:
    """The order of the steps through a graph; the same for every graph of one expression."""

    def __init__(self, graph: Graph):
        nodes = graph.nodes
        self.forward = tuple(index for index, node in enumerate(nodes) if node.inputs)
        edges: list[tuple[int, int | None]] = [(graph.result, None)]
        for index in range(len(nodes) - 1, -1, -1):
            for slot, source in enumerate(nodes[index].inputs):
                if nodes[source].varies:
                    edges.append((index, slot))
        # Nothing to differentiate by: there is no backward pass.
        self.backward = tuple(edges) if nodes[graph.result].varies else ()
        self.arrivals: dict[int, list[int]] = {}
        for place, (node, way) in enumerate(self.backward):
            target = node if way is None else nodes[node].inputs[way]
            self.arrivals.setdefault(target, []).append(place)

    def __len__(self) -> int:
        return len(self.forward) + len(self.backward)


@dataclass(frozen=True)
class Known:
    """The values and gradients that the steps so far have shown.

    values: for each node whether its value is there. gradients: the sum of the contributions to each node so
    far, None where there is none. complete: whether all contributions are included. node, source: the nodes
    of the last step.
    """

    values: tuple[bool, ...]
    gradients: tuple[float | None, ...]
    complete: tuple[bool, ...]
    edges: frozenset[tuple[int, int]]
    node: int | None = None
    source: int | None = None
    slot: int | None = None
    is_backward: bool = False


class ChainRuleSteps:
    """All steps through one evaluated graph: first forward, then backward. Each is created on request."""

    def __init__(self, graph: Graph, course: Course | None = None):
        self.graph = graph
        self.course = course or Course(graph)

    def __len__(self) -> int:
        return len(self.course)

    @property
    def n_forward(self) -> int:
        return len(self.course.forward)

    @property
    def n_backward(self) -> int:
        return len(self.course.backward)

    def step(self, number: int) -> Step:
        """Return step 0, 1, … of both passes in one count. Raises IndexError where there is none."""
        if not 0 <= number < len(self):
            raise IndexError(f"there are {len(self)} steps, not {number + 1}.")
        if number < self.n_forward:
            return self._forward(self.course.forward[number])
        return self._backward(number - self.n_forward)

    def known(self, count: int) -> Known:
        """Return the values and gradients after the first `count` steps."""
        nodes = self.graph.nodes
        done = set(self.course.forward[:count])
        n_back = max(0, count - self.n_forward)
        arrived: dict[int, int] = {}
        edges = set()
        for index, slot in self.course.backward[:n_back]:
            target = index if slot is None else nodes[index].inputs[slot]
            arrived[target] = arrived.get(target, 0) + 1
            if slot is not None:
                edges.add((index, slot))
        gradients = tuple(
            self._gathered[target][arrived[target] - 1] if target in arrived else None
            for target in range(len(nodes))
        )
        complete = tuple(
            target in arrived and arrived[target] == len(self.course.arrivals[target])
            for target in range(len(nodes))
        )
        last: tuple[int | None, int | None, int | None] = (None, None, None)
        if n_back:
            index, slot = self.course.backward[min(n_back, self.n_backward) - 1]
            last = (index, None if slot is None else nodes[index].inputs[slot], slot)
        elif count:
            last = (self.course.forward[count - 1], None, None)
        values = tuple(not node.inputs or index in done for index, node in enumerate(nodes))
        return Known(values, gradients, complete, frozenset(edges), *last, is_backward=n_back > 0)

    @cached_property
    def _gathered(self) -> dict[int, list[float]]:
        """The running sums of the contributions to each node."""
        gathered: dict[int, list[float]] = {}
        for target, places in self.course.arrivals.items():
            total, sums = 0.0, []
            for place in places:
                total += self._arriving(place)
                sums.append(total)
            gathered[target] = sums
        return gathered

    def _arriving(self, place: int) -> float:
        """Return the contribution of one backward step to its source."""
        index, slot = self.course.backward[place]
        node = self.graph.nodes[index]
        return 1.0 if slot is None else node.gradient * node.local_derivatives[slot]

    def _forward(self, index: int) -> ForwardStep:
        node = self.graph.nodes[index]
        inputs = [self.graph.nodes[source] for source in node.inputs]
        names = operation_text(node.kind, [name_text(source) for source in inputs])
        numbers = operation_text(node.kind, [_in_formula(source.value) for source in inputs])
        if numbers in (names, value_text(node.value)):
            text = f"{node.name} = {names} {_equals(node.value)}"
        else:
            text = f"{node.name} = {names} = {numbers} {_equals(node.value)}"
        return ForwardStep(index, text, node.label)

    def _backward(self, place: int) -> BackwardStep:
        nodes, result = self.graph.nodes, self.graph.nodes[self.graph.result].name
        index, slot = self.course.backward[place]
        node = nodes[index]
        if slot is None:
            note = f"The backward pass begins at its end: {result} changes exactly as {result} does."
            text = f"∂{result}/∂{result} = 1"
            return BackwardStep(index, None, None, 1.0, 1.0, 1.0, 0.0, 1.0, text, note)
        source = node.inputs[slot]
        local, upstream = node.local_derivatives[slot], node.gradient
        product = upstream * local
        arrivals = self.course.arrivals[source]
        turn = arrivals.index(place)
        sums = self._gathered[source]
        before = sums[turn - 1] if turn else 0.0
        text = self._chain(index, slot, len(sums) > 1)
        note = derivative_text(self.graph, index, slot)
        if len(sums) > 1:
            name = nodes[source].name
            note += f" {name} is used {_times(len(sums))}: "
            if turn:
                rest = ""
                addends = [self._arriving(other) for other in arrivals[: turn + 1]]
                if len(addends) > MOST_ADDENDS:
                    addends = [before, product]
                    rest = f"{turn} parts are {_in_formula(before)} together, "
                total = f"{' + '.join(map(_in_formula, addends))} {_equals(sums[turn])}"
                note += f"what arrives is added up, {rest}{_partial(result, name)} = {total}"
                note += "." if turn == len(sums) - 1 else " so far."
            else:
                note += "this is the first part of its gradient."
        return BackwardStep(index, slot, source, local, upstream, product, before, sums[turn], text, note)

    def _chain(self, index: int, slot: int, is_part: bool) -> str:
        """Return "∂j/∂b = ∂j/∂v · ∂v/∂u · ∂u/∂b = 3 · 1 · 3 = 9", as far up as there is only one way."""
        nodes, course = self.graph.nodes, self.course
        result = self.graph.result
        source = nodes[index].inputs[slot]
        factors = [(local_symbol(self.graph, index, slot), nodes[index].local_derivatives[slot])]
        target = index
        while target != result and len(course.arrivals[target]) == 1 and len(factors) < LONGEST_CHAIN:
            above, way = course.backward[course.arrivals[target][0]]
            assert way is not None
            factors.append((local_symbol(self.graph, above, way), nodes[above].local_derivatives[way]))
            target = above
        if target != result and len(factors) > 1 and len(course.arrivals[target]) == 1:
            # Too long to be read: the sum so far stands for all of it.
            factors, target = factors[:1], index
        name = _partial(nodes[result].name, nodes[source].name)
        if target != result:
            factors.append((_partial(nodes[result].name, nodes[target].name), nodes[target].gradient))
        elif index == result:
            lead = f"{name}, one part" if is_part else name
            return f"{lead} {_equals(factors[0][1])}"
        factors.reverse()
        product = nodes[index].gradient * nodes[index].local_derivatives[slot]
        symbols = " · ".join(symbol for symbol, _ in factors)
        numbers = " · ".join(_in_formula(value) for _, value in factors)
        lead = f"{name}, one part: {symbols}" if is_part else f"{name} = {symbols}"
        return f"{lead} = {numbers} {_equals(product)}"


def operation_text(kind: str, operands: list[str]) -> str:
    """Return an operation with its operands as the lecture writes it: "b · c", "sigmoid(v)"."""
    if kind == "negate":
        return f"−{operands[0]}"
    if kind in _INFIX:
        return f"{operands[0]} {_INFIX[kind]} {operands[1]}"
    return f"{kind}({', '.join(operand.strip('()') for operand in operands)})"


def name_text(node: Node) -> str:
    """Return the text for a node in a formula: its name, or the number that it is."""
    return _in_formula(node.value) if node.kind == "number" and node.label not in CONSTANTS else node.name


def value_text(value: float, digits: int = DIGITS) -> str:
    """Return a value of the graph: whole numbers with all digits, others with `digits` significant ones."""
    return number_text(value, 8 if value == int(value) and abs(value) < 1e7 else digits)


def derivative_text(graph: Graph, index: int, slot: int) -> str:
    """Return the explanation of a local derivative: "∂u/∂b = c = 3, since u = b · c."."""
    node = graph.nodes[index]
    inputs = [graph.nodes[source] for source in node.inputs]
    local = node.local_derivatives[slot]
    formula = operation_text(node.kind, [name_text(operand) for operand in inputs])
    symbol = local_symbol(graph, index, slot)
    rule = _rule(node, inputs, slot)
    number = value_text(local)
    middle = f"= {rule} {_equals(local)}" if rule and rule != number else _equals(local)
    return f"{symbol} {middle}, since {node.name} = {formula}{_because(node, inputs, slot)}."


def _rule(node: Node, inputs: list[Node], slot: int) -> str:
    """Return the local derivative as a formula in names; empty where it is a plain number."""
    x = name_text(inputs[0])
    if node.kind == "×":
        return name_text(inputs[1 - slot])
    if node.kind == "÷":
        y = name_text(inputs[1])
        return f"1/{y}" if slot == 0 else f"−{x}/{y}²"
    if node.kind == "^":
        if slot == 1:
            return f"{node.name} · log({x})"
        if inputs[1].kind == "number":
            exponent = inputs[1].value
            factor = value_text(exponent)
            if exponent == 2:
                return f"2 · {x}"
            return f"{factor} · {x}^{_in_formula(exponent - 1)}"
        return f"{inputs[1].name} · {x}^({inputs[1].name} − 1)"
    return {
        "sigmoid": f"{node.name} · (1 − {node.name})",
        "tanh": f"1 − {node.name}²",
        "exp": node.name,
        "log": f"1/{x}",
        "sin": f"cos({x})",
        "cos": f"−sin({x})",
        "sqrt": f"1/(2 · {node.name})",
    }.get(node.kind, "")


def _because(node: Node, inputs: list[Node], slot: int) -> str:
    """Return the condition under which a derivative with a kink has its value."""
    x = inputs[slot]
    if node.kind == "relu":
        return f" and {x.name} = {value_text(x.value)} is {'above' if x.value > 0 else 'not above'} zero"
    if node.kind in ("max", "min"):
        which = "largest" if node.kind == "max" else "smallest"
        chosen = node.local_derivatives[slot] == 1.0
        return f" and {x.name} is {'the' if chosen else 'not the'} {which}"
    return ""


def local_symbol(graph: Graph, index: int, slot: int, longest: int | None = None) -> str:
    """Return the symbol of the derivative of a node by one of its inputs: "∂u/∂b".

    Of an input that the node uses more than once it says which one is meant: u = a·a has the derivatives
    "∂u/∂(1st a)" and "∂u/∂(2nd a)", whose sum is ∂u/∂a. longest: of a name, in characters.
    """
    node = graph.nodes[index]
    source = node.inputs[slot]
    above, below = (_cut(name, longest) for name in (node.name, graph.nodes[source].name))
    if node.inputs.count(source) > 1:
        use = node.inputs[: slot + 1].count(source)
        below = f"({_ORDINALS[use - 1] if use <= len(_ORDINALS) else f'{use}th'} {below})"
    return _partial(above, below)


def _cut(name: str, longest: int | None) -> str:
    return name if longest is None or len(name) <= longest else f"{name[: longest - 1]}…"


def _partial(above: str, below: str) -> str:
    return f"∂{above}/∂{below}"


def _in_formula(value: float) -> str:
    text = value_text(value)
    return f"({text})" if text.startswith("−") else text


def _equals(value: float) -> str:
    """Return "= 6", or "≈ 0.6225" where digits were left out."""
    text = value_text(value)
    exact = value == int(value) if abs(value) >= 1e7 else math.isclose(value, _read(value), rel_tol=1e-12)
    return f"{'=' if exact and abs(value) < 1e7 else '≈'} {text}"


def _read(value: float) -> float:
    """Return the number in its text."""
    if value == int(value):
        return value
    return float(f"{value:.{DIGITS - 1}e}")


def _times(count: int) -> str:
    return {2: "twice", 3: "three times"}.get(count, f"{count} times")
