"""Inputs and weights as images."""
