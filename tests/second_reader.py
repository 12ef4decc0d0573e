"""A second reader of the on-chain format, written from docs/format.md alone.

It shares no code with the project and needs nothing but Python's standard library. It takes the raw logs of one
contract, in chain order, folds the history of every subject, does every check that the page gives it the means for,
and prints the heads:

    python tests/second_reader.py logs.json

where `logs.json` is a list of `{"block": 7, "topics": ["0x..."], "data": "0x..."}`. It stops at the first thing that
the contract does not allow, and tells of documents that the format does not allow. What it says can be held against
`subjectOf` and `balanceOf`, and against what the project's own reader says. Events have to name things by web URIs, as
those recorded here do; it knows no EPC URNs.
"""

import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum
from pathlib import Path
from typing import Any

Order = dict[str, Any]
Spaces = dict[str, str]
PAGE = Path(__file__).parent.parent / "docs" / "format.md"

RECORDED = "recorded"
TOPICS = {
    "0x2f5de1f4a488815943b81651de17d04c4969cfcf445982a80b957c2945aa113c": RECORDED,
    "0xcdbb9ed89ded83ba44b28faa3e7fd922a618b739cbe860c7b47257b7a2abc512": "participant_admitted",
    "0x04f0841efa4c722bff1635b523c85ef655fb25ef4a11541c5de09d38e6169a1c": "capacities_changed",
    "0x1d3206cd836d26a1d7aab764b240de84844d3b74c7cf5804385ab2e39065c922": "key_added",
    "0xc29251a1b6d10dbc671cfd428759de0996a166c83677cb63797f599344b1f348": "key_revoked",
}
RECALLED, IN_TRANSIT, RETIRED = 1, 2, 4
OPERATOR, PRODUCER, INSPECTOR = 1, 2, 4
FOR_EVER = 2**64 - 1

MARKS = ("ocop:StampPrinting", "ocop:StampActivation", "ocop:StampVoid", "ocop:StampRestoration")

MOST_INFLATED = 1 << 20
MOST_LOGGED = 419_430
DEEPEST = 32


class Kind(IntEnum):
    """What a touch does."""

    REGISTER = 1
    OBSERVE = 2
    CONSUME = 3
    PRODUCE = 4
    WITHDRAW = 5
    DEPOSIT = 6
    STAMP = 7
    SHIP = 8
    RECEIVE = 9
    RECALL = 10
    LIFT = 11
    CORRECT = 12
    RETIRE = 13


OPENING = {Kind.REGISTER, Kind.PRODUCE, Kind.DEPOSIT}
AT_HAND = {Kind.CONSUME, Kind.WITHDRAW, Kind.STAMP, Kind.SHIP}


class RefusedError(Exception):
    """Something in the logs is not as the format says."""


def require(condition: object, what: str) -> None:
    """Refuse what does not meet `condition`."""
    if not condition:
        raise RefusedError(what)


@dataclass
class Subject:
    """What a history has come to."""

    head: bytes = bytes(24)
    sequence: int = 0
    owner: int = 0
    status: int = 0
    declared: int = 0
    consumed: int = 0
    stamped: int = 0
    receiver: int = 0


@dataclass
class Run:
    """A run of stamps, and what was said of ranges of it."""

    count: int
    marks: list[tuple[str, int, int, bool]] = field(default_factory=list)

    def state(self, stamp: int) -> tuple[int, bool, str]:
        """How often a stamp, by its number from 1, was printed; whether it is activated; by whom it is void."""
        printed, activated, void = 0, False, ""
        for what, first, last, by_owner in self.marks:
            if first <= stamp <= last:
                printed += what == "ocop:StampPrinting"
                activated |= what == "ocop:StampActivation"
                if what == "ocop:StampVoid" and void != "inspector":
                    void = (void or "owner") if by_owner else "inspector"
                if what == "ocop:StampRestoration" and (void == "owner" or not by_owner):
                    void = ""
        return printed, activated, void


