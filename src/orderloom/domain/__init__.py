"""The words of the business: state, events, deciders, evolve. Pure: no clock, no I/O, no dice, no rule engine."""
