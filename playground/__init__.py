"""The Loss Landscape Playground: a small network trains, its learning rate in your hand."""

__version__ = "0.1.0"