@dataclass
class Key:
    """For whom an address speaks, and in which blocks."""

    participant: int
    from_block: int
    until_block: int = FOR_EVER


@dataclass(frozen=True)
class Touch:
    """One touch of a submission, its terms taken apart."""

    subject: bytes
    terms: int

    def bits(self, first: int, last: int) -> int:
        """The number in the bits from `first` to `last`, both included."""
        return self.terms >> first & ((1 << last - first + 1) - 1)

    @property
    def kind(self) -> int:
        """What is done."""
        return self.bits(0, 7)

    @property
    def amount(self) -> int:
        """How much of it."""
        return self.bits(8, 79)

    @property
    def counterparty(self) -> int:
        """Who is to receive."""
        return self.bits(80, 111)

    @property
    def claimed(self) -> int:
        """The place in the history that the touch claims, or 0."""
        return self.bits(112, 135)

    @property
    def documents(self) -> slice:
        """Which documents concern the touch."""
        return slice(self.bits(136, 151), self.bits(136, 151) + self.bits(152, 167))


@dataclass
class Ledger:
    """What all logs so far amount to."""

    subjects: dict[bytes, Subject] = field(default_factory=dict)
    capacities: list[int] = field(default_factory=list)
    keys: dict[bytes, Key] = field(default_factory=dict)
    operations: set[tuple[bytes, int]] = field(default_factory=set)
    documents: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    kinds: set[int] = field(default_factory=set)
    runs: dict[tuple[bytes, int], Run] = field(default_factory=dict)
    submissions: int = 0

    def read(self, log: dict[str, Any]) -> None:
        """Take in the next log of the chain."""
        event = TOPICS.get(log["topics"][0])
        require(event, f"no event of this format: {log['topics'][0]}")
        indexed = [bytes.fromhex(topic[2:]) for topic in log["topics"][1:]]
        data = bytes.fromhex(log["data"][2:])
        if event == RECORDED:
            signer, operation = address(indexed[0]), number(indexed[1])
            self.record(log["block"], signer, operation, *recorded(data))
        else:
            getattr(self, event)(number(indexed[0]), indexed[1:], data)

    def participant_admitted(self, participant: int, indexed: list[bytes], data: bytes) -> None:
        """Participants are numbered from 1 without gaps."""
        require(participant == len(self.capacities) + 1, f"participant {participant} is out of turn")
        self.capacities.append(number(data))

    def capacities_changed(self, participant: int, _: list[bytes], data: bytes) -> None:
        """The mask is replaced."""
        self.capacities[participant - 1] = number(data)

    def key_added(self, participant: int, indexed: list[bytes], data: bytes) -> None:
        """A key belongs to one participant for ever and is never added again."""
        key = address(indexed[0])
        require(key not in self.keys, f"key {key.hex()} was added before")
        self.keys[key] = Key(participant, number(data))

    def key_revoked(self, participant: int, indexed: list[bytes], data: bytes) -> None:
        """From its block on the key does not speak."""
        key = self.keys.get(address(indexed[0]))
        require(key and key.participant == participant, f"key of another: {indexed[0].hex()}")
        key.until_block = number(data)

    def record(self, block: int, signer: bytes, operation: int, touches: list[Touch], blob: bytes) -> None:
        """Check a submission as a whole, then apply its touches in their order."""
        key = self.keys.get(signer)
        require(key and key.from_block <= block < key.until_block, f"{signer.hex()} speaks for nobody in block {block}")
        if operation:
            require((signer, operation) not in self.operations, f"operation {operation} landed twice")
            self.operations.add((signer, operation))
        require(touches, "a submission without touches")
        sums = {kind: sum(touch.amount for touch in touches if touch.kind == kind) for kind in Kind}
        require(sums[Kind.WITHDRAW] == sums[Kind.DEPOSIT], "withdrawn is not deposited")
        require(sums[Kind.CONSUME] or not sums[Kind.PRODUCE], "something is made of nothing")
        documents = self.documents_in(blob)
        self.documents += documents
        self.submissions += 1
        for touch in touches:
            if touch.kind == Kind.STAMP and not is_stamp_run(touch, documents[touch.documents]):
                self.complaints.append(f"submission {self.submissions} counts its stamps wrongly")
            subject = self.subjects.setdefault(touch.subject, Subject())
            check_terms(touch)
            self.check_author(touch, subject, key.participant)
            check_state(touch, subject)
            self.mark_stamps(touch, subject.owner == key.participant, key.participant, documents[touch.documents])
            apply(touch, subject, key.participant)
            fold(touch, subject, signer, blob)
            self.kinds.add(touch.kind)

    def mark_stamps(self, touch: Touch, by_owner: bool, author: int, documents: list[dict[str, Any]]) -> None:
        """Runs that are issued, and what was said of their stamps, as far as it counts."""
        if touch.kind == Kind.STAMP and is_stamp_run(touch, documents):
            self.runs.setdefault((touch.subject, documents[0]["run"]), Run(touch.amount))
        for document in documents:
            what, inspects = document.get("type"), self.may(author, INSPECTOR)
            if what not in MARKS or not (by_owner or (inspects and what in MARKS[2:])):
                continue
            run, first, last = (document.get(name) for name in ("run", "first", "last"))
            known = self.runs.get((touch.subject, run))
            if known and 1 <= first <= last <= known.count:
                known.marks.append((what, first, last, by_owner))

    def documents_in(self, blob: bytes) -> list[dict[str, Any]]:
        """The documents of a submission; none where the blob is refused, which the contract does not ask."""
        try:
            return opened(blob)
        except RefusedError as error:
            self.complaints.append(f"submission {self.submissions + 1}: {error}")
            return []

    def names(self) -> dict[bytes, str]:
        """The URIs of all subjects that some document names: a URI's SHA-256 is the key."""
        spelled = (uri for text in texts(self.documents) for uri in (text, plain(text)))
        named = {hashlib.sha256(uri.encode()).digest(): uri for uri in spelled}
        return {key: uri for key, uri in named.items() if key in self.subjects}

    def may(self, participant: int, capacity: int) -> bool:
        """Whether a participant has a capacity."""
        return 0 < participant <= len(self.capacities) and bool(self.capacities[participant - 1] & capacity)

    def check_author(self, touch: Touch, subject: Subject, author: int) -> None:
        """The column "who may"."""
        kind, owns = touch.kind, subject.owner == author
        producer, inspector = self.may(author, PRODUCER), self.may(author, INSPECTOR)
        opens = producer or (touch.amount == 0 and self.may(author, OPERATOR))
        if kind == Kind.REGISTER:
            allowed = opens
        elif kind in {Kind.PRODUCE, Kind.DEPOSIT}:
            allowed = producer
        elif kind in {Kind.OBSERVE, Kind.RECALL}:
            allowed = owns or inspector
        elif kind == Kind.LIFT:
            allowed = inspector
        elif kind == Kind.RECEIVE:
            allowed = producer and (owns or subject.receiver == author)
        elif kind == Kind.CORRECT:
            allowed = owns and opens
        elif kind == Kind.RETIRE:
            allowed = owns and (producer or self.may(author, OPERATOR))
        else:
            allowed = owns and producer
        require(allowed, f"participant {author} may not do {kind}")
        if kind == Kind.SHIP:
            require(
                touch.counterparty != author and self.may(touch.counterparty, PRODUCER),
                "shipped to nobody who can take it",
            )


