"""What every drawing shares: theme, axes, items, labels, colour bars."""
