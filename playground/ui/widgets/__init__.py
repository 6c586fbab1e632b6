"""Widgets that are independent of the program."""
