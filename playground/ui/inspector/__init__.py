"""The inspector, the gradient check and the bug hunt."""
