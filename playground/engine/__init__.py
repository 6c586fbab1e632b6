"""The network that trains: NumPy alone, no Qt, no threads, no prints."""
