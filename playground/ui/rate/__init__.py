"""The learning-rate strip and the marks on it."""
