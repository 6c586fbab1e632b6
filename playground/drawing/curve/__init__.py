"""The picture of a loss of one variable."""
