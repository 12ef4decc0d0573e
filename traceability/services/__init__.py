"""What can be asked of the system: one small function or class for each use case.

A use case takes an `Actor` and a command of plain text, checks who asks and every field, and either returns an
`Outcome` or raises one of our errors with nothing written. It knows the world through `ports` only. `recording` is the
one way from a decision to the chain; `bootstrap` hands the parts in.
"""
