"""An expression forward and backward, step by step."""
