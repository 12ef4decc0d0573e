"""EPCIS 2.0 as JSON text: a reader that believes nothing, and the documents that answer questions.

`read_json` bounds what it reads before it reads it. `query_document` and `single_event` give events back as they were
captured, each with its `recordTime`, its `eventID` and where it stands on chain; whoever drops that last member
recomputes the event hash with any CBV 2.0 tool (EPCIS 2.0, sections 9.3 and 12; CBV 2.0, section 8.9).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any, Final

from traceability.domain.epcis_context import EPCIS_CONTEXT
from traceability.domain.epcis_definitions import CHAIN_NAMESPACE, declarations, mentioned
from traceability.domain.epcis_identifiers import normalised
from traceability.domain.epcis_values import check_nesting, check_text, pointer, shown
from traceability.domain.event_query import Anchor, StoredEvent
from traceability.domain.times import format_time
from traceability.errors import InvalidInputError
from traceability.proofs.event_hash import IMPLIED_CONTEXT

NO_PREFERENCE: Final = "No_Preference"
DIGITAL_LINKS: Final = "Always_GS1_Digital_Link"
AS_CAPTURED: Final = "Never_Translates"
EPC_URNS: Final = "Always_EPC_URN"
EPC_FORMATS: Final = (NO_PREFERENCE, DIGITAL_LINKS, AS_CAPTURED, EPC_URNS)
"""Values of `GS1-EPC-Format` (EPCIS 2.0, 12.4); EPC URNs are read and never written."""

CHAIN_PREFIX: Final = "ocopchain"
ANCHOR: Final = f"{CHAIN_PREFIX}:anchor"
"""The member of an event that says where it stands on chain."""


def read_json(data: bytes, *, most_bytes: int) -> Any:
    """Return the value of a JSON text from outside (RFC 8259).

    Args:
        data: the text in UTF-8.
        most_bytes: a longer text is refused unread.

    Raises:
        InvalidInputError: it is too long, nested too deeply, no UTF-8 or no JSON, names a member of an object twice and
            differently, holds half a surrogate pair, or a number that is none (NaN, 1e999).
    """
    if len(data) > most_bytes:
        raise InvalidInputError("The document is longer than {limit} bytes.", field="", limit=most_bytes)
    check_nesting(data)
    try:
        value = json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_fraction)
    except UnicodeDecodeError as error:
        raise InvalidInputError("This is not a JSON text in UTF-8.", field="") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("This is not a JSON text: {reason}.", field="", reason=str(error)[:120]) from error
    if b"\\u" in data:
        _check_texts(value, "")
    return value


def query_document(
    events: Sequence[StoredEvent],
    *,
    created: datetime,
    query_name: str = "SimpleEventQuery",
    epc_format: str = NO_PREFERENCE,
) -> dict[str, Any]:
    """Return an EPCISQueryDocument that holds events in the order given.

    What events declare for themselves moves into the context of the document where that changes the meaning of no
    other event; otherwise it stays with the event.

    Args:
        events: as the repository keeps them.
        created: when the answer is given.
        query_name: what was asked.
        epc_format: one of `EPC_FORMATS` but `EPC_URNS`.

    Raises:
        InvalidInputError: EPC URNs are asked for, or the format is not known.
    """
    shared = _shared([event.document for event in events])
    return {
        "@context": [EPCIS_CONTEXT, shared],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": format_time(created),
        "epcisBody": {
            "queryResults": {
                "queryName": query_name,
                "resultsBody": {"eventList": [_written(event, shared, epc_format) for event in events]},
            }
        },
    }


def single_event(event: StoredEvent, *, epc_format: str = NO_PREFERENCE) -> dict[str, Any]:
    """Return one event that stands alone under its own `@context`. Errors are those of `query_document`."""
    shared = _shared([event.document])
    written = _written(event, shared, epc_format)
    own = written.pop("@context", [])
    # A context names nothing twice; these two change nothing where they are said again.
    above = [EPCIS_CONTEXT, shared]
    return {"@context": above + [part for part in own if part not in above], **written}


def _written(event: StoredEvent, shared: Mapping[str, Any], epc_format: str) -> dict[str, Any]:
    if epc_format not in EPC_FORMATS or epc_format == EPC_URNS:
        template = "{value} is not a format of identifiers that is written here; use {known}."
        known = ", ".join(name for name in EPC_FORMATS if name != EPC_URNS)
        raise InvalidInputError(template, field="GS1-EPC-Format", value=epc_format, known=known)
    outer, own = _contexts(event.document)
    staying = {} if outer.items() <= shared.items() else outer
    contexts = [part for part in (staying, *own) if part]
    document = {name: value for name, value in event.document.items() if name != "@context"}
    return (
        ({"@context": contexts} if contexts else {})
        | {"type": document.pop("type"), "eventID": event.event_id}
        | (document if epc_format == AS_CAPTURED else normalised(document))
        | {"recordTime": format_time(event.record_time), ANCHOR: _anchor(event.anchor)}
    )


def _anchor(anchor: Anchor) -> dict[str, Any]:
    members = {
        "block": anchor.block,
        "transaction": anchor.transaction,
        "logIndex": anchor.log_index,
        "position": anchor.position,
        "eventHash": anchor.event_hash,
        "signer": anchor.signer,
        "histories": [
            {f"{CHAIN_PREFIX}:subject": place.subject, f"{CHAIN_PREFIX}:sequence": place.sequence}
            for place in anchor.histories
        ],
    }
    return {f"{CHAIN_PREFIX}:{name}": value for name, value in members.items()}


def _contexts(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Return what an event needs of the context around it, and the contexts of its own.

    The first stands on the recorded event as one object, before the others where it has some; what our own events use
    without saying so belongs to it.
    """
    context = document.get("@context", {})
    parts = context if isinstance(context, list) else [context]
    outer, own = (dict(parts[0]), parts[1:]) if parts and isinstance(parts[0], Mapping) else ({}, parts)
    silent = IMPLIED_CONTEXT.keys() - outer.keys() - declarations(own).keys()
    return outer | {name: IMPLIED_CONTEXT[name] for name in mentioned(document, silent)}, own


