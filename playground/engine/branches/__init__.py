"""Other branches of a run: earlier moments, forks, recovery."""
