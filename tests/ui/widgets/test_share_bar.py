"""A bar of progress over a plot: a new value does not paint the plot in the middle of something else."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from playground.ui.widgets.share_bar import ShareBar


class Ground(QWidget):
    """A widget that counts how often it is painted."""

    painted = 0

    def paintEvent(self, _event: Any) -> None:
        self.painted += 1


def test_a_new_value_is_painted_with_the_next_frame_and_once(qtbot: Any) -> None:
    ground = Ground()
    qtbot.addWidget(ground)
    bar = ShareBar("Progress", 90, ground)
    bar.show_share(0.1)
    ground.resize(200, 60)
    with qtbot.waitExposed(ground):
        ground.show()
    qtbot.waitUntil(lambda: ground.painted > 0)
    before = bar.grab().toImage()
    painted = ground.painted
    bar.show_share(0.4)
    bar.show_share(0.9)
    assert ground.painted == painted, "nothing is painted while it is told"
    qtbot.waitUntil(lambda: ground.painted > painted)
    assert ground.painted == painted + 1
    assert bar.value() == 90
    assert bar.grab().toImage() != before
