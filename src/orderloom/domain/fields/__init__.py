"""Fields: the data dictionary. What may be kept of an order, a line, a customer, a SKU, a shipment, or a record of an
own type; what a value of each type is; what is wrong with one.

Lives on the domain's floor: pure. Expressions are looked at in `rules.forms`.
"""
