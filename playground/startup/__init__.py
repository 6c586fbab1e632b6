"""Start Qt, and report what went wrong."""
