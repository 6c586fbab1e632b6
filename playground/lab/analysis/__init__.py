"""The helper process that answers questions about the landscape."""