def number(word: bytes) -> int:
    """A big-endian number."""
    return int.from_bytes(word)


def address(word: bytes) -> bytes:
    """The address in a word."""
    require(not any(word[:12]), "an address has 20 bytes")
    return word[12:]


def recorded(data: bytes) -> tuple[list[Touch], bytes]:
    """The touches and the blob in the data of a `Recorded` log, which is ABI-encoded `(Touch[], bytes)`."""

    def word(at: int) -> int:
        require(at + 32 <= len(data), "the data of a log is cut short")
        return number(data[at : at + 32])

    start, blob_start = word(0) + 32, word(32) + 32
    count, size = word(start - 32), word(blob_start - 32)
    require(blob_start + size <= len(data), "the data of a log is cut short")
    places = [start + 64 * index for index in range(count)]
    return [Touch(data[at : at + 32], word(at + 32)) for at in places], data[blob_start : blob_start + size]


def check_terms(touch: Touch) -> None:
    """Terms name a kind, and give nothing where it means nothing."""
    kind, amount = touch.kind, touch.amount
    require(Kind.REGISTER <= kind <= Kind.RETIRE and touch.bits(168, 255) == 0, f"terms mean nothing: {touch.terms:#x}")
    require(kind == Kind.SHIP or touch.counterparty == 0, "a counterparty where none is meant")
    if kind in {Kind.CONSUME, Kind.PRODUCE, Kind.WITHDRAW, Kind.DEPOSIT, Kind.STAMP}:
        require(amount > 0, "an amount of nothing")
    elif kind not in {Kind.REGISTER, Kind.CORRECT}:
        require(amount == 0, "an amount where none is meant")


