"""The sharpness over the run."""
