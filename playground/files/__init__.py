"""Reading and writing files: text from anywhere, whole files at once, paths and their names."""
