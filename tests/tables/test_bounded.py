"""Whatever a file holds, reading it takes at most 2 s and 200 MB: each in a process with that limit."""

from __future__ import annotations

import os
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import pytest

from tests.support.bounded_reading import CASES

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS, MOST_MEGABYTES = 2.0, 200
READ = {
    "decimal commas": "40000 rows of 5 columns",
    "decimal commas, quoted, Latin-1": "40000 rows of 5 columns",
    "UTF-16": "40000 rows of 5 columns",
    "UTF-8 with a mark": "40000 rows of 5 columns",
}


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit is one of Linux")
@pytest.mark.parametrize("name", CASES)
def test_it_is_a_table_or_a_sentence_within_its_limits(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.bounded_reading", name, str(MOST_MEGABYTES)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seconds, megabytes, result = done.stdout.strip().split("\t")
    assert float(seconds) < MOST_SECONDS
    assert float(megabytes) < MOST_MEGABYTES
    said = literal_eval(result)
    assert "\n" not in said
    assert said == READ.get(name, said)
    assert said.endswith((".", " columns"))
