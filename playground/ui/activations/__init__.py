"""The page of activation functions."""
