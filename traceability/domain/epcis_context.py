"""Names in EPCIS JSON-LD: which prefixes and words of their own the authors of a document have declared.

EPCIS fields have bare names; whatever else an event says carries a prefix (`ext:colour`) whose namespace the
`@context` declares, or a bare name that the `@context` defines (JSON-LD 1.1, sections 4.1 and 9.15). The EPCIS context
itself is known here and never fetched, and no other context is: what only a remote context could explain is refused.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from traceability.domain.epcis_values import check_depth, check_number, check_text, is_uri, pointer, shown
from traceability.errors import InvalidInputError


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


EPCIS_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
"""Address of the EPCIS 2.0 context, as our own documents name it."""

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

PROTECTED_NAMES: Final = _names(
    """id type baseURL ObjectEvent AggregationEvent TransformationEvent AssociationEvent TransactionEvent Collection
    member eventTime recordTime eventTimeZoneOffset action certificationInfo bizStep disposition bizLocation readPoint
    transformationID epcList sourceList destinationList persistentDisposition quantity epcClass uom quantityList
    bizTransactionList parentID childEPCs childQuantityList inputEPCList outputEPCList inputQuantityList
    outputQuantityList sensorElementList errorDeclaration eventID creationDate sender receiver instanceIdentifier
    schemaVersion ilmd EPCISDocument EPCISQueryDocument epcisHeader masterData vocabularyList epcisBody queryResults
    subscriptionID queryName resultsBody eventList children"""
)
"""Names whose meaning the EPCIS context protects (JSON-LD 1.1, 4.1.11)."""

CHAIN_NAMESPACE: Final = "https://ocop-trace.example/chain/"
"""Namespace of what the repository adds to an event: where it stands on chain."""

_FIXED_PREFIXES: Final = {name: STANDARD_PREFIXES[name] for name in ("epcis", "cbv", "gs1")} | {
    "ocopchain": CHAIN_NAMESPACE
}
"""Prefixes that an author's context may repeat and not change; the others of the standard vary in public documents."""

_KEYWORDS: Final = _names(
    """@context @id @type @value @language @direction @list @set @graph @index @reverse @included @nest @json @none"""
)
_CONTEXT_KEYWORDS: Final = _names("@version @protected @vocab @base @language @direction @propagate")
_NAME_OF_EPCIS_CONTEXT: Final = re.compile(r"https?://[^/?#]+/(?:[^?#]*/)?epcis-context[A-Za-z0-9._-]*\.jsonld")


@dataclass(frozen=True, slots=True)
class Context:
    """What names mean at one place of a document.

    Args:
        prefixes: namespace by prefix, those of the standard included.
        terms: bare names that the author defined.
        any_name: any bare name has a meaning, since `@vocab` gives it one.
        any_prefix: prefixes need no declaration, as in events that we wrote ourselves.
        is_remote: a context was named that nobody fetches.
    """

    prefixes: Mapping[str, str]
    terms: frozenset[str] = frozenset()
    any_name: bool = False
    any_prefix: bool = False
    is_remote: bool = False

    def accepts(self, name: str) -> bool:
        """Tell whether a name that is not the standard's has a meaning here."""
        prefix, colon, local = name.partition(":")
        if not colon:
            return name in self.terms or (self.any_name and not name.startswith("@"))
        if prefix in self.prefixes:
            return bool(local)
        if name in self.terms or (self.any_prefix and bool(prefix and local)):
            return True
        return (local.startswith("//") or prefix == "urn") and is_uri(name)

    def refusal(self, name: str, place: str) -> InvalidInputError:
        """Return the error that says why a name has no meaning at the place of the object that holds it."""
        where = pointer(place, name)
        prefix, colon, _ = name.partition(":")
        if self.is_remote and not name.startswith("@"):
            template = (
                "{name} is explained only by a context elsewhere, which is never fetched; declare it in @context."
            )
            return InvalidInputError(template, field=where, name=name)
        if colon:
            template = "The prefix {prefix} of {name} is not declared in @context."
            return InvalidInputError(template, field=where, prefix=prefix, name=name)
        return InvalidInputError("{name} does not belong here.", field=where, name=name)

    def full_name(self, name: str) -> str:
        """Return a prefixed name as `{namespace}local`, the way queries write it, and any other unchanged."""
        prefix, colon, local = name.partition(":")
        return f"{{{self.prefixes[prefix]}}}{local}" if colon and prefix in self.prefixes else name

    def expanded(self, text: str) -> str:
        """Return a compact URI in full, and any other text unchanged."""
        prefix, colon, local = text.partition(":")
        return self.prefixes[prefix] + local if colon and prefix in self.prefixes else text

    def extended(self, value: Any, place: str, depth: int = 0) -> "Context":
        """Return the names in force under one more `@context`. Raises InvalidInputError, `field` a JSON pointer."""
        check_depth(depth, place)
        context = self
        for part, where in _parts(value, place):
            if isinstance(part, str):
                if not is_uri(part):
                    raise InvalidInputError("{value} is not a URI.", field=where, value=shown(part))
                if not _NAME_OF_EPCIS_CONTEXT.fullmatch(part):
                    context = replace(context, is_remote=True)
            elif isinstance(part, Mapping):
                context = _declared(context, part, where, depth + 1)
            else:
                template = "@context holds addresses and objects, not {value}."
                raise InvalidInputError(template, field=where, value=shown(part))
        return context

    def check_extension(self, value: Any, place: str, depth: int = 4) -> None:
        """Return quietly when a value of one's own can be kept and its names are declared."""
        if isinstance(value, str):
            check_text(value, place)
        elif isinstance(value, Mapping):
            self._check_members(value, place, depth)
        elif isinstance(value, list):
            check_depth(depth, place)
            for index, item in enumerate(value):
                self.check_extension(item, f"{place}/{index}", depth + 1)
        elif value is not None and not isinstance(value, bool):
            check_number(value, place)

    def _check_members(self, value: Mapping[Any, Any], place: str, depth: int) -> None:
        check_depth(depth, place)
        context = self.extended(value["@context"], f"{place}/@context") if "@context" in value else self
        for name, content in value.items():
            if not isinstance(name, str):
                raise InvalidInputError("The name {name} is not a text.", field=place, name=shown(name))
            if name in _KEYWORDS:
                if name == "@context":
                    continue
            elif (":" in name or name.startswith("@")) and not context.accepts(name):
                raise context.refusal(name, place)
            check_text(name, place)
            context.check_extension(content, pointer(place, name), depth + 1)


