"""Finding one's way: keys, commands by a few of their letters, versions."""
