"""What is kept of a run: curves, path, checkpoints, phases."""
