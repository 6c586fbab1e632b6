"""The monkey: nothing breaks, whatever random hands do. A seed that broke something is run again by hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.monkey.loose import let_loose


@pytest.mark.parametrize("seed", range(2))
def test_nothing_breaks(qtbot, tmp_path: Path, seed: int) -> None:
    let_loose(seed, 300, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_nothing_breaks_for_long(qtbot, tmp_path: Path, part: int) -> None:
    """20 000 actions in all; MONKEY_SEED makes them others."""
    seed = int(os.environ.get("MONKEY_SEED", "1000")) + part
    print(f"seed {seed}")
    let_loose(seed, 1000, tmp_path, use_process=part % 2 == 1)