def _shared(documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the declarations that can stand above all these events without changing what one of them means.

    An event's declarations move together or stay together, since they may explain each other.
    """
    contexts = [(outer, declarations(own)) for outer, own in map(_contexts, documents)]
    names = {name for outer, _ in contexts for name in outer}
    undeclared: set[str] = set()
    for document, (outer, own) in zip(documents, contexts, strict=True):
        undeclared |= mentioned(document, names - outer.keys() - own.keys())
    shared: dict[str, Any] = {CHAIN_PREFIX: CHAIN_NAMESPACE}
    for outer, _ in contexts:
        if undeclared.isdisjoint(outer) and all(
            shared.get(name, term) == term and not name.startswith("@") for name, term in outer.items()
        ):
            shared |= outer
    return shared


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of an object; one that is repeated word for word says one thing to every reader."""
    members = dict(pairs)
    if len(members) != len(pairs):
        for name, value in pairs:
            if repr(value) != repr(members[name]):
                raise InvalidInputError(
                    "{name} stands twice in one object, with different values.", field="", name=shown(name)
                )
    return members


def _no_number(name: str) -> None:
    raise InvalidInputError("{value} is no number of JSON.", field="", value=name)


def _fraction(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        _no_number(shown(text))
    return number


def _check_texts(value: Any, place: str) -> None:
    """Return quietly when no text of a value holds half a surrogate pair, which an escape can write."""
    if isinstance(value, str):
        check_text(value, place)
    elif isinstance(value, dict):
        for name, content in value.items():
            check_text(name, place)
            _check_texts(content, pointer(place, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_texts(item, f"{place}/{index}")
