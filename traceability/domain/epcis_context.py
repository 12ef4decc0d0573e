"""Names in EPCIS JSON-LD: which prefixes and words of their own the authors of a document have declared.

EPCIS fields have bare names; whatever else an event says carries a prefix (`ext:colour`) whose namespace the
`@context` declares, or a bare name that the `@context` defines (JSON-LD 1.1, sections 4.1 and 9.15). The EPCIS context
itself is known here and never fetched, and no other context is: what only a remote context could explain is refused.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from operator import is_
from typing import Any, Final

from traceability.domain.epcis_definitions import (
    CHAIN_NAMESPACE,
    LONGEST,
    STANDARD_PREFIXES,
    definitions,
    expanded,
    in_full,
    parts,
    spelled_out,
)
from traceability.domain.epcis_values import check_depth, check_number, check_text, is_uri, pointer, shown
from traceability.errors import InvalidInputError


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


EPCIS_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
"""Address of the EPCIS 2.0 context, as our own documents name it."""

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

EPCIS_NAMES: Final = PROTECTED_NAMES | _names(
    """bizRules bizTransaction booleanValue chemicalSubstance component coordinateReferenceSystem correctiveEventIDs
    dataProcessingMethod declarationTime destination deviceID deviceMetadata endTime exception hexBinaryValue maxValue
    meanValue microorganism minValue percRank percValue rawData reason sDev sensorMetadata sensorReport set source
    startTime stringValue time unset uriValue value"""
)
"""Bare names that the EPCIS context defines anywhere: no author's own member is called so, wherever it stands."""

SCHEMES: Final = _names("urn http https ni tag did data mailto tel geo file ftp javascript")
"""Schemes of URIs that stand in events: as a prefix, one would change what every such URI means."""

_FIXED_PREFIXES: Final = {name: STANDARD_PREFIXES[name] for name in ("epcis", "cbv", "gs1")} | {
    "ocopchain": CHAIN_NAMESPACE
}
"""Prefixes that an author's context may repeat and not change; the others of the standard vary in public documents."""

_EPCIS: Final = STANDARD_PREFIXES["epcis"]
_ALIASES: Final = (("id", "@id"), ("type", "@type"))
_KEYWORDS: Final = _names(
    """@context @id @type @value @language @direction @list @set @graph @index @reverse @included @nest @json @none"""
)
_CONTEXT_KEYWORDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "@version": lambda value: not isinstance(value, bool) and value == _JSON_LD,
    "@protected": lambda value: isinstance(value, bool),
    "@propagate": lambda value: isinstance(value, bool),
    "@vocab": lambda value: value is None or isinstance(value, str),
    "@base": lambda value: value is None or isinstance(value, str),
    "@language": lambda value: value is None or isinstance(value, str),
    "@direction": lambda value: value in (None, "ltr", "rtl"),
}
"""What the keywords of a context may say (JSON-LD 1.1, section 9.15)."""

_JSON_LD: Final = 1.1
_NAME_OF_EPCIS_CONTEXT: Final = re.compile(r"https?://[^/?#]+/(?:[^?#]*/)?epcis-context[A-Za-z0-9._-]*\.jsonld")


