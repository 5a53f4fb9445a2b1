"""Stand-ins of partners: real servers on this machine that answer as the partner does, and fail in its ways.

They import nothing of the hub but `kit`: what they check is written from the partner's own description, not from ours.
"""
