"""The only threads: the one door between the window and the computation."""
