"""Plots as pyqtgraph items, fed with plain arrays; no threads, no widgets."""
