"""One database transaction over the stores of what is nowhere else.

What belongs together is kept together or not at all: a signed submission, the values behind its commitments, and the
job that it begins. Every unit that changed something raises the *edition*, so that caches notice; how far a job is
concerns no cache.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final, Self

from sqlalchemy import Connection, insert, update

from traceability.projection import schema
from traceability.projection.jobs import Jobs
from traceability.projection.programs import ApiKeys, NamedQueries
from traceability.projection.stores import Accounts, Erasables, Outbox, Seeds, Store

_STORES: Final[Mapping[str, type[Store]]] = {
    "outbox": Outbox,
    "erasables": Erasables,
    "seeds": Seeds,
    "accounts": Accounts,
    "jobs": Jobs,
    "api_keys": ApiKeys,
    "named_queries": NamedQueries,
}


class UnitOfWork:
    """One transaction over the stores. Units do not nest: SQLite has one writer."""

    outbox: Outbox
    erasables: Erasables
    seeds: Seeds
    accounts: Accounts
    jobs: Jobs
    api_keys: ApiKeys
    named_queries: NamedQueries

    def __init__(self, writing: Callable[[], AbstractContextManager[Connection]]) -> None:
        """Remember how to open a transaction; nothing happens before `with`."""
        self._transaction = writing()
        self._dirty = False

    def __enter__(self) -> Self:
        """Begin."""
        self._connection = self._transaction.__enter__()
        for name, store in _STORES.items():
            setattr(self, name, store(self._connection, self._touch))
        return self

    def __exit__(self, *exc: object) -> None:
        """Commit, or roll back when an exception passes."""
        if exc[0] is None and self._dirty:
            raise_edition(self._connection)
        self._transaction.__exit__(*exc)  # type: ignore[arg-type]  # as `with` hands it over

    def _touch(self) -> None:
        self._dirty = True


def raise_edition(connection: Connection) -> None:
    """Note that a base table has changed."""
    table = schema.edition
    raised = update(table).where(table.c.id == 1).values(number=table.c.number + 1)
    if not connection.execute(raised).rowcount:
        connection.execute(insert(table).values(id=1, number=1))
