"""The surroundings of the parameters: planes, surfaces, curvature, look-ahead; NumPy alone."""
