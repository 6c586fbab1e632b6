"""The files of the window: what is opened, saved, and kept by itself."""
