"""The Loss Landscape Playground: a small network trains, with its learning rate in the user's hand."""

__version__ = "0.1.0"
