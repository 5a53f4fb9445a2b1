"""The way out: one module per thing that leaves, with retry; and the relay that gives positions."""
