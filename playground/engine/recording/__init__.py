"""The record of a run: curves, path, checkpoints, phases."""
