"""What surrounds the parameters: planes, surfaces, curvature, look-ahead; NumPy alone."""
