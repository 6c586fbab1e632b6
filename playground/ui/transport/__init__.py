"""Run, step, speed; the phase of the run."""
