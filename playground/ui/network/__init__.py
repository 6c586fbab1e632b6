"""The network card, and weights that are set by hand."""
