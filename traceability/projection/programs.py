"""What programs from outside are known by, and the questions they have named (`ports.ApiKeys`, `ports.NamedQueries`).

None of it raises the edition: what pages tell the public does not depend on it.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from traceability.domain.api_key_views import ApiKeyView
from traceability.domain.event_query import NamedQuery
from traceability.errors import AlreadyExistsError
from traceability.ports import ApiKey
from traceability.projection import schema
from traceability.projection.stores import Store, from_milliseconds, to_milliseconds

_key = schema.api_key
_query = schema.named_query


class ApiKeys(Store):
    """API keys."""

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        view = key.view
        values = {
            "id": view.id,
            "secret_hash": key.secret_hash,
            "label": view.label,
            "participant": view.participant,
            "created_by": view.created_by,
            "created_at": to_milliseconds(view.created_at),
            "expires_at": view.expires_at and to_milliseconds(view.expires_at),
            "last_used_at": None,
            "revoked_at": None,
        }
        self._connection.execute(insert(_key).values(values))

    def get(self, key_id: str) -> ApiKey | None:
        """Return one by its public part, or None."""
        row = self._connection.execute(select(_key).where(_key.c.id == key_id)).mappings().one_or_none()
        return None if row is None else ApiKey(_view(row), row["secret_hash"])

    def secret_hash(self, key_id: str) -> str | None:
        """Return the hash of one key's secret and nothing else, or None: both take the same time."""
        return self._connection.execute(select(_key.c.secret_hash).where(_key.c.id == key_id)).scalar()

    def list(self, *, participant: int | None = None) -> Sequence[ApiKeyView]:
        """Return the keys of one participant or of all, newest first."""
        wanted = select(_key).order_by(_key.c.created_at.desc(), _key.c.id)
        if participant is not None:
            wanted = wanted.where(_key.c.participant == participant)
        return [_view(row) for row in self._connection.execute(wanted).mappings()]

    def used(self, key_id: str, moment: datetime) -> None:
        """Note that a key was used."""
        changed = update(_key).where(_key.c.id == key_id).values(last_used_at=to_milliseconds(moment))
        self._connection.execute(changed)

    def revoke(self, key_id: str, moment: datetime) -> None:
        """End a key, once."""
        living = update(_key).where(_key.c.id == key_id, _key.c.revoked_at.is_(None))
        self._connection.execute(living.values(revoked_at=to_milliseconds(moment)))


class NamedQueries(Store):
    """Named queries."""

    def add(self, query: NamedQuery) -> None:
        """Keep a query. Raises AlreadyExistsError for a name in use."""
        values = {
            "name": query.name,
            "participant": query.participant,
            "query": json.dumps(dict(query.query), ensure_ascii=False, sort_keys=True),
            "created_at": to_milliseconds(query.created_at),
        }
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(_query).values(values))
        except IntegrityError as error:
            template = "There is a query named {name} already. Choose another name."
            raise AlreadyExistsError(template, field="name", name=query.name) from error

    def get(self, name: str) -> NamedQuery | None:
        """Return one, or None."""
        row = self._connection.execute(select(_query).where(_query.c.name == name)).mappings().one_or_none()
        return None if row is None else _named(row)

    def list(self, *, after: str = "", limit: int = 100) -> Sequence[NamedQuery]:
        """Return queries by name."""
        wanted = select(_query).where(_query.c.name > after).order_by(_query.c.name).limit(limit)
        return [_named(row) for row in self._connection.execute(wanted).mappings()]

    def count(self, participant: int) -> int:
        """Return how many queries a participant has named."""
        wanted = select(func.count()).select_from(_query).where(_query.c.participant == participant)
        return int(self._connection.execute(wanted).scalar_one())

    def remove(self, name: str) -> None:
        """Delete one."""
        self._connection.execute(delete(_query).where(_query.c.name == name))


def _view(row: RowMapping) -> ApiKeyView:
    return ApiKeyView(
        id=row["id"],
        label=row["label"],
        participant=row["participant"],
        created_by=row["created_by"],
        created_at=from_milliseconds(row["created_at"]),
        expires_at=_moment(row["expires_at"]),
        last_used_at=_moment(row["last_used_at"]),
        revoked_at=_moment(row["revoked_at"]),
    )


def _moment(number: int | None) -> datetime | None:
    return None if number is None else from_milliseconds(number)


def _named(row: RowMapping) -> NamedQuery:
    return NamedQuery(
        name=row["name"],
        participant=row["participant"],
        query=json.loads(row["query"]),
        created_at=from_milliseconds(row["created_at"]),
    )