def check_state(touch: Touch, subject: Subject) -> None:
    """The column "on what"."""
    kind, status = touch.kind, subject.status
    require((subject.sequence == 0) == (kind in OPENING), "a new subject is opened, and only a new one")
    require(touch.claimed in {0, subject.sequence + 1}, f"place {touch.claimed} claimed at {subject.sequence + 1}")
    if kind in AT_HAND:
        require(status == 0, "not at hand")
    if kind == Kind.RECEIVE:
        require(status & IN_TRANSIT, "not in transit")
    if kind in {Kind.CORRECT, Kind.RETIRE}:
        require(not status & (IN_TRANSIT | RETIRED), "in transit or retired")
    if kind in {Kind.RECALL, Kind.LIFT}:
        require(bool(status & RECALLED) == (kind == Kind.LIFT), "recalled already, or not at all")


def apply(touch: Touch, subject: Subject, author: int) -> None:
    """The column "effect"."""
    kind, amount = touch.kind, touch.amount
    if kind in OPENING or kind == Kind.RECEIVE:
        subject.owner = author
    if kind in OPENING or kind == Kind.CORRECT:
        subject.declared = amount
    if kind in {Kind.CONSUME, Kind.WITHDRAW}:
        subject.consumed += amount
    if kind == Kind.STAMP:
        subject.stamped += amount
    if kind in {Kind.SHIP, Kind.RECEIVE}:
        subject.receiver = touch.counterparty
        subject.status ^= IN_TRANSIT
    if kind in {Kind.RECALL, Kind.LIFT}:
        subject.status ^= RECALLED
    if kind == Kind.RETIRE:
        subject.status |= RETIRED
    require(subject.consumed + subject.stamped <= subject.declared, "more is gone than there was")


def fold(touch: Touch, subject: Subject, signer: bytes, blob: bytes) -> None:
    """The next link of the hash chain."""
    subject.sequence += 1
    words = (
        subject.head + bytes(8),
        touch.subject,
        touch.terms.to_bytes(32),
        subject.sequence.to_bytes(32),
        hashlib.sha256(blob).digest(),
        bytes(12) + signer,
    )
    subject.head = hashlib.sha256(b"".join(words)).digest()[:24]


def is_stamp_run(touch: Touch, documents: list[dict[str, Any]]) -> bool:
    """Whether a run of stamps has its one document, which counts as many as the touch and gives a root."""
    if len(documents) != 1 or documents[0].get("type") != "ocop:StampRun":
        return False
    root = str(documents[0].get("root"))
    return documents[0].get("count") == touch.amount and re.fullmatch(r"[\w-]{43}", root, re.ASCII) is not None


