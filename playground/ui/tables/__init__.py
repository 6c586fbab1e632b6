"""Tables of the user's own: the dialog that opens them, and the ways out."""
