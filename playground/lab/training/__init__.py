"""The thread that trains."""
