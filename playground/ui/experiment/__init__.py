"""The panel that configures data, network and training."""
