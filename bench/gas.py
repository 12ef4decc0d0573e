"""Gas of the ledger contract for each kind of work, beside the theoretical floor and other registers.

Every figure is the `gasUsed` of one transaction, measured on py-evm through eth-tester and, where npm has installed
it, again on anvil; the two must agree. Calldata is priced by EIP-7623, which charges at least 40 gas for each byte
that is not zero. Peers were measured on anvil. `python -m bench.gas` writes the figures to `bench/gas.json`, where
a test holds them to one per cent.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from eth_account import Account

from bench import Figures
from bench._anvil import anvil_binary
from bench._events import LOT, diverse_events
from bench._sandbox import Sandbox, lot, on_anvil, on_eth_tester
from traceability.domain.ledger import Kind
from traceability.proofs.commitments import encode_base64url
from traceability.proofs.documents import pack
from traceability.proofs.history import Touch, subject_key

CEILINGS: Final = {
    "register_lot": 80_000,
    "one_event": 42_000,
    "one_event_relayed": 58_000,
    "hundred_events_one_lot": 300_000,
    "hundred_lots_one_submission": 930_000,
    "stamp_run_1000": 42_500,
    "stamp_run_1000000": 42_500,
}
"""What each kind of work may cost at most."""

PEERS: Final = {
    "register_lot.eas_attest": 271_250,
    "register_lot.unece_cotton": 209_403,
    "one_event.floor_300_raw_bytes": 34_327,
    "one_event.eas": 407_347,
    "one_event_relayed.prototype": 58_900,
    "one_event_relayed.eas_delegated": 423_577,
    "hundred_events_one_lot.eas": 37_134_208,
    "hundred_lots_one_submission.eas": 37_134_208,
    "stamp_run_1000.origintrail": 1_498_608,
    "stamp_run_1000.erc1155": 23_500_000,
}

_KEY: Final = bytes(31) + b"\x07"
_SUBJECT: Final = subject_key(LOT)


def run(size: int | None = None) -> Figures:
    """Measure on py-evm and on anvil. `size` is the number of events and lots in the big submissions, by default 100.

    Raises AssertionError when the two chains disagree.
    """
    count = size or 100
    figures = measure(on_eth_tester(), count)
    if (binary := anvil_binary()) is not None:
        with on_anvil(binary) as sandbox:
            again = measure(sandbox, count)
        if again != figures:
            raise AssertionError(f"py-evm and anvil disagree: {figures} and {again}")
    return Figures(figures, PEERS, at_most=CEILINGS if count == 100 else {})


def measure(sandbox: Sandbox, count: int = 100) -> dict[str, int]:
    """Return the gas of each kind of work on one chain."""
    producer, buyer, inspector = sandbox.accounts[1:4]
    events = diverse_events(count + 10)
    plain = next(event for event in events if "sensorElementList" not in event and "ocop:commitments" not in event)
    figures: dict[str, int] = {}

    def work(name: str, sender: str, *touches: Touch, documents: list[dict[str, Any]]) -> None:
        submitted = sandbox.ledger.functions.submit([(item.subject, item.terms) for item in touches], pack(documents))
        figures[name] = sandbox.send(submitted, sender)["gasUsed"]

    def touch(kind: Kind, amount: int = 0, counterparty: int = 0, *, documents: int = 1) -> Touch:
        return Touch(_SUBJECT, kind, amount, counterparty, document_count=documents)

    work("register_lot", producer, touch(Kind.REGISTER, 2_000_000), documents=[_registration()])
    work("one_event", producer, touch(Kind.OBSERVE), documents=[plain])
    figures["one_event_relayed"] = _relayed(sandbox, plain)
    work("hundred_events_one_lot", producer, touch(Kind.OBSERVE, documents=count), documents=events[:count])
    _hundred_lots(work, producer, count)
    work("stamp_run_1000", producer, touch(Kind.STAMP, 1_000), documents=[_stamp_run(1_000)])
    work("stamp_run_1000000", producer, touch(Kind.STAMP, 1_000_000), documents=[_stamp_run(1_000_000)])
    opened = Touch(lot("jars"), Kind.PRODUCE, 290, document_count=1)
    work("transform", producer, touch(Kind.CONSUME, 148_000), opened, documents=[_transformation()])
    work("ship", producer, touch(Kind.SHIP, counterparty=3), documents=[_moved("shipping", "DELETE")])
    work("receive", buyer, touch(Kind.RECEIVE), documents=[_moved("receiving", "ADD")])
    work("recall", inspector, touch(Kind.RECALL), documents=[_recall()])
    return figures


def _relayed(sandbox: Sandbox, event: dict[str, Any]) -> int:
    """Return the gas of one relayed event whose signer has used the same word of operations before."""
    signer, relayer = Account.from_key(_KEY).address, sandbox.accounts[9]
    add = sandbox.ledger.functions.addKey(2, signer, 0)
    sandbox.send(add, sandbox.accounts[0])
    observed = Touch(_SUBJECT, Kind.OBSERVE, document_count=1)
    sandbox.send(sandbox.relayed(_KEY, 1, observed, documents=pack([event])), relayer)
    return int(sandbox.send(sandbox.relayed(_KEY, 2, observed, documents=pack([event])), relayer)["gasUsed"])


def _hundred_lots(work: Callable[..., None], producer: str, count: int) -> None:
    """Measure one event for each of many lots in one submission, the lots registered before."""
    uris = tuple(f"https://id.gs1.org/01/09506000134352/10/MT26{number:04}" for number in range(count))
    opened = [Touch(subject_key(uri), Kind.REGISTER, 1_000) for uri in uris]
    seen = [Touch(subject_key(uri), Kind.OBSERVE, first_document=i, document_count=1) for i, uri in enumerate(uris)]
    work("hundred_lots_registered", producer, *opened, documents=[])
    work("hundred_lots_one_submission", producer, *seen, documents=diverse_events(count, uris))


# ---------------------------------------------------------------------------------------------------------- documents
def _registration() -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "eventTime": "2026-01-19T06:40:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "ilmd": {"cbvmda:lotNumber": "MT260119", "cbvmda:itemExpirationDate": "2027-01-19"},
        "quantityList": [{"epcClass": LOT, "quantity": 2000, "uom": "KGM"}],
        "readPoint": {"id": "https://id.gs1.org/414/9506000001054"},
    }


def _transformation() -> dict[str, Any]:
    jars = "https://id.gs1.org/01/09506000134369/10/H260719"
    return {
        "type": "TransformationEvent",
        "bizStep": "creating_class_instance",
        "eventTime": "2026-07-19T08:05:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "ilmd": {"cbvmda:lotNumber": "H260719", "cbvmda:itemExpirationDate": "2027-07-19"},
        "inputQuantityList": [{"epcClass": LOT, "quantity": 148, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": jars, "quantity": 290, "uom": "H87"}],
        "readPoint": {"id": "https://id.gs1.org/414/9506000001054"},
    }


def _moved(step: str, action: str) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "action": action,
        "bizStep": step,
        "destinationList": [{"type": "owning_party", "destination": "https://id.gs1.org/417/9506000001153"}],
        "eventTime": "2026-07-20T05:30:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "quantityList": [{"epcClass": LOT, "quantity": 1852, "uom": "KGM"}],
        "readPoint": {"id": "https://id.gs1.org/414/9506000001054"},
        "sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/417/9506000001054"}],
    }


def _recall() -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "holding",
        "disposition": "recalled",
        "eventTime": "2026-07-22T09:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "ocop:reason": "histamine",
        "quantityList": [{"epcClass": LOT, "quantity": 1852, "uom": "KGM"}],
    }


def _stamp_run(count: int) -> dict[str, Any]:
    root = encode_base64url(subject_key(f"root of {count}"))
    return {"type": "ocop:StampRun", "count": count, "root": root, "run": 1}


if __name__ == "__main__":
    Path(__file__).with_suffix(".json").write_text(json.dumps(measure(on_eth_tester()), indent=1) + "\n")
