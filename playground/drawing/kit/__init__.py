"""Parts that all drawings share: theme, axes, items, labels, colour bars."""
