"""Kept runs and forks."""
