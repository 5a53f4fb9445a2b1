"""The order: its state, what happened to it, what is asked of it, and what is decided. Pure."""
