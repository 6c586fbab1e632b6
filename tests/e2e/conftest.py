"""The window of a story."""

from tests.ui.conftest import open_window, preferences

__all__ = ["open_window", "preferences"]
