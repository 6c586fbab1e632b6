"""The parser that reads a scalar expression into the operations of its computation graph.

The grammar, loosest first: sums; products and quotients; a sign; powers (right to left); calls and brackets.
The parser uses a stack of pending operators (Dijkstra's shunting yard, 1961) instead of recursion, so no
input can exhaust Python's stack, and no text is ever executed by Python.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

from playground.number_reader import is_lost

MAX_CHARACTERS = 20_000
MAX_BRACKETS = 100
LABEL_LENGTH, NAME_LENGTH = 160, 40

FUNCTIONS = {
    "sigmoid": 1,
    "relu": 1,
    "tanh": 1,
    "exp": 1,
    "log": 1,
    "sin": 1,
    "cos": 1,
    "sqrt": 1,
    "max": 2,
    "min": 2,
}
"""Each function with the number of its arguments (max and min: at least that many)."""
OTHER_NAMES = {"σ": "sigmoid", "ln": "log"}
"""Other names of functions, as in the lecture."""
CONSTANTS = {"e": math.e, "pi": math.pi, "π": math.pi}

_PRECEDENCE = {"+": 1, "−": 1, "×": 2, "÷": 2, "negate": 3, "^": 4}
_OPERATORS = {
    "+": "+",
    "-": "−",
    "−": "−",
    "*": "×",
    "×": "×",
    "·": "×",
    "/": "÷",
    "–": "−",
    "∗": "×",
    "⋅": "×",
    "∕": "÷",
    "÷": "÷",
    "^": "^",
    "**": "^",
}
_LETTERS, _HAT = "A-Za-zα-ωϑϕϵŷµ_", "\u0302"
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>[{_LETTERS}][{_LETTERS}0-9₀-₉{_HAT}]*)"
    r"|(?P<operator>\*\*|[-+*/^−×·÷–∗⋅∕])"
    r"|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
)
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_INSTEAD = {
    "=": "One expression, without “=”: its value is called j by itself.",
    "[": "Only round brackets have a meaning here: write W[1] as W1, and (a + b) for a group.",
    "]": "Only round brackets have a meaning here: write W[1] as W1, and (a + b) for a group.",
    "{": "Only round brackets have a meaning here.",
    "}": "Only round brackets have a meaning here.",
    "|": "Write the absolute value of x as max(x, -x).",
    "√": "Write a root as sqrt(…).",
    "∞": "Only finite numbers have a meaning here.",
    "∑": "Write a sum out, a + b + c.",
    "Σ": "Write a sum out, a + b + c.",
    **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "Write a power as x^2."),
}
"""What to write instead of signs that have no meaning here."""


class ExpressionError(ValueError):
    """An expression that cannot be read or has no finite value; `.position` is the character of the fault."""

    def __init__(self, message: str, position: int):
        super().__init__(message)
        self.position = position


class ParsedNode(NamedTuple):
    """One node before it has a value.

    kind is "variable", "number", an operator sign or the name of a function; inputs are indices of earlier
    operations; number is the value of a number; position is where it stands in the text.
    """

    kind: str
    label: str
    inputs: tuple[int, ...]
    position: int
    number: float = 0.0


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _Pending(NamedTuple):
    """An operator or an open bracket whose right side is not read yet."""

    kind: str  # an operator of _PRECEDENCE, "(" or the name of a function
    start: int
    n_operands_below: int
    end: int = 0
    bracket: int = -1  # of a function: where its bracket opens


def parse(text: str) -> tuple[ParsedNode, ...]:
    """Return the operations of one expression in an order of evaluation; the last is its value.

    Equal parts of the text (a variable, or sigmoid(w*x + b)) are one operation, used twice; numbers alone are
    operations of their own wherever they stand. Raises ExpressionError with the place of the fault.
    """
    if not isinstance(text, str):
        raise ExpressionError("An expression is a text.", 0)
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(f"At most {MAX_CHARACTERS} characters.", MAX_CHARACTERS)
    return _Reader(text).read()


class _Reader:
    """The state of reading one text: what is built, and what is pending."""

    def __init__(self, text: str):
        self.text = text
        self.operations: list[ParsedNode] = []
        self.variables: dict[str, int] = {}
        self.known: dict[tuple[object, ...], int] = {}  # an operation by its kind and what its inputs are
        self.meanings: list[int] = []  # the first operation that is the same as each: equal numbers are one
        self.operands: list[tuple[int, int, int]] = []  # operation, first and last character of its text
        self.pending: list[_Pending] = []
        self.n_brackets = 0

    def read(self) -> tuple[ParsedNode, ...]:
        tokens = _tokens(self.text)
        expects_operand = True
        for index, token in enumerate(tokens):
            if expects_operand:
                following = tokens[index + 1] if index + 1 < len(tokens) else None
                expects_operand = self._operand(token, following)
            else:
                expects_operand = self._after_operand(token)
        if expects_operand:
            raise ExpressionError(
                "Something is missing at the end."
                if tokens
                else "Type an expression, for example 3*(a + b*c).",
                len(self.text),
            )
        while self.pending:
            if self.pending[-1].kind not in _PRECEDENCE:
                opened = self.pending[-1]
                where = opened.start if opened.kind == "(" else opened.bracket
                raise ExpressionError("This bracket is never closed.", where)
            self._apply()
        return _without_unused(self.operations)

    def _operand(self, token: _Token, following: _Token | None) -> bool:
        """Read a token where a value must stand; return whether a value must still follow."""
        calls = following is not None and following.kind == "open"
        if token.kind == "number":
            self._number(token)
            return False
        if token.kind == "name" and calls:
            function = OTHER_NAMES.get(token.text, token.text)
            if function not in FUNCTIONS:
                known = token.text in self.variables or token.text in CONSTANTS
                hint = "" if known else f"; known are {', '.join(FUNCTIONS)}"
                raise ExpressionError(f"“{brief(token.text)}” is not a function{hint}.", token.start)
            self.pending.append(_Pending(function, token.start, len(self.operands), token.end))
            return True
        if token.kind == "name":
            if token.text in FUNCTIONS or token.text == "ln":
                raise ExpressionError(f"“{token.text}” is a function: write {token.text}(…).", token.start)
            if token.text in CONSTANTS:
                self._add_number(CONSTANTS[token.text], token.start, token.start, token.end)
            else:
                self._variable(token)
            return False
        if token.kind == "open":
            self.n_brackets += 1
            if self.n_brackets > MAX_BRACKETS:
                raise ExpressionError(f"Brackets may be at most {MAX_BRACKETS} deep.", token.start)
            if self.pending and self.pending[-1].kind in FUNCTIONS and self._opens_call(token):
                self.pending[-1] = self.pending[-1]._replace(bracket=token.start)
            else:
                self.pending.append(_Pending("(", token.start, len(self.operands)))
            return True
        if token.kind == "operator" and token.text in ("-", "−"):
            self.pending.append(_Pending("negate", token.start, len(self.operands)))
            return True
        if token.kind == "operator" and token.text == "+":
            return True
        raise ExpressionError(f"A value is missing before “{token.text}”.", token.start)

    def _opens_call(self, bracket: _Token) -> bool:
        """Return whether this bracket directly follows the name of the function on top of the stack."""
        name = self.pending[-1]
        return not self.text[name.end : bracket.start].strip()

    def _after_operand(self, token: _Token) -> bool:
        """Read a token where an operator, a comma or a closing bracket may stand."""
        if token.kind == "operator":
            operator = _OPERATORS[token.text]
            while self._binds_before(operator):
                self._apply()
            self.pending.append(_Pending(operator, token.start, len(self.operands)))
            return True
        if token.kind in ("close", "comma"):
            while self.pending and self.pending[-1].kind in _PRECEDENCE:
                self._apply()
            if not self.pending:
                if token.kind == "comma":
                    raise self._stray_comma(token.start)
                raise ExpressionError(
                    f"This “{token.text}” closes a bracket that was never opened.", token.start
                )
            if token.kind == "comma":
                if self.pending[-1].kind == "(":
                    raise self._stray_comma(token.start)
                if FUNCTIONS[self.pending[-1].kind] == 1 and self._decimal_at(token.start):
                    raise self._stray_comma(token.start)
                return True
            self._close(token)
            return False
        raise ExpressionError(
            f"An operator is missing before “{brief(token.text)}”: write a product as a*b.", token.start
        )

    def _stray_comma(self, position: int) -> ExpressionError:
        """Return the error for a comma where none may stand."""
        number = self._decimal_at(position)
        if number:
            return ExpressionError(f"Write the number with a point: {number}.", position)
        return ExpressionError("A comma may stand only between the arguments of max or min.", position)

    def _decimal_at(self, position: int) -> str:
        """Return the number that is meant where a comma stands between two digits; empty otherwise."""
        before = re.search(r"(?<![\w.,])[0-9]+$", self.text[:position])
        after = re.match(r"[0-9]+(?![\w.,])", self.text[position + 1 :])
        return brief(f"{before.group()}.{after.group()}") if before and after else ""

    def _binds_before(self, operator: str) -> bool:
        """Return whether the pending operator takes its operands before this one does."""
        if not self.pending or self.pending[-1].kind not in _PRECEDENCE:
            return False
        pending = self.pending[-1].kind
        if operator == "^":
            return False
        return _PRECEDENCE[pending] >= _PRECEDENCE[operator]

    def _apply(self) -> None:
        """Turn the pending operator on top into an operation."""
        kind, start, *_ = self.pending.pop()
        right, _, last = self.operands.pop()
        if kind == "negate":
            if self.operations[right].kind == "number":
                self._add_number(-self.operations[right].number, start, start, last)
            else:
                self._push(kind, (right,), start, start, last)
            return
        left, first, _ = self.operands.pop()
        self._push(kind, (left, right), start, first, last)

    def _close(self, token: _Token) -> None:
        kind, start, below, *_ = self.pending.pop()
        self.n_brackets -= 1
        if kind == "(":
            operation, _, _ = self.operands.pop()
            self.operands.append((operation, start, token.end))
            return
        arguments = self.operands[below:]
        arity = FUNCTIONS[kind]
        if len(arguments) < arity or (arity == 1 and len(arguments) > 1):
            count = "one value" if arity == 1 else "at least two values"
            raise ExpressionError(f"{kind} takes {count}, not {len(arguments)}.", start)
        del self.operands[below:]
        self._push(kind, tuple(operation for operation, _, _ in arguments), start, start, token.end)

    def _push(self, kind: str, inputs: tuple[int, ...], position: int, first: int, last: int) -> None:
        meaning = (kind, *(self.meanings[index] for index in inputs))
        index = self.known.setdefault(meaning, len(self.operations))
        self.operands.append((index, first, last))
        if index == len(self.operations):
            self._add(ParsedNode(kind, _label(self.text, first, last), inputs, position), index)

    def _number(self, token: _Token) -> None:
        value = float(token.text)
        if not math.isfinite(value):
            raise ExpressionError(f"{brief(token.text)} is too large a number.", token.start)
        if is_lost(token.text, value):
            raise ExpressionError(f"{brief(token.text)} cannot be told from 0.", token.start)
        self._add_number(value, token.start, token.start, token.end)

    def _add_number(self, value: float, position: int, first: int, last: int) -> None:
        self.operands.append((len(self.operations), first, last))
        label = _label(self.text, first, last)
        first_of_them = self.known.setdefault(("number", value), len(self.operations))
        self._add(ParsedNode("number", label, (), position, value), first_of_them)

    def _add(self, operation: ParsedNode, meaning: int) -> None:
        self.operations.append(operation)
        self.meanings.append(meaning)

    def _variable(self, token: _Token) -> None:
        if len(token.text) > NAME_LENGTH:
            raise ExpressionError(f"A name has at most {NAME_LENGTH} characters.", token.start)
        if token.text not in self.variables:
            self.variables[token.text] = len(self.operations)
            self._add(ParsedNode("variable", token.text, (), token.start), len(self.operations))
        self.operands.append((self.variables[token.text], token.start, token.end))


def _without_unused(operations: list[ParsedNode]) -> tuple[ParsedNode, ...]:
    """Drop numbers that nothing uses: those of an operation that was there already, or that took a sign."""
    used = [operation.kind != "number" for operation in operations]
    used[-1] = True
    for operation in operations:
        for index in operation.inputs:
            used[index] = True
    if all(used):
        return tuple(operations)
    places, kept = [], 0
    for is_used in used:
        places.append(kept)
        kept += is_used
    return tuple(
        operation._replace(inputs=tuple(places[index] for index in operation.inputs))
        for operation, is_used in zip(operations, used, strict=True)
        if is_used
    )


def _tokens(text: str) -> list[_Token]:
    tokens = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(_strange(text[position]), position)
        position = match.end()
        if match.lastgroup != "space":
            text_of = _name if match.lastgroup == "name" else str
            tokens.append(_Token(str(match.lastgroup), text_of(match.group()), match.start(), match.end()))
    return tokens


def _name(text: str) -> str:
    """Return the name in its normal form: ŷ as one character however it was typed, x1 for x₁."""
    return unicodedata.normalize("NFKC", text.translate(_DIGITS))


def _strange(character: str) -> str:
    if character in _INSTEAD:
        return _INSTEAD[character]
    if character.isascii() and character.isprintable():
        return f"“{character}” has no meaning here: only numbers, names, + − * / ^, brackets and functions."
    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    return f"The character {name} has no meaning here."


def name_of(text: str) -> str | None:
    """Return the name that stands in a text, in its normal form; None where it is not one name."""
    try:
        tokens = _tokens(text)
    except ExpressionError:
        return None
    return tokens[0].text if len(tokens) == 1 and tokens[0].kind == "name" else None


def brief(text: str) -> str:
    """Return a text that is short enough for a sentence."""
    return text if len(text) <= NAME_LENGTH else f"{text[: NAME_LENGTH - 1]}…"


def _label(text: str, first: int, last: int) -> str:
    if last - first <= LABEL_LENGTH:
        return _on_one_line(text[first:last])
    return _on_one_line(text[first : first + LABEL_LENGTH - 1]) + "…"


def _on_one_line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
