"""The surface card: planes, hover, relief."""
