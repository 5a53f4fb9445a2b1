"""Flows: what follows from an event, as a graph that people draw. The definition, a run's state and how it advances.

Lives on the domain's floor: pure. Expressions are text here; who advances a run answers them.
"""
