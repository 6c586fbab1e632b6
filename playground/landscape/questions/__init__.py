"""One file per question to the helper, with its answer."""
