"""The loss card, schedules and the time line."""
