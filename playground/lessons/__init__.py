"""Lessons: text files with steps, goals that the program checks, predictions that it answers."""
