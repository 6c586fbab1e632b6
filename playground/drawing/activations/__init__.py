"""Activation functions, and the norms of layers."""
