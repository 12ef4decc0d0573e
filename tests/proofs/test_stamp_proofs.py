"""The proof of one stamp: it can be written down, read back by anybody, and holds for that stamp alone."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import InvalidInputError, OcopTraceError, VerificationError
from traceability.proofs.merkle import inclusion_proof, root, stamp_leaf
from traceability.proofs.serials import stamp_serials
from traceability.proofs.stamp_proofs import RecordPlace, StampProof, check

LOT = "https://id.gs1.org/01/09506000134352/10/L7"
SERIALS = list(stamp_serials(bytes(32), 0, 100))
LEAVES = [stamp_leaf(LOT, serial) for serial in SERIALS]
PLACE = RecordPlace(chain_id=5, contract="0xA", block_number=9, transaction="0x" + "ab" * 32, log_index=2)


def proof(index=6):
    """Return the proof of a stamp of a run of a hundred."""
    return StampProof(
        lot=LOT,
        serial=SERIALS[index],
        run=1,
        index=index,
        size=100,
        path=tuple(inclusion_proof(LEAVES, index)),
        root=root(LEAVES),
        record=PLACE,
    )


@given(st.integers(0, 99))
def test_every_stamp_has_a_proof_that_travels(index):
    """Written as JSON and read back it is the same, and it holds."""
    read = StampProof.from_json(json.loads(json.dumps(proof(index).to_json())))
    assert read == proof(index)
    check(read)


def test_the_form_is_fixed():
    """Others check these files with programs of their own: names and spelling stay."""
    values = proof(0).to_json()
    assert list(values) == ["scheme", "lot", "serial", "run", "index", "size", "path", "root", "record"]
    assert values["scheme"] == "ocop-stamp:1"
    assert list(values["record"]) == ["chainId", "contract", "blockNumber", "transaction", "logIndex"]
    assert all(len(step) == 43 and "=" not in step for step in [*values["path"], values["root"]])


@pytest.mark.parametrize(
    "change",
    [
        {"lot": LOT + "8"},
        {"serial": SERIALS[7]},
        {"index": 7},
        {"size": 10},
        {"path": ()},
        {"path": proof().path[:-1]},
        {"path": (*proof().path, bytes(32))},
        {"path": (bytes(32), *proof().path[1:])},
        {"path": (b"short", *proof().path[1:])},
        {"root": bytes(32)},
        {"run": 0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_proof_holds_for_nothing_else(change):
    """Another stamp, lot, place, run or root, or one hash that differs: it does not verify."""
    with pytest.raises(VerificationError):
        check(replace(proof(), **change))


@pytest.mark.parametrize(
    "change",
    [
        {"scheme": "ocop-stamp:2"},
        {"scheme": None},
        {"index": -1},
        {"index": True},
        {"size": "100"},
        {"path": "x"},
        {"path": [7]},
        {"path": ["***"]},
        {"path": ["A" * 43] * 65},
        {"root": None},
        {"record": []},
        {"record": {"chainId": 1}},
    ],
    ids=str,
)
def test_a_file_that_anybody_wrote_is_read_with_care(change):
    """What is no proof is refused in words of ours, never with an exception of Python's."""
    with pytest.raises(OcopTraceError) as refused:
        StampProof.from_json(proof().to_json() | change)
    assert isinstance(refused.value, InvalidInputError | VerificationError)
