"""A ledger in memory that keeps the contract's rules, and a small world of participants and goods to write on it.

`FakeLedger` implements `ports.Ledger`: it refuses what the contract refuses, folds as it folds, and mines a block for
each transaction. It can change its mind (`drop`), so that rewinding is tested without a node, too. `World` writes the
documents that the services write.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from traceability.domain.ledger import CREATING, USING_UP, Balance, Capacity, Kind, Status
from traceability.domain.records import (
    OBJECT,
    TRANSFORMATION,
    ErrorDeclaration,
    EventRecord,
    LotAmount,
    ParticipantRecord,
    ProductRecord,
    RatingRecord,
    RetirementRecord,
    RevocationRecord,
    StampMarkRecord,
    StampRunRecord,
)
from traceability.domain.stamp_life import MarkKind
from traceability.domain.views import Bilingual
from traceability.errors import ChainError, MassBalanceError, NotAuthorisedError, RuleViolationError, StorageError
from traceability.ports import (
    BlockRef,
    CapacitiesChanged,
    Erasable,
    KeyAdded,
    KeyRevoked,
    KeyState,
    LogPosition,
    ParticipantAdmitted,
    Receipt,
    Recorded,
    SealedSeed,
    SignedSubmission,
)
from traceability.proofs.commitments import commit, encode_base64url
from traceability.proofs.documents import pack
from traceability.proofs.history import GENESIS_HEAD, SubjectState, Touch, fold, subject_key
from traceability.proofs.merkle import root, stamp_leaf
from traceability.proofs.serials import stamp_serials
from traceability.proofs.signatures import submission_digest

FOREVER = (1 << 64) - 1
NAMESPACE = "https://ocop-trace.example"
OPERATOR, PRODUCER, INSPECTOR = Capacity.OPERATOR, Capacity.PRODUCER, Capacity.INSPECTOR
START = datetime(2026, 5, 1, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now=START + timedelta(days=30)):
        self._now = now

    def now(self):
        """Return the moment at which it stands."""
        return self._now


def address(number):
    """Return a made-up address; case is kept as EIP-55 would, since digits have none."""
    return "0x" + f"{number:040d}"


@dataclass
class _Subject:
    head: bytes = GENESIS_HEAD
    sequence: int = 0
    owner: int = 0
    status: int = 0
    declared: int = 0
    consumed: int = 0
    stamped: int = 0
    receiver: int = 0


@dataclass
class _Key:
    participant: int
    from_block: int
    until_block: int = FOREVER


class FakeLedger:
    """`ports.Ledger` in memory. The operator's key is `address(1)`."""

    chain_id = 31337
    address = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
    deployed_at = 1

    def __init__(self, seconds=60):
        self._seconds = seconds
        self._salt = 0
        self._blocks = [BlockRef(0, sha256(b"genesis").digest(), bytes(32), int(START.timestamp()))]
        self._logs = []
        self._clear()
        self._transact(self._admit, subject_key(f"{NAMESPACE}/party/0PERAT0R00"), OPERATOR, address(1))

    def _clear(self):
        self.subjects, self.keys, self.capacities, self.used = {}, {}, {}, set()

    # ------------------------------------------------------------------------------------------------------- the port
    def height(self):
        """Return the newest block's number."""
        return self._blocks[-1].number

    def block(self, number):
        """Return a block, or raise ChainError."""
        if not 0 <= number < len(self._blocks):
            raise ChainError("There is no block {number}.", number=number)
        return self._blocks[number]

    def logs(self, first, last):
        """Yield logs in their order."""
        yield from (log for log in self._logs if first <= log.position.block_number <= last)

    def subject(self, key):
        """Return what is stored of a subject."""
        found = self.subjects.get(key, _Subject())
        return SubjectState(found.head, found.sequence, found.owner, Status(found.status))

    def balance(self, key):
        """Return what is stored of a balance."""
        found = self.subjects.get(key, _Subject())
        return Balance(found.declared, found.consumed, found.stamped, found.receiver)

    def key(self, key):
        """Return what is known of a key."""
        found = self.keys.get(key)
        if found is None:
            return KeyState(0, 0, 0, 0)
        return KeyState(found.participant, self.capacities[found.participant], found.from_block, found.until_block)

    def is_used(self, signer, operation):
        """Tell whether an operation has landed."""
        return (signer, operation) in self.used

    def check(self, submission):
        """Nothing is dry here: `relay` tells."""

    def relay(self, submission):
        """Record what was signed; the signature is taken on trust."""
        return self._transact(
            self._record, submission.signer, submission.operation, submission.touches, submission.documents
        )

    def receipt(self, transaction_hash):
        """Return a receipt where there is one."""
        for log in self._logs:
            if log.position.transaction_hash == transaction_hash:
                return Receipt(transaction_hash, log.position.block_number, succeeded=True, gas_used=50_000)
        return None

    def admit(self, subject, capacities, key, touches, documents):
        """Admit a participant with its first record."""

        def both():
            number = self._admit(subject, capacities, key)
            if touches:
                self._record(address(1), 0, tuple(touches), documents)
            return number

        self._transact(both)
        return max(self.capacities)

    def set_capacities(self, participant, capacities):
        """Change what a participant may do."""
        self._transact(self._set_capacities, participant, capacities)

    def add_key(self, participant, key, from_block=0):
        """Let one more key speak."""
        self._transact(self._add_key, participant, key, from_block)

    def revoke_key(self, key, from_block=0):
        """Silence a key."""
        self._transact(self._revoke_key, key, from_block)

    def submit_as_operator(self, touches, documents):
        """Submit with the operator's key."""
        return self._transact(self._record, address(1), 0, tuple(touches), documents)

    # ------------------------------------------------------------------------------------------------ what only we can
    def submit(self, signer, touches, documents=b""):
        """Submit as anybody, without a signature."""
        return self._transact(self._record, signer, 0, tuple(touches), documents)

    def mine(self, count=1):
        """Mine empty blocks."""
        for _ in range(count):
            self._open_block()

    def drop(self, count):
        """Forget the newest blocks, as a chain does that changes its mind; return their logs."""
        kept, gone = (
            self._blocks[:-count],
            [log for log in self._logs if log.position.block_number > len(self._blocks) - 1 - count],
        )
        logs = [log for log in self._logs if log not in gone]
        self._salt += 1
        self._blocks, self._logs = kept, []
        self._clear()
        for log in logs:
            self._replay(log)
        return gone

    def again(self, log):
        """Mine a log that was dropped once more, in a block of its own."""
        if isinstance(log, Recorded):
            self._transact(self._record, log.signer, log.operation, log.touches, log.documents)
        elif isinstance(log, ParticipantAdmitted):
            self._transact(self._admit, log.subject, log.capacities, None)
        elif isinstance(log, KeyAdded):
            self._transact(self._add_key, log.participant, log.key, 0)
        elif isinstance(log, CapacitiesChanged):
            self._transact(self._set_capacities, log.participant, log.capacities)
        else:
            self._transact(self._revoke_key, log.key, 0)

    # ---------------------------------------------------------------------------------------------------- the contract
    def _replay(self, log):
        self._place = lambda: log.position
        if isinstance(log, Recorded):
            self._record(log.signer, log.operation, log.touches, log.documents)
        elif isinstance(log, ParticipantAdmitted):
            self._admit(log.subject, log.capacities, None)
        elif isinstance(log, CapacitiesChanged):
            self._set_capacities(log.participant, log.capacities)
        elif isinstance(log, KeyAdded):
            self._add_key(log.participant, log.key, log.from_block)
        else:
            self._revoke_key(log.key, log.from_block)

    def _open_block(self):
        parent = self._blocks[-1]
        digest = sha256(parent.hash + bytes([self._salt % 256])).digest()
        block = BlockRef(parent.number + 1, digest, parent.hash, parent.timestamp + self._seconds)
        self._blocks.append(block)
        return block

    def _transact(self, call, *args):
        touches = args[2] if call == self._record else ()
        saved = {touch.subject: replace(self.subjects.get(touch.subject, _Subject())) for touch in touches}
        count = len(self._logs)
        block = self._open_block()
        transaction = sha256(b"transaction" + block.hash).digest()
        index = iter(range(1000))
        self._place = lambda: LogPosition(block.number, block.hash, block.timestamp, transaction, next(index))
        try:
            call(*args)
        except Exception:
            self.subjects |= saved
            del self._logs[count:]
            self._blocks.pop()
            raise
        return transaction

    def _admit(self, subject, capacities, key):
        number = len(self.capacities) + 1
        self.capacities[number] = int(capacities)
        self._logs.append(ParticipantAdmitted(self._place(), number, subject, int(capacities)))
        if key is not None:
            self._add_key(number, key, 0)
        return number

    def _set_capacities(self, participant, capacities):
        self.capacities[participant] = int(capacities)
        self._logs.append(CapacitiesChanged(self._place(), participant, int(capacities)))

    def _add_key(self, participant, key, from_block):
        if key in self.keys:
            raise RuleViolationError("The key {key} was added before.", key=key)
        place = self._place()
        self.keys[key] = _Key(participant, max(from_block, place.block_number))
        self._logs.append(KeyAdded(place, participant, key, self.keys[key].from_block))

    def _revoke_key(self, key, from_block):
        place = self._place()
        self.keys[key].until_block = max(from_block, place.block_number)
        self._logs.append(KeyRevoked(place, self.keys[key].participant, key, self.keys[key].until_block))

    def _record(self, signer, operation, touches, documents):
        place, key = self._place(), self.keys.get(signer)
        if key is None or not key.from_block <= place.block_number < key.until_block:
            raise NotAuthorisedError("{signer} speaks for nobody now.", signer=signer)
        if operation and (signer, operation) in self.used:
            raise RuleViolationError("Operation {operation} has landed before.", operation=operation)
        digest = sha256(documents).digest()
        tally = {"consumed": 0, "withdrawn": 0, "deposited": 0, "produced": False}
        for touch in touches:
            self._apply(key.participant, touch, tally)
            found = self.subjects[touch.subject]
            if touch.sequence not in (0, found.sequence + 1):
                raise RuleViolationError("The touch claims place {claimed}.", claimed=touch.sequence)
            found.sequence += 1
            found.head = fold(found.head, touch, found.sequence, digest, signer)
        if tally["withdrawn"] != tally["deposited"] or (tally["produced"] and not tally["consumed"]):
            raise MassBalanceError("The submission gives other than it takes.")
        self.used.add((signer, operation))
        self._logs.append(Recorded(place, signer, operation, tuple(touches), documents))

    def _apply(self, author, touch, tally):
        can = self.capacities[author]
        kind = touch.kind
        found = self.subjects.setdefault(touch.subject, _Subject())
        if kind in CREATING:
            self._need(found.sequence == 0 and can & (PRODUCER | (OPERATOR if touch.amount == 0 else 0)), touch)
            found.owner, found.declared = author, touch.amount
            tally["produced"] |= kind == Kind.PRODUCE
            tally["deposited"] += touch.amount if kind == Kind.DEPOSIT else 0
            return
        self._need(found.sequence > 0, touch)
        owns = found.owner == author
        if kind in (Kind.OBSERVE, Kind.RECALL):
            self._need(owns or can & INSPECTOR, touch)
            self._need(kind == Kind.OBSERVE or not found.status & Status.RECALLED, touch)
            found.status |= Status.RECALLED if kind == Kind.RECALL else 0
        elif kind == Kind.LIFT:
            self._need(can & INSPECTOR and found.status & Status.RECALLED, touch)
            found.status &= ~Status.RECALLED
        elif kind == Kind.RECEIVE:
            self._need(found.status & Status.IN_TRANSIT and author in (found.receiver, found.owner), touch)
            found.owner, found.receiver, found.status = author, 0, found.status & ~Status.IN_TRANSIT
        elif kind in (Kind.CORRECT, Kind.RETIRE):
            self._need(owns and not found.status & (Status.IN_TRANSIT | Status.RETIRED), touch)
            if kind == Kind.RETIRE:
                found.status |= Status.RETIRED
            else:
                self._need(touch.amount >= found.consumed + found.stamped, touch, MassBalanceError)
                found.declared = touch.amount
        else:
            self._need(owns and can & PRODUCER and not found.status, touch)
            self._use_up(found, touch, tally)

    def _use_up(self, found, touch, tally):
        if touch.kind == Kind.SHIP:
            found.receiver, found.status = touch.counterparty, found.status | Status.IN_TRANSIT
            return
        assert touch.kind in USING_UP
        self._need(touch.amount <= found.declared - found.consumed - found.stamped, touch, MassBalanceError)
        if touch.kind == Kind.STAMP:
            found.stamped += touch.amount
        else:
            found.consumed += touch.amount
            tally["consumed" if touch.kind == Kind.CONSUME else "withdrawn"] += touch.amount

    @staticmethod
    def _need(condition, touch, error=NotAuthorisedError):
        if not condition:
            raise error("{kind} is refused.", kind=touch.kind.name)


