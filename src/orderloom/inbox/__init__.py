"""The way in: keep the raw message first, map it, hand it to an action."""
