"""Variants of a test that only the slow run goes through."""

from __future__ import annotations

from typing import Any

import pytest


def slow(*values: Any) -> Any:
    """Return a parameter set of a test that is deselected in the ordinary run."""
    return pytest.param(*values, marks=pytest.mark.slow)