def documents(*records):
    """Return the blob of some records."""
    return pack([record if isinstance(record, dict) else record.to_document() for record in records])


def serials_of(lot, run, count):
    """Return the serials of a run of the fake world."""
    return list(stamp_serials(seed_of(lot, run), 0, count))


def seed_of(lot, run):
    """Return the seed of a run of the fake world."""
    return sha256(f"{lot}/{run}".encode()).digest()


class World:
    """Participants and goods on a ledger, with the documents that services write."""

    def __init__(self, ledger=None):
        self.ledger = ledger or FakeLedger()
        self.keys = {}
        self.erasables = []
        self.files = []
        self.seeds = []
        self._count = 1

    def now(self, ago=timedelta(minutes=5)):
        """Return a moment shortly before the next block."""
        return (
            datetime.fromtimestamp(self.ledger.block(self.ledger.height()).timestamp, UTC) + timedelta(seconds=60) - ago
        )

    def hide(self, subject, label, text=None, blob=None):
        """Keep a value off chain and return its commitment."""
        salt = sha256(f"{subject}{label}{text}{len(self.erasables)}".encode()).digest()[:16]
        data = text if text is not None else blob
        kept = sha256(blob).hexdigest() if blob is not None else None
        self.files += [blob] if blob is not None else []
        media = "text/plain" if blob is None else "image/png"
        value = Erasable(commit(data, salt), salt, subject, label, text, kept, media)
        self.erasables.append(value)
        return value.commitment

    def new_key(self):
        """Return the address of a key that has not been used."""
        return address(self._count)

    def keep(self, database, blobs=None):
        """Keep what is off the chain, as the services do before they send."""
        with database.begin() as work:
            work.erasables.add(self.erasables)
            for seed in self.seeds:
                work.seeds.add(seed)
            self.seeds = []
        for data in self.files if blobs else []:
            blobs.put(data, "image/png")

    def party(self, code, capacities=PRODUCER, name="", kind="cooperative"):
        """Admit a participant; return its number. Its key is in `keys`."""
        self._count += 1
        uri, key = f"{NAMESPACE}/party/{code}", self.new_key()
        labels = {"name": (self.hide(uri, "name", name or code),), "address": (self.hide(uri, "address", "Thôn 3"),)}
        record = ParticipantRecord(uri=uri, kind=kind, commitments=labels)
        touch = Touch(subject_key(uri), Kind.REGISTER, document_count=1)
        number = self.ledger.admit(subject_key(uri), capacities, key, [touch], documents(record))
        self.keys[number] = key
        return number

    def submit(self, author, touches, *records):
        """Submit touches that all concern all of the records."""
        told = [replace(touch, first_document=0, document_count=len(records)) for touch in touches]
        return self.ledger.submit(self.keys[author], told, documents(*records) if records else b"")

    def product(self, author, uri, name="Mắm tép", unit="GRM", picture=None, **more):
        """Register a product."""
        labels = {"picture": (self.hide(uri, "picture", blob=picture),)} if picture else {}
        fields = {"family": "generic", "sector": "food", "is_material": False} | more
        gtin = uri.rpartition("/01/")[2] if "/01/" in uri else None
        record = ProductRecord(uri=uri, gtin=gtin, name=Bilingual(name, name), unit=unit, commitments=labels, **fields)
        self.submit(author, [Touch(subject_key(uri), Kind.REGISTER)], record)
        return uri

    def event(self, uri, quantity, step="commissioning", action="ADD", unit="GRM", **more):
        """Return an event about one lot."""
        more.setdefault("event_time", self.now())
        return EventRecord(
            type=OBJECT, biz_step=step, action=action, lots=(LotAmount(uri, Decimal(quantity), unit),), **more
        )

    def lot(self, author, uri, quantity=1000, note="", **more):
        """Register a lot."""
        labels = {"note": (self.hide(uri, "note", note),)} if note else {}
        event = self.event(uri, quantity, lot_number=uri.rpartition("/")[2], commitments=labels, **more)
        self.submit(author, [Touch(subject_key(uri), Kind.REGISTER, quantity)], event)
        return uri

    def stage(self, author, uri, stage="", note="", **more):
        """Record a stage."""
        labels = {"note": (self.hide(uri, "note", note),)} if note else {}
        event = self.event(uri, 0, "storing", "OBSERVE", stage=stage, commitments=labels, **more)
        self.submit(author, [Touch(subject_key(uri), Kind.OBSERVE)], event)
        return event

    def transform(self, author, inputs, outputs, split=False, **more):
        """Turn lots into others; `inputs` and `outputs` are {uri: amount}."""
        consume, produce = (Kind.WITHDRAW, Kind.DEPOSIT) if split else (Kind.CONSUME, Kind.PRODUCE)
        more.setdefault("event_time", self.now())
        event = EventRecord(
            type=TRANSFORMATION,
            biz_step="repackaging" if split else "commissioning",
            inputs=tuple(LotAmount(uri, Decimal(amount), "GRM") for uri, amount in inputs.items()),
            outputs=tuple(LotAmount(uri, Decimal(amount), "GRM") for uri, amount in outputs.items()),
            **more,
        )
        touches = [Touch(subject_key(uri), consume, amount) for uri, amount in inputs.items()]
        touches += [Touch(subject_key(uri), produce, amount) for uri, amount in outputs.items()]
        self.submit(author, touches, event)

    def ship(self, author, uri, receiver):
        """Hand a lot over."""
        event = self.event(uri, 0, "shipping", "OBSERVE", disposition="in_transit")
        self.submit(author, [Touch(subject_key(uri), Kind.SHIP, counterparty=receiver)], event)

    def receive(self, author, uri):
        """Take a lot over."""
        self.submit(author, [Touch(subject_key(uri), Kind.RECEIVE)], self.event(uri, 0, "receiving", "OBSERVE"))

    def recall(self, author, uri, reason="microbial", note=""):
        """Call a lot back."""
        labels = {"note": (self.hide(uri, "note", note),)} if note else {}
        event = self.event(uri, 0, "holding", "OBSERVE", disposition="recalled", reason=reason, commitments=labels)
        self.submit(author, [Touch(subject_key(uri), Kind.RECALL)], event)

    def lift(self, author, uri):
        """Lift a recall."""
        event = self.event(uri, 0, "holding", "OBSERVE", lifts=True)
        self.submit(author, [Touch(subject_key(uri), Kind.LIFT)], event)

    def stamps(self, author, uri, count, run=1):
        """Issue a run whose serials are `serials_of(uri, run, count)`."""
        self.seeds.append(SealedSeed(uri, run, count, b"sealed"))
        leaves = [stamp_leaf(uri, serial) for serial in serials_of(uri, run, count)]
        record = StampRunRecord(run, count, encode_base64url(root(leaves)))
        self.submit(author, [Touch(subject_key(uri), Kind.STAMP, count)], record)

    def activate(self, author, uri, run=1, first=1, last=1):
        """Put stamps on goods."""
        self.submit(
            author, [Touch(subject_key(uri), Kind.OBSERVE)], StampMarkRecord(MarkKind.ACTIVATED, run, first, last)
        )

    def mark(self, author, uri, kind, first, last, run=1, note="", **more):
        """Say something of a range of stamps."""
        labels = {"note": (self.hide(uri, "note", note),)} if note else {}
        record = StampMarkRecord(kind, run, first, last, commitments=labels, **more)
        self.submit(author, [Touch(subject_key(uri), Kind.OBSERVE)], record)

    def rate(self, author, uri, stars=4, valid_to="2029-05-01"):
        """State an OCOP rating and return its document's record."""
        day = START.date()
        record = RatingRecord(
            stars=stars,
            issuer="UBND tỉnh",
            decision_number="715/QD-UBND",
            decision_date=day,
            valid_from=day,
            valid_to=day.fromisoformat(valid_to),
        )
        self.submit(author, [Touch(subject_key(uri), Kind.OBSERVE)], record)
        return record

    def revoke(self, author, uri, event_id):
        """Revoke an award."""
        record = RevocationRecord(event_id, {"note": (self.hide(uri, "note", "rút"),)})
        self.submit(author, [Touch(subject_key(uri), Kind.OBSERVE)], record)

    def retire(self, author, uri):
        """Close a subject for ever."""
        record = RetirementRecord({"note": (self.hide(uri, "note", "hết"),)})
        self.submit(author, [Touch(subject_key(uri), Kind.RETIRE)], record)

    def withdraw(self, author, uri, event, declared=None):
        """Declare an earlier event to be in error."""
        again = replace(event, error=ErrorDeclaration(self.now(), "incorrect_data"))
        kind = Kind.OBSERVE if declared is None else Kind.CORRECT
        self.submit(author, [Touch(subject_key(uri), kind, declared or 0)], again)


