"""Every write: `transact` is the loop, and beside it one module per word with a few lines a verb."""
