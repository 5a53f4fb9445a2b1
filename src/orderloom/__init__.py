"""OrderLoom 织单: the order hub that a company shapes by itself, without code."""

__version__ = "0.1.0"
