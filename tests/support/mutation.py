"""Valid texts with things done to them, from a seed: what a reader of files and lines has to bear."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

MOST_SECONDS, LONGEST_SENTENCE = 3.0, 1500
PIECES = (
    *("0", "-0", "-1", "1e308", "-1e308", "1e-320", "5e-324", "1e400", "NaN", "Infinity", "inf", "nan"),
    *("9" * 30, "9" * 5000, "0x1" + "0" * 5000, "null", "true", "false", "[]", "{}", '""', '"\\ud800"'),
    *("'", '"', "\\", "\0", "\n", "\r", "\t", "\ufeff", "\u2028", "é", "e\u0301", "ŷ", "٣", "😀"),
    *("[" * 200, "{" * 200, "(" * 200, '{"a":' * 50, ",", ";", "=", ":", "#", "%", "%3B"),
    *("@Variant(\\0\\0)", "@ByteArray(x)", "<b>", "![x](/dev/zero)", "lesson:9", "1,000", "1.000"),
    *("·10⁻⁵", "σ(", "^-1", "**", "2020-01-01", "a.b.c=1", "[[step]]", "x" * 3000),
)


def mutated(text: str, random: Random) -> str:
    """Return the text after one to four changes."""
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(text))
        to = min(len(text), at + random.choice((0, 1, 2, 5, 20, 200)))
        kind = random.randrange(7)
        if kind == 0:
            text = text[:at] + text[to:]
        elif kind == 1:
            text = text[:to] + text[at:to] * random.choice((1, 2, 40)) + text[to:]
        elif kind == 2:
            text = text[:at] + random.choice(PIECES) + text[to:]
        elif kind == 3:
            text = _with_other_value(text, random)
        elif kind == 4:
            lines = text.splitlines(keepends=True)
            random.shuffle(lines)
            text = "".join(lines)
        elif kind == 5:
            text = text[:at]
        else:
            text = text[:at] + chr(random.choice((0, 10, 34, 92, 127, 160, 0x2212, 0x1F600))) + text[at:]
    return text


def _with_other_value(text: str, random: Random) -> str:
    """One number or quoted text replaced by another piece: the form stays, the meaning does not."""
    found = list(re.finditer(r'-?\d[\d.eE+-]*|"[^"\n]*"|true|false|null', text))
    if not found:
        return text
    match = random.choice(found)
    return text[: match.start()] + random.choice(PIECES) + text[match.end() :]


def search(
    samples: Sequence[str],
    read: Callable[[str], Any],
    refusal: type[Exception] | tuple[type[Exception], ...],
    count: int,
    seed: int,
) -> int:
    """Read so many mutated samples; each is a value or one sentence, in little time.

    Return how many were values. Raises AssertionError with the text that was neither.
    """
    random, values = Random(seed), 0
    for number in range(count):
        text = mutated(random.choice(samples), random)
        began = time.process_time()
        try:
            read(text)
            values += 1
        except refusal as error:
            sentence = str(error)
            assert sentence.strip(), (seed, number, text[:2000], sentence)
            assert "\n" not in sentence, (seed, number, text[:2000], sentence)
            assert len(sentence) <= LONGEST_SENTENCE, (seed, number, text[:2000], sentence)
        except Exception as error:
            raise AssertionError((seed, number, text[:4000])) from error
        assert time.process_time() - began < MOST_SECONDS, (seed, number, text[:2000])
    return values