STANDARD: Final = Context(STANDARD_PREFIXES)
"""Names under the EPCIS context alone."""

UNDECLARED: Final = Context({}, any_prefix=True)
"""Names in an event that stands alone, such as one of ours on the chain: any prefix will do."""


def document_context(value: Any, place: str) -> Context:
    """Return the names in force in a document or single event with this `@context`.

    Raises InvalidInputError when it is missing or malformed, does not name the EPCIS context, or changes its words.
    """
    context = STANDARD.extended(value, place)
    if not any(isinstance(part, str) and _NAME_OF_EPCIS_CONTEXT.fullmatch(part) for part, _ in _parts(value, place)):
        template = "@context does not name the EPCIS context, {address}."
        raise InvalidInputError(template, field=place, address=EPCIS_CONTEXT)
    return context


def declarations(value: Any) -> dict[str, Any]:
    """Return what the objects of a valid `@context` declare, later ones first in force; addresses are left out."""
    return {name: term for part, _ in _parts(value, "") if isinstance(part, Mapping) for name, term in part.items()}


def declared_prefixes(context: Any) -> dict[str, str]:
    """Return the prefixes that a JSON-LD context declares; whatever else it holds is passed over."""
    if isinstance(context, Mapping):
        terms = ((name, term.get("@id") if isinstance(term, Mapping) else term) for name, term in context.items())
        return {name: base for name, base in terms if isinstance(base, str) and not name.startswith("@")}
    if isinstance(context, list):
        return {name: base for part in context for name, base in declared_prefixes(part).items()}
    return {}


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


def _parts(value: Any, place: str) -> list[tuple[Any, str]]:
    """Return the members of a context with their places; one that is no list is its only member."""
    return (
        [(part, f"{place}/{index}") for index, part in enumerate(value)]
        if isinstance(value, list)
        else [(value, place)]
    )


def _declared(context: Context, part: Mapping[Any, Any], place: str, depth: int) -> Context:
    prefixes, terms, any_name = dict(context.prefixes), set(context.terms), context.any_name
    for name, term in part.items():
        if not isinstance(name, str) or not name:
            raise InvalidInputError("The name {name} is not a text.", field=place, name=shown(name))
        where = pointer(place, name)
        check_text(name, where)
        _check_definition(term, where, depth)
        if name.startswith("@"):
            if name not in _CONTEXT_KEYWORDS:
                raise InvalidInputError("{name} does not belong here.", field=where, name=name)
            any_name = any_name if name != "@vocab" else isinstance(term, str) and bool(term)
            continue
        uri = _uri_of(name, term, prefixes, where)
        terms.add(name)
        if ":" not in name:
            prefixes[name] = uri
    return replace(context, prefixes=prefixes, terms=frozenset(terms), any_name=any_name)


def _check_definition(term: Any, place: str, depth: int) -> None:
    """Return quietly when a term of a context holds only what a definition may; what it stands for is judged apart."""
    if not isinstance(term, Mapping):
        return UNDECLARED.check_extension(term, place, depth)
    for name, value in term.items():
        if not isinstance(name, str) or not name.startswith("@"):
            raise InvalidInputError("{name} does not belong here.", field=pointer(place, str(name)), name=shown(name))
        if name == "@context":
            STANDARD.extended(value, pointer(place, name), depth + 1)
        else:
            UNDECLARED.check_extension(value, pointer(place, name), depth + 1)
    return None


def _uri_of(name: str, term: Any, prefixes: Mapping[str, str], place: str) -> str:
    """Return what a name of a context stands for. Raises InvalidInputError when it cannot stand for that."""
    identifier = term.get("@id", name if ":" in name else None) if isinstance(term, Mapping) else term
    if not isinstance(identifier, str):
        raise InvalidInputError("{name} is declared as no URI.", field=place, name=name)
    if (name, identifier) in (("id", "@id"), ("type", "@type")):
        return identifier
    prefix, colon, local = identifier.partition(":")
    uri = prefixes[prefix] + local if colon and prefix in prefixes else identifier
    if not is_uri(uri):
        raise InvalidInputError("{name} is declared as no URI.", field=place, name=name)
    standard = _FIXED_PREFIXES.get(name)
    if name in PROTECTED_NAMES or (standard is not None and uri != standard):
        template = "{name} is a name of the standard; @context cannot give it another meaning."
        raise InvalidInputError(template, field=place, name=name)
    return uri