@dataclass(frozen=True, slots=True)
class Context:
    """What names mean at one place of a document.

    Args:
        prefixes: namespace by prefix, those of the standard included, each an absolute URI.
        terms: names that the author defined whole.
        vocabulary: what stands before bare names that nobody defined (`@vocab`), None where they mean nothing.
        any_prefix: prefixes need no declaration, as in events that we wrote ourselves.
        is_remote: a context was named that nobody fetches.
    """

    prefixes: Mapping[str, str]
    terms: frozenset[str] = frozenset()
    vocabulary: str | None = None
    any_prefix: bool = False
    is_remote: bool = False

    def accepts(self, name: str) -> bool:
        """Tell whether a name that is not the standard's has a meaning here, and one that is the author's to give."""
        prefix, colon, local = name.partition(":")
        if not colon:
            return self._accepts_bare(name)
        if prefix in self.prefixes:
            uri = self.expanded(name)
            return bool(local) and is_uri(uri) and not uri.startswith(_EPCIS)
        if name in self.terms or (self.any_prefix and bool(prefix and local)):
            return True
        return (local.startswith("//") or prefix == "urn") and is_uri(name) and not name.startswith(_EPCIS)

    def _accepts_bare(self, name: str) -> bool:
        if name in EPCIS_NAMES or name.startswith("@"):
            return False
        if name in self.terms:
            return not self.prefixes.get(name, "").startswith(_EPCIS)
        return self.vocabulary is not None and not (self.vocabulary + name).startswith(_EPCIS)

    def refusal(self, name: str, place: str) -> InvalidInputError:
        """Return the error that says why a name has no meaning at the place of the object that holds it."""
        where = pointer(place, name)
        prefix, colon, _ = name.partition(":")
        uri = self.expanded(name)
        if colon and uri.startswith(_EPCIS):
            template = "{name} lies in the namespace of EPCIS, whose fields are written without a prefix."
            return InvalidInputError(template, field=where, name=shown(name))
        if prefix in self.prefixes and colon:
            return InvalidInputError("{value} is not a URI.", field=where, value=shown(name))
        if self.is_remote and not name.startswith("@"):
            template = (
                "{name} is explained only by a context elsewhere, which is never fetched; declare it in @context."
            )
            return InvalidInputError(template, field=where, name=name)
        if colon:
            template = "The prefix {prefix} of {name} is not declared in @context."
            return InvalidInputError(template, field=where, prefix=prefix, name=name)
        return InvalidInputError("{name} does not belong here.", field=where, name=name)

    def expanded(self, text: str) -> str:
        """Return a compact URI in full, and any other text unchanged."""
        return expanded(text, self.prefixes)

    def extended(self, value: Any, place: str, depth: int = 0) -> "Context":
        """Return the names in force under one more `@context`. Raises InvalidInputError, `field` a JSON pointer."""
        check_depth(depth, place)
        prefixes, terms = dict(self.prefixes), set(self.terms)
        vocabulary, is_remote = self.vocabulary, self.is_remote
        seen: set[str] = set()
        for part, where in parts(value, place):
            if isinstance(part, str):
                if not is_uri(part):
                    raise InvalidInputError("{value} is not a URI.", field=where, value=shown(part))
                is_remote = is_remote or not _NAME_OF_EPCIS_CONTEXT.fullmatch(part)
            elif isinstance(part, Mapping):
                _check_definitions(part, where, depth + 1)
                if "@vocab" in part:
                    vocabulary = expanded(part["@vocab"] or "", prefixes) or None
                terms |= _declared(part, prefixes, where)
            else:
                template = "@context holds addresses and objects, not {value}."
                raise InvalidInputError(template, field=where, value=shown(part))
            said = json.dumps(part, sort_keys=True)
            if said in seen:
                raise InvalidInputError("{value} stands twice.", field=where, value=shown(part))
            seen.add(said)
        return replace(self, prefixes=prefixes, terms=frozenset(terms), vocabulary=vocabulary, is_remote=is_remote)

    def resolved(self, value: Any) -> Any:
        """Return a valid `@context` that stands here with each definition as an absolute URI.

        Objects that differed only in spelling are equal now; the last of them says all that they say.
        """
        prefixes = dict(self.prefixes)
        kept: dict[str, Any] = {}
        for part, _ in parts(value, ""):
            whole = part
            if isinstance(part, Mapping):
                whole, found = spelled_out(part, prefixes)
                prefixes |= found
            said = json.dumps(whole, sort_keys=True)
            kept.pop(said, None)
            kept[said] = whole
        return [*kept.values()] if isinstance(value, list) else next(iter(kept.values()))

    def resolved_inside(self, value: Any) -> Any:
        """Return a valid value whose inner `@context`s, at any depth, are resolved; itself where there are none."""
        if isinstance(value, list):
            items = [self.resolved_inside(item) if isinstance(item, (dict, list)) else item for item in value]
            return value if all(map(is_, items, value)) else items
        context, changed = self, {}
        if "@context" in value:
            changed["@context"] = self.resolved(value["@context"])
            context = self.extended(changed["@context"], "")
        for name, content in value.items():
            if isinstance(content, (dict, list)) and name != "@context":
                inner = context.resolved_inside(content)
                if inner is not content:
                    changed[name] = inner
        return {**value, **changed} if changed else value

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
    if not any(isinstance(part, str) and _NAME_OF_EPCIS_CONTEXT.fullmatch(part) for part, _ in parts(value, place)):
        template = "@context does not name the EPCIS context, {address}."
        raise InvalidInputError(template, field=place, address=EPCIS_CONTEXT)
    return context


def _check_definitions(part: Mapping[Any, Any], place: str, depth: int) -> None:
    """Return quietly when an object of a context has the form of one; what its names stand for is judged apart."""
    for name, term in part.items():
        if not isinstance(name, str) or not name:
            raise InvalidInputError("The name {name} is not a text.", field=place, name=shown(name))
        where = pointer(place, name)
        check_text(name, where)
        _check_definition(term, where, depth)
        if name.startswith("@"):
            is_right = _CONTEXT_KEYWORDS.get(name)
            if is_right is None:
                raise InvalidInputError("{name} does not belong here.", field=where, name=name)
            if not is_right(term):
                raise InvalidInputError("{name} cannot be {value}.", field=where, name=name, value=shown(term))


def _declared(part: Mapping[str, Any], prefixes: dict[str, str], place: str) -> set[str]:
    """Return the names that an object of a context declares, and put the prefixes among them to the others."""
    full = in_full(definitions(part), prefixes)
    terms = [name for name in part if not name.startswith("@")]
    for name in terms:
        where = pointer(place, name)
        if (name, _written(part[name])) not in _ALIASES:
            _check_meaning(name, part[name], full.get(name), where)
    prefixes |= {name: uri for name, uri in full.items() if ":" not in name}
    return set(terms)


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


def _written(term: Any) -> Any:
    return term.get("@id") if isinstance(term, Mapping) else term


def _check_meaning(name: str, term: Any, uri: str | None, place: str) -> None:
    """Return quietly when a name of a context may stand for its URI. Raises InvalidInputError."""
    if uri is None and isinstance(term, Mapping) and "@id" not in term and ":" in name:
        uri = name
    if uri is None or not is_uri(uri):
        raise InvalidInputError("{name} is declared as no URI.", field=place, name=name)
    if len(uri) > LONGEST:
        template = "The URI of {name} is longer than {limit} characters."
        raise InvalidInputError(template, field=place, name=shown(name), limit=LONGEST)
    if name.lower() in SCHEMES:
        template = "{name} is a scheme that URIs begin with; @context cannot make a prefix of it."
        raise InvalidInputError(template, field=place, name=name)
    standard = _FIXED_PREFIXES.get(name)
    if name in PROTECTED_NAMES or (standard is not None and uri != standard):
        template = "{name} is a name of the standard; @context cannot give it another meaning."
        raise InvalidInputError(template, field=place, name=name)
