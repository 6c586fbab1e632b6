"""One update of the run, step by step: its parts in numbers, and their arrows in the picture."""
