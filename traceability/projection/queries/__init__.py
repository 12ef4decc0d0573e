"""Answers to readers, from the tables alone: no chain, no node, no waiting.

`ProjectionReads` is the door (`services.reads.Reads`). Behind it, each module knows one kind of thing: `parties`,
`products`, `lots`, `timeline`, `lineages`, `traces` and `stamps`. What is shown about a lot is checked against its
stored history before it is shown.
"""

from traceability.projection.queries.reads import ProjectionReads

__all__ = ["ProjectionReads"]
