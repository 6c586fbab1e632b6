"""The monkey: nothing breaks, whatever random hands do. A seed that broke something is run again by hand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from monkey.loose import let_loose


@pytest.mark.parametrize("seed", range(4))
def test_nothing_breaks(qtbot, tmp_path: Path, seed: int) -> None:
    let_loose(seed, 500, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("use_process", [False, True])
def test_nothing_breaks_for_long(qtbot, tmp_path: Path, use_process: bool) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    let_loose(seed, 10_000, tmp_path, use_process)
