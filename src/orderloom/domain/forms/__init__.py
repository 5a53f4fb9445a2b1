"""Forms: fields of an order or of a record type, arranged for whoever fills them in, with checks of their own.

Lives on the domain's floor: pure. Expressions are compiled in `rules.forms`, submissions taken in `actions.forms`.
"""
