"""Numbers in the sentences about a run that was thrown out."""

from __future__ import annotations

import pytest

from playground.ui.transport.phase_words import times_the_limit


@pytest.mark.parametrize(
    ("rate", "limit", "words"),
    [
        (0.25, 0.2, ("1.25", "0.2")),
        (0.9, 0.3, ("3", "0.3")),
        (0.25, 0.203, ("1.23", "0.203")),
        (20.0, 0.54, ("37", "0.54")),
    ],
)
def test_the_multiple_of_the_limit_is_the_quotient_of_the_numbers_beside_it(
    rate: float, limit: float, words: tuple[str, str]
) -> None:
    assert times_the_limit(rate, limit) == words
