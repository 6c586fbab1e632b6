"""A loss of one variable in the window."""
