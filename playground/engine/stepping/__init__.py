"""The fast step: batches, blocks of steps, many runs at once."""
