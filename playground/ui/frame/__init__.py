"""What every part of the window stands on: features, actions, layout, preferences."""
