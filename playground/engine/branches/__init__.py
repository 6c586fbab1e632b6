"""What can be gone back to, and runs side by side."""
