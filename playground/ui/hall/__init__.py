"""The lecture hall: presentation, scenes, lock, show of hands."""
