"""The trade's own rules and words, with no I/O and no clock.

A module here may import only the standard library, `traceability.errors` and its neighbours. Whoever wants to know
what a lot, a Digital Link, a rating or a verdict *is* reads this package; how they are proved is in `proofs`, how
they are stored and sent is in the adapters.
"""
