"""The graph of an expression."""
