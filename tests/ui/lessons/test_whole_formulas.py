"""Formulas in the text of a lesson are not broken over two lines where the column has room for them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QFontMetricsF, QTextDocument
from PySide6.QtWidgets import QApplication

from playground.lessons.format import read_folder
from playground.lessons.parts import with_links
from playground.resources import resource
from playground.ui.lessons.panel import LessonPanel
from playground.ui.lessons.text import LessonText
from playground.ui.lessons.whole_formulas import formulas_in, pieces_of

RULE = "w := w − α·∂J/∂w"
LONG = "δ[l−1] = W[l]ᵀ·δ[l] ∘ g'(z[l−1])"
LESSONS, _ = read_folder(resource("lessons"))


def lines_of(document: QTextDocument) -> list[str]:
    """Return the lines of a text as they stand on the screen."""
    lines, block = [], document.begin()
    while block.isValid():
        layout = block.layout()
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            text = block.text()[line.textStart() : line.textStart() + line.textLength()]
            lines.append(text.replace("\u00a0", " ").replace("\u2060", "").strip())
        block = block.next()
    return lines


def test_formulas_are_found_and_prose_is_not() -> None:
    text = (
        "Here ᵀ is rows. ∘ is the product. Then z = w·x + b, and ŷ = σ(z) = 1/(1 + e⁻ᶻ) is shown "
        "on a log axis; −log(1 − ŷ) if not, −log ŷ if so: J < 0.1 and run w up to 3."
    )
    found = [text[start:end] for start, end in formulas_in(text)]
    assert found == ["z = w·x + b,", "ŷ = σ(z) = 1/(1 + e⁻ᶻ)", "−log(1 − ŷ)", "−log ŷ", "J < 0.1"]
    text = "At least 90 % right; 52.5 % (110 of 160, 69 %), J = 5 % of it, and 7 + 5 % is held too."
    found = [text[start:end] for start, end in formulas_in(text)]
    assert found == ["90 %", "52.5 %", "69 %", "J = 5 %", "7 + 5 %"]
    assert [LONG[start:end] for start, end in pieces_of(LONG)] == ["δ[l−1]", "= W[l]ᵀ·δ[l] ∘ g'(z[l−1])"]


@pytest.mark.parametrize("formula", [RULE, "2/λ", "|1 − α·λ|", "∂J/∂W[l]", "90 %", "**w** := w − α·∂J/∂w"])
def test_a_formula_stays_on_one_line_at_each_place_of_it(qtbot: Any, formula: str) -> None:
    text = LessonText()
    qtbot.addWidget(text)
    text.resize(300, 400)
    text.show()
    plain = formula.replace("*", "")
    for before in range(0, 60, 2):
        text.setMarkdown(f"{'i ' * before}{formula} and so on, word by word, to the end.")
        assert any(plain in line for line in lines_of(text.document())), before
        assert plain in text.toPlainText()


def test_a_formula_wider_than_its_column_breaks_at_a_relation_and_is_whole_again_in_a_wider_one(
    qtbot: Any,
) -> None:
    text = LessonText()
    qtbot.addWidget(text)
    text.setMarkdown(f"It goes back by {LONG} from there.")
    wide = QFontMetricsF(text.font()).horizontalAdvance(LONG)
    text.show()
    for width, whole in ((2.0, True), (0.92, False), (2.0, True), (0.3, False)):
        text.resize(int(wide * width), 400)
        lines = lines_of(text.document())
        assert any(LONG in line for line in lines) == whole
        if width == 0.92:
            assert any("= W[l]ᵀ·δ[l] ∘ g'(z[l−1])" in line for line in lines)
        assert text.document().idealWidth() <= text.viewport().width() + 1


@pytest.mark.parametrize("width", [236, 300, 400])
def test_no_formula_of_the_course_is_broken_that_fits(qtbot: Any, width: int) -> None:
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.resize(width, 700)
    panel.show()
    QApplication.processEvents()
    seen = 0
    for lesson in LESSONS:
        for step in lesson.steps:
            panel.write(with_links(step.text))
            document = panel.text.document()
            lines = lines_of(document)
            bold = panel.text.font()
            bold.setBold(True)
            room = panel.text.viewport().width() - 60
            block = document.begin()
            while block.isValid():
                plain = block.text().replace("\u00a0", " ")
                for start, end in formulas_in(plain):
                    formula = plain[start:end]
                    if QFontMetricsF(bold).horizontalAdvance(formula) <= room:
                        seen += 1
                        whole = formula.replace("\u2060", "")
                        assert any(whole in line for line in lines), (lesson.name, formula)
                block = block.next()
    assert seen > 40


def test_a_link_ends_where_it_did_before_the_formula_was_held(qtbot: Any) -> None:
    text = LessonText()
    qtbot.addWidget(text)
    text.resize(400, 300)
    text.show()
    text.setMarkdown("Choose [α](part:slider) = 2.2 and run.")
    linked, block = [], text.document().begin()
    iterator = block.begin()
    while not iterator.atEnd():
        if iterator.fragment().charFormat().isAnchor():
            linked.append(iterator.fragment().text())
        iterator += 1
    assert linked == ["α"]
    assert "\u00a0=\u00a02.2" in block.text()
