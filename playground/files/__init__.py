"""Reading and writing files: text and JSON from anywhere, whole files at once, paths and their names."""
