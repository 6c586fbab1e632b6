"""The map of learning rates and first weights."""
