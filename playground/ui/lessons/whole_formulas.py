"""Formulas of a text, and numbers of per cent, stay on one line where the column is wide enough for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtGui import QFont, QFontMetricsF, QTextBlock, QTextCursor, QTextDocument

SPACE, HELD, JOINER = " ", "\u00a0", "\u2060"
"""A space, one at which no line ends, and a sign without width at which none ends either."""
_OPERATOR = r"(?::=|[=<>≤≥≈≠−+·∘])"
_NAMED = r"(?:−?(?:log|exp) )?"
_OPERAND = rf"{_NAMED}\S*[^\s.,;:]"
_PERCENT = r"(?<=\d) %"
_FORMULA = re.compile(
    rf"{_OPERAND}(?: {_OPERATOR} {_OPERAND})*(?: {_OPERATOR} {_NAMED}\S+)(?:{_PERCENT})?"
    rf"|−(?:log|exp) \S+|\d\S*{_PERCENT}"
)
_RELATION = re.compile(r" (?=(?::=|[=<>≤≥≈≠]) )")
_BREAKS = re.compile(r"(?<=\S)/(?=\S)|(?:(?<=\s)|^)\|(?=\S)")
"""The signs within a formula after which a line may end: a fraction's stroke, and the first bar of |x|."""


def formulas_in(text: str) -> list[tuple[int, int]]:
    """Return where the formulas and shares (90 %) with a space are in a text: begin and end of each."""
    return [match.span() for match in _FORMULA.finditer(text.replace(HELD, SPACE))]


def pieces_of(formula: str) -> list[tuple[int, int]]:
    """Return the parts of a formula that is too long for a line: each begins at a relation, like "= 2·a"."""
    cuts = [match.start() for match in _RELATION.finditer(formula)]
    return list(zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(formula)], strict=True))


class _Formula(NamedTuple):
    """A formula of a document: its place, its text, whether any of it is bold, and how far it is indented."""

    start: int
    text: str
    bold: bool
    indented: float


class WholeFormulas:
    """Keeps the formulas of a document whole, or in parts where one is wider than the column."""

    def __init__(self, document: QTextDocument):
        self._document = document
        self._formulas: list[_Formula] = []

    def take(self) -> None:
        """Find the formulas of a text that is new. Its numbers of signs do not change after this."""
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        for block in self._blocks():
            for match in reversed([*_BREAKS.finditer(block.text())]):
                cursor.setPosition(block.position() + match.end())
                cursor.insertText(JOINER)
        cursor.endEditBlock()
        self._formulas = []
        for block in self._blocks():
            listed = block.textList()
            indented = 0.0 if listed is None else listed.format().indent() * self._document.indentWidth()
            text = block.text()
            for start, end in formulas_in(text):
                formula = text[start:end].replace(HELD, SPACE)
                first = block.position() + start
                bold = any(self._is_bold(place) for place in range(first, first + len(formula)))
                self._formulas.append(_Formula(first, formula, bold, indented))

    def fit(self, width: float, font: QFont) -> None:
        """Hold together what fits into a column of this width, and release what does not."""
        bold = QFont(font)
        bold.setBold(True)
        # Where a part of it is bold, all of it is taken to be as wide as that.
        faces = {False: QFontMetricsF(font), True: QFontMetricsF(bold)}
        room = width - 2 * self._document.documentMargin()
        changes: dict[int, str] = {}
        for formula in self._formulas:
            held = _held(formula.text, room - formula.indented, faces[formula.bold])
            for place, sign in enumerate(held):
                if sign in (SPACE, HELD) and self._sign(formula.start + place) != sign:
                    changes[formula.start + place] = sign
        if not changes:
            return
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        for place, sign in changes.items():
            cursor.setPosition(place)
            cursor.setPosition(place + 1, QTextCursor.MoveMode.KeepAnchor)
            # In its own format: typed after a link, it would belong to the link.
            cursor.insertText(sign, cursor.charFormat())
        cursor.endEditBlock()

    def _is_bold(self, place: int) -> bool:
        cursor = QTextCursor(self._document)
        cursor.setPosition(place + 1)
        return cursor.charFormat().fontWeight() > QFont.Weight.Normal

    def _sign(self, place: int) -> str:
        return self._document.characterAt(place)

    def _blocks(self) -> Iterator[QTextBlock]:
        block = self._document.begin()
        while block.isValid():
            yield block
            block = block.next()


def _held(formula: str, room: float, metrics: QFontMetricsF) -> str:
    """Return a formula with the spaces held at which no line of this width has to end."""
    if metrics.horizontalAdvance(formula) <= room:
        return formula.replace(SPACE, HELD)
    parts = [formula[start:end] for start, end in pieces_of(formula)]
    return SPACE.join(
        part.replace(SPACE, HELD) if metrics.horizontalAdvance(part) <= room else part for part in parts
    )
