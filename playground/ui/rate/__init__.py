"""The learning-rate strip and what it shows."""
