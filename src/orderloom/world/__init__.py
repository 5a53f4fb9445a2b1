"""The simulated company; it drives the hub from outside only, through its public API."""
