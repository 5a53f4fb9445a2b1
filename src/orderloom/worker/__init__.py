"""The loops: relay, outbox, timers, long jobs. May import everything below the doors."""
