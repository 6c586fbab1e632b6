"""The features of a window, and workbenches with a few of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from playground.experiment import ExperimentFile
from tests.support.fake_workbench import FakeWorkbench

Kind = TypeVar("Kind")


def feature_of(window: Any, kind: type[Kind]) -> Kind:
    """Return the feature of this kind in a window or a workbench."""
    return next(feature for feature in window.features if isinstance(feature, kind))


def bench_with(*kinds: type) -> Any:
    """Return a fixture that opens a workbench with these features and no others."""

    @pytest.fixture
    def opened(open_bench: Callable[..., FakeWorkbench]) -> Callable[..., FakeWorkbench]:
        def open_with(file: ExperimentFile | None = None) -> FakeWorkbench:
            return open_bench(*kinds, file=file)

        return open_with

    return opened
