"""Drawings and histories written to files."""