def opened(blob: bytes) -> list[dict[str, Any]]:
    """The documents in a blob."""
    if not blob:
        return []
    require(blob[0] in (0, 1) and len(blob) <= MOST_LOGGED, "a blob of another version, or too long")
    dictionary = DICTIONARY if blob[0] else b""
    length = len(dictionary)
    stored = b"\x00" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little") + dictionary
    stream = zlib.decompressobj(-15)
    try:
        text = stream.decompress(stored + blob[1:], length + MOST_INFLATED + 1)[length:]
        require(
            stream.eof and not stream.unused_data and len(text) <= MOST_INFLATED,
            "a stream cut short or not at its end",
        )
        value = json.loads(text.decode(), object_pairs_hook=members)
    except (zlib.error, ValueError, RecursionError) as error:
        raise RefusedError(str(error)) from error
    require(
        isinstance(value, list) and value and all(isinstance(item, dict) for item in value),
        "documents are objects in an array",
    )
    require("".join(canonical(value)).encode() == text, "not the canonical spelling")
    return value


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, no member of which is named twice."""
    require(len(dict(pairs)) == len(pairs), "a member named twice")
    return dict(pairs)


def canonical(value: Any, depth: int = 1) -> Iterator[str]:
    """The text of a value as RFC 8785 has it, in pieces."""
    require(depth <= DEEPEST or not isinstance(value, dict | list), "nested too deep")
    if isinstance(value, dict):
        yield "{"
        for index, name in enumerate(sorted(value, key=lambda name: name.encode("utf-16-be"))):
            yield "," * (index > 0) + json.dumps(name, ensure_ascii=False) + ":"
            yield from canonical(value[name], depth + 1)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for index, item in enumerate(value):
            yield "," * (index > 0)
            yield from canonical(item, depth + 1)
        yield "]"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        require(abs(value) < 2**53, "a number beyond 2^53 - 1")
        yield as_ecmascript(value)
    else:
        yield json.dumps(value, ensure_ascii=False)


def as_ecmascript(value: float) -> str:
    """A number below 2^53 as ECMAScript prints it."""
    if value == int(value):
        return str(int(value))
    if abs(value) >= 1e-6:
        return format(Decimal(repr(value)), "f")
    return repr(value).replace("e-0", "e-")


def preset_dictionary(page: str) -> bytes:
    """Preset dictionary no. 1, from the page and checked against the SHA-256 there."""
    section = page.split("### Preset dictionary no. 1\n")[1]
    lines = section.split("```text\n")[1].split("\n```")[0]
    dictionary = lines.replace("\n", "").encode()
    require(hashlib.sha256(dictionary).hexdigest() in section, "the dictionary is not the one that the page means")
    return dictionary


DICTIONARY = preset_dictionary(PAGE.read_text(encoding="utf-8"))


# ----------------------------------------------------------------------------------------------------- names of records
NAMESPACES = {
    "ocop": "https://ocop-trace.example/voc/",
    "gs1": "https://gs1.org/voc/",
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
}
CBV = NAMESPACES["cbv"]
STEMS = {
    (None, "bizStep"): CBV + "BizStep-",
    (None, "disposition"): CBV + "Disp-",
    ("persistentDisposition", "set"): CBV + "Disp-",
    ("persistentDisposition", "unset"): CBV + "Disp-",
    ("bizTransaction", "type"): CBV + "BTT-",
    ("source", "type"): CBV + "SDT-",
    ("destination", "type"): CBV + "SDT-",
    ("sensorReport", "type"): NAMESPACES["gs1"],
    ("sensorReport", "exception"): NAMESPACES["gs1"],
    ("sensorReport", "component"): CBV + "Comp-",
}
URNS = {"bizstep": "BizStep-", "disp": "Disp-", "btt": "BTT-", "sdt": "SDT-", "er": "ER-"}
EVENTS = {f"{kind}Event" for kind in ("Object", "Aggregation", "Transaction", "Transformation", "Association")}
NO_PART = {"recordTime", "eventID", "errorDeclaration", "type"}
ABOUT_CHAIN = "{https://ocop-trace.example/chain/}"
COMMENTS = {"comment", "rdfs:comment"}
PAIRS = {"bizTransaction", "source", "destination"}

KEYS = "00|01|253|255|401|402|414|417|8003|8004|8006|8010|8017|8018"
LINK = rf"https?://[^/?#]+(?:/[^?#]*)?/((?:{KEYS})/[^/?#]+)((?:/\d+/[^/?#]+)*)(?:\?.*)?"

EPCS: Order = {"epc": None}
QUANTITIES: Order = {"quantityElement": {"epcClass": None, "quantity": None, "uom": None}}
DEVICE = "deviceID deviceMetadata rawData dataProcessingMethod"
VALUES = "value component stringValue booleanValue hexBinaryValue uriValue minValue maxValue meanValue"
REPORTED = f"microorganism chemicalSubstance {VALUES} sDev percRank percValue uom coordinateReferenceSystem"
SENSOR: Order = {
    "sensorMetadata": dict.fromkeys(f"time startTime endTime {DEVICE} bizRules".split()),
    "sensorReport": dict.fromkeys(f"type exception {DEVICE} time {REPORTED}".split()),
}
ORDER: Order = {
    **dict.fromkeys(("eventTime", "eventTimeZoneOffset", "certificationInfo", "parentID")),
    **dict.fromkeys(("epcList", "inputEPCList", "childEPCs"), EPCS),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList"), QUANTITIES),
    "outputEPCList": EPCS,
    "outputQuantityList": QUANTITIES,
    **dict.fromkeys(("action", "transformationID", "bizStep", "disposition")),
    "persistentDisposition": {"set": None, "unset": None},
    **{name: {"id": None} for name in ("readPoint", "bizLocation")},
    "sensorElementList": {"sensorElement": SENSOR},
}
MEMBERS = {name: next(iter(inner)) for name, inner in ORDER.items() if inner in (EPCS, QUANTITIES) or "List" in name}


@dataclass(frozen=True)
class Element:
    """A name with its text, or with what is inside."""

    name: str
    text: str = ""
    inside: tuple["Element", ...] = ()


def record_name(document: dict[str, Any]) -> str:
    """What other documents call a document."""
    if document.get("type") in EVENTS:
        return f"ni:///sha-256;{hashlib.sha256(pre_hash(document).encode()).hexdigest()}?ver=CBV2.0"
    return f"ni:///sha-256;{hashlib.sha256(''.join(canonical(document)).encode()).hexdigest()}"


def pre_hash(event: dict[str, Any]) -> str:
    """The pre-hash string of an event as it stands on chain, its EPCs written as web URIs."""
    text, rest = ordered(elements(event, None, NAMESPACES), ORDER, whole=True)
    others = freely(each for each in rest if each.name not in NO_PART and not each.name.startswith(ABOUT_CHAIN))
    return f"eventType={event['type']}{text}{others}"


def declared(context: Any) -> Spaces:
    """The namespaces of the prefixes in a context: an object of them, or a list of such objects and of addresses."""
    parts = context if isinstance(context, list) else [context]
    return {
        name: space
        for part in parts
        if isinstance(part, dict)
        for name, space in part.items()
        if isinstance(space, str) and not name.startswith("@")
    }


def elements(value: dict[str, Any], parent: str | None, spaces: Spaces) -> list[Element]:
    """The members of an object, a list taken apart."""
    found = []
    spaces = {**spaces, **declared(value.get("@context"))}
    for name, item in value.items():
        if name in COMMENTS or name == "@context":
            continue
        full = spelled_out(name, "{%s}%s", spaces)
        items = item if isinstance(item, list) else [item]
        if name in MEMBERS:
            found.append(Element(full, inside=tuple(element(MEMBERS[name], each, name, spaces) for each in items)))
        elif name.endswith("List"):
            found.append(Element(full, inside=tuple(element(full[:-4], each, name, spaces) for each in items)))
        else:
            found += [element(full, each, parent, spaces, name) for each in items]
    return found


def element(full: str, value: Any, parent: str | None, spaces: Spaces, name: str = "") -> Element:
    """One member, or one item of a list."""
    if isinstance(value, dict):
        if full in PAIRS:
            first = ["type", full]
            value = {key: value[key] for key in [*first, *sorted(value.keys() - set(first))] if key in value}
            return Element("", inside=tuple(elements(value, full, spaces)))
        return Element(full, inside=tuple(elements(value, name or full, spaces)))
    if isinstance(value, bool) or value is None:
        return Element(full, {True: "true", False: "false", None: ""}[value])
    text = spelled_out(str(value), "%s%s", spaces)
    if (parent, name) in STEMS and re.fullmatch(r"\w+", text):
        text = STEMS[parent, name] + text
    return Element(full, text.strip())


def spelled_out(text: str, form: str, spaces: Spaces) -> str:
    """A name or a compact URI with the namespace for its prefix."""
    prefix, colon, local = text.partition(":")
    return form % (spaces[prefix], local) if colon and prefix in spaces and local[:2] != "//" else text


def ordered(found: Iterable[Element], order: Order, *, whole: bool = False) -> tuple[str, list[Element]]:
    """The text of what has a place in the order, and what is left."""
    found = list(found)
    extensions = [each for each in found if "/}" in each.name] if len(found) > 1 and not whole else []
    left = [each for each in found if each.name not in order and each not in extensions]
    pieces = []
    for name, inner in order.items():
        texts = []
        for each in found:
            if each.name == name:
                text, rest = ordered(each.inside, inner or {})
                if each.text:
                    is_time = "time" in name.lower() and "offset" not in name.lower()
                    text = f"={utc(each.text) if is_time else plain(each.text)}{text}"
                texts += [name + text] if text else []
                left += [Element(name, each.text, tuple(rest))] if rest else []
        pieces += sorted(texts)
    return "".join(pieces) + freely(extensions), left


def freely(found: Iterable[Element]) -> str:
    """The text of what has no place in the order: sorted, but a type and its value as they stand."""
    found = list(found)
    texts = [each.name + (f"={plain(each.text)}" if each.text else "") + freely(each.inside) for each in found]
    return "".join(texts if any(each.name in PAIRS for each in found) else sorted(texts))


def plain(text: str) -> str:
    """A value in its one spelling."""
    for urn, stem in URNS.items():
        text = text.replace(f"urn:epcglobal:cbv:{urn}:", CBV + stem)
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        return as_ecmascript(float(text))
    if link := re.fullmatch(LINK, text):
        finer = [part for part in re.findall(r"/\d+/[^/]+", link[2]) if not part.startswith("/22/")]
        return f"https://id.gs1.org/{link[1]}{finer[-1] if finer else ''}"
    return text


def utc(text: str) -> str:
    """A time in UTC with milliseconds, rounded half up."""
    fraction = re.search(r"\.(\d+)", text)
    thousandths = int((Decimal(fraction[0] if fraction else 0) * 1000).to_integral_value(ROUND_HALF_UP))
    moment = datetime.fromisoformat(re.sub(r"\.\d+", "", text)) + timedelta(milliseconds=thousandths)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def texts(value: Any) -> Iterator[str]:
    """Every text in a document, any of which may name a subject or another record."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def main(path: str) -> None:
    """Read a file of logs and print what came out of it, and the head of every subject."""
    ledger = Ledger()
    for log in json.loads(Path(path).read_text(encoding="utf-8")):
        ledger.read(log)
    names = ledger.names()
    say = sys.stdout.write
    say(f"{ledger.submissions} submissions, {len(ledger.documents)} documents, {len(ledger.capacities)} participants, ")
    say(f"{len(ledger.subjects)} subjects, {len(names)} of which documents name\n")
    for complaint in ledger.complaints:
        say(f"{complaint}\n")
    for key, it in ledger.subjects.items():
        say(f"{names.get(key, key.hex())}\n  {it.sequence} {it.head.hex()} owner {it.owner} status {it.status}")
        say(f" declared {it.declared} consumed {it.consumed} stamped {it.stamped} receiver {it.receiver}\n")


if __name__ == "__main__":
    main(sys.argv[1])
