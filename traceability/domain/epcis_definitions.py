"""What the definitions of a JSON-LD `@context` stand for, each as an absolute URI.

A definition may be built on a prefix: `"q": "ex:q/"` stands for what `ex` stands for, and `q/` behind it. Whoever
keeps an event longer than the document around it writes that out, so that nothing said later about `ex` changes what
`q` meant, and keeps those definitions that the event uses (JSON-LD 1.1 API, sections 4.1, 4.2 and 5.2).
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

STANDARD_PREFIXES: Final[Mapping[str, str]] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
"""Prefixes that the EPCIS context declares."""

CHAIN_NAMESPACE: Final = "https://ocop-trace.example/chain/"
"""Namespace of what the repository adds to an event: where it stands on chain."""

OWN_NAMESPACE: Final = "https://ocop-trace.example/voc/"
"""Namespace of what events that are recorded on our own pages say beyond the standard."""

LONGEST: Final = 500
"""Characters of a URI that a context declares: each use of the name repeats them."""

KNOWN_PREFIXES: Final[Mapping[str, str]] = {**STANDARD_PREFIXES, "ocop": OWN_NAMESPACE, "ocopchain": CHAIN_NAMESPACE}
"""Prefixes that stand for something in a recorded event although nobody declares them."""


def parted(text: str) -> tuple[str, str] | None:
    """Return prefix and rest of what may be a compact URI; what goes on with `//` is none (JSON-LD 1.1 API, 5.2.2)."""
    prefix, colon, local = text.partition(":")
    return (prefix, local) if colon and not local.startswith("//") else None


def expanded(text: str, prefixes: Mapping[str, str]) -> str:
    """Return a compact URI in full, and any other text unchanged."""
    if (compact := parted(text)) is None:
        return text
    prefix, local = compact
    base = prefixes.get(prefix) or KNOWN_PREFIXES.get(prefix)
    return text if base is None else base + local


def definitions(part: Mapping[Any, Any]) -> dict[str, str]:
    """Return the names that one object of a context declares, with what is written for them; keywords are left out."""
    terms = ((name, term.get("@id") if isinstance(term, Mapping) else term) for name, term in part.items())
    return {
        name: written
        for name, written in terms
        if isinstance(written, str) and isinstance(name, str) and not (name.startswith("@") or written.startswith("@"))
    }


def in_full(written: Mapping[str, str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return what the names of one object of a context stand for; names that are built on themselves are left out.

    Args:
        written: what `definitions` finds; names may be built on each other in any order.
        prefixes: those in force before this object.
    """
    found: dict[str, str] = {}
    circular: set[str] = set()
    for first in written:
        path = {} if first in found or first in circular else {first: None}
        while path:
            name = next(reversed(path))
            if (compact := parted(written[name])) is None:
                found[name] = written[name]
            elif (prefix := compact[0]) not in written:
                found[name] = _joined(prefixes.get(prefix) or KNOWN_PREFIXES.get(prefix), written[name])
            elif prefix in found:
                found[name] = _joined(found[prefix], written[name])
            elif prefix in path or prefix in circular:
                circular |= path.keys()
                break
            else:
                path[prefix] = None
                continue
            del path[name]
    return found


def _joined(base: str | None, text: str) -> str:
    """Return a compact URI with its prefix replaced, unless that would make a long context of a short one."""
    return base + text.partition(":")[2] if base is not None and len(base) <= LONGEST else text


def spelled_out(part: Mapping[str, Any], prefixes: Mapping[str, str]) -> tuple[Mapping[str, Any], dict[str, str]]:
    """Return an object of a valid context with every definition as an absolute URI, and these by name.

    Args:
        part: the object; it comes back as it is where nothing in it is built on a prefix.
        prefixes: those in force before it.
    """
    full = in_full(definitions(part), prefixes)
    changed = {name: _with_uri(part[name], uri) for name, uri in full.items()}
    vocabulary = part.get("@vocab")
    if isinstance(vocabulary, str):
        changed["@vocab"] = expanded(vocabulary, prefixes)
    return {**part, **changed}, full


def _with_uri(term: Any, uri: str) -> Any:
    return {**term, "@id": uri} if isinstance(term, Mapping) else uri


def parts(value: Any, place: str) -> list[tuple[Any, str]]:
    """Return the members of a context with their places; one that is no list is its only member."""
    return (
        [(part, f"{place}/{index}") for index, part in enumerate(value)]
        if isinstance(value, list)
        else [(value, place)]
    )


def declarations(value: Any) -> dict[str, Any]:
    """Return what the objects of a valid `@context` declare, later ones first in force; addresses are left out."""
    return {name: term for part, _ in parts(value, "") if isinstance(part, Mapping) for name, term in part.items()}


def declared_prefixes(context: Any, around: Mapping[str, str] = STANDARD_PREFIXES) -> dict[str, str]:
    """Return the prefixes that a JSON-LD context declares; whatever else it holds is passed over.

    Args:
        context: any value at all.
        around: prefixes in force where it stands, on which its own may be built.
    """
    known = dict(around)
    found: dict[str, str] = {}
    for part, _ in parts(context, ""):
        if isinstance(part, Mapping):
            written = definitions(part)
            full = written | in_full(written, known)
            known |= full
            found |= full
    return found


def needed(event: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the declarations that the names and values of an event use, and what these use in turn."""
    if not declared:
        return {}
    found = {name for name in declared if name.startswith("@") and name != "@version"}
    fresh = found | mentioned(event, declared.keys())
    while fresh - found:
        found |= fresh
        fresh = mentioned([declared[name] for name in fresh], declared.keys())
    return {name: declared[name] for name in declared if name in found}


def mentioned(value: Any, names: Collection[str]) -> set[str]:
    """Return those of some names that stand in a value, as a prefix or whole, outside the `@context` at its top."""
    found: set[str] = set()
    if not names:
        return found
    waiting: list[Any] = [value]
    if isinstance(value, Mapping):
        waiting = [name for name in value if name != "@context"]
        waiting += [value[name] for name in waiting]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            name = item.partition(":")[0]
            if name in names:
                found.add(name)
            if item in names:
                found.add(item)
        elif isinstance(item, dict):
            waiting += item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    return found
