"""When two runs count as the same."""

from __future__ import annotations

import numpy as np

from playground.engine.trainer import Trainer


def assert_same_run(a: Trainer, b: Trainer) -> None:
    """Two runs stand at the same point with the same history, bit by bit."""
    assert (a.step, a.epoch, a.diverged, a.settings) == (b.step, b.epoch, b.diverged, b.settings)
    one, other = a.history.view(), b.history.view()
    assert one.changes == other.changes
    np.testing.assert_array_equal(one.path_steps, other.path_steps)
    np.testing.assert_array_equal(one.path, other.path)
    for name, curve in one.curves.items():
        np.testing.assert_array_equal(curve.steps, other.curves[name].steps, err_msg=name)
        np.testing.assert_array_equal(curve.values, other.curves[name].values, err_msg=name)
    for mine, theirs in zip(a.last_update or (), b.last_update or (), strict=True):
        np.testing.assert_array_equal(mine, theirs)
