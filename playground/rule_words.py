"""A rule in words, for captions and announcements."""

from __future__ import annotations

from playground.experiment_rule import RuleSettings
from playground.numerals import ALL_DIGITS, number_text

LONGEST = 60


def rule_words(rule: RuleSettings) -> str:
    """Return all of a rule: "rule x1*x2 > 0 over −5 to 5" for classes, "rule y = x1*x2 …" for values."""
    low, high = (number_text(end, ALL_DIGITS) for end in rule.range)
    return f"rule {_equation(rule, rule.title)} over {low} to {high}"


def rule_name(rule: RuleSettings) -> str:
    """Return a rule in few words: "rule x1*x2 > 0"."""
    text = rule.title if len(rule.title) <= LONGEST else f"{rule.title[: LONGEST - 1]}…"
    return f"rule {_equation(rule, text)}"


def _equation(rule: RuleSettings, text: str) -> str:
    return f"{text} > 0" if rule.target == "class" else f"y = {text}"
