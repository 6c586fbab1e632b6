"""The loss surface, flat and in relief."""
