"""Mappings: how a foreign message becomes a draft order. Documents, their compiler, the neutral draft. Pure.

`documents` is what business people write, `mappers.compile` turns it into a function, `drafts` is what that
function returns; `values`, `paths`, `steps` and `conditions` are its parts.
"""
