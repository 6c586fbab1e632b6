"""The network card, and weights set by hand."""
