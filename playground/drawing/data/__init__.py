"""The data with the decision boundary."""