def open_seed(seed):
    """Open a sealed seed of the fake world: `World.stamps` makes its serials from what the seed names."""
    if seed.sealed != b"sealed":
        raise StorageError("The seed was changed.")
    return seed_of(seed.lot, seed.run)


class SignedWorld(World):
    """The same on a real contract: keys lie in a key store, and every submission is signed and relayed."""

    def __init__(self, ledger, keystore):
        super().__init__(ledger)
        self._keystore = keystore
        self._operations = 0

    def new_key(self):
        """Make a real key."""
        return self._keystore.create()

    def now(self, ago=timedelta(minutes=5)):
        """Return a moment before the newest block."""
        return datetime.fromtimestamp(self.ledger.block(self.ledger.height()).timestamp, UTC) - ago

    def submit(self, author, touches, *records):
        """Sign, relay and wait for the block: what comes next may build on it."""
        told = tuple(replace(touch, first_document=0, document_count=len(records)) for touch in touches)
        self._operations += 1
        parts = (self.keys[author], self._operations, 1 << 40, told, documents(*records) if records else b"")
        digest = submission_digest(self.ledger.chain_id, self.ledger.address, *parts)
        sent = self.ledger.relay(SignedSubmission(*parts, self._keystore.sign(self.keys[author], digest)))
        self.ledger._relayer.wait(sent, 120)
        return sent
