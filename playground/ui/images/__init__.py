"""The page of inputs that are images."""
