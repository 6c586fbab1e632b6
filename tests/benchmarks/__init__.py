"""Figures beside those of PyTorch, JAX and others: `python -m tests.benchmarks [names]`."""
