"""The learning-rate strip: track, look-ahead, the step from the side."""
