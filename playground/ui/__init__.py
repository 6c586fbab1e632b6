"""Widgets; they show and ask, and compute nothing."""
