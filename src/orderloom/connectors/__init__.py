"""One folder per partner system behind `contract`."""
