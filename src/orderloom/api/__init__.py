"""The HTTP door: one router per word under /api/v1. May import everything below the doors."""
