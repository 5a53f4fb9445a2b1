"""The command-line door: `orderloom <word> <verb>`. May import everything below the doors."""
