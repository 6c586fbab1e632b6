"""Reading tables outside the window's process."""
