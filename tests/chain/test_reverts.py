"""Every refusal of the contract has a sentence and a family of ours, however a node dresses it."""

import pytest
from eth_abi.abi import encode
from eth_hash.auto import keccak
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed

from traceability.chain.contract import ledger_contract
from traceability.chain.reverts import _MEANINGS, data_of_response, data_of_text, translate
from traceability.errors import ContractRefusedError, MassBalanceError, NotAuthorisedError, RuleViolationError

CONTRACT = ledger_contract()
LIBRARY_ERRORS = {
    "AddressEmptyCode",
    "ECDSAInvalidSignature",
    "ECDSAInvalidSignatureLength",
    "ECDSAInvalidSignatureS",
    "Error",
    "FailedCall",
    "InvalidShortString",
    "Panic",
    "StringTooLong",
}
"""Errors of Solidity and OpenZeppelin, which no rule of the trade stands behind."""


def encoded(signature, *values):
    """An error as a contract returns it."""
    types = signature[signature.index("(") + 1 : -1]
    return keccak(signature.encode())[:4] + encode(types.split(",") if types else [], values)


def sample(kind):
    """A value of an ABI type."""
    return {"bytes32": b"\xab" * 32, "address": "0x" + "ab" * 20, "string": "text"}.get(kind, 3)


@pytest.mark.parametrize("name", sorted(entry["name"] for entry in CONTRACT.errors.values()))
def test_every_error_of_the_abi_reads_as_a_sentence(name):
    """No gap stays open, no error is left without a family; a new error in the contract fails here."""
    entry = next(entry for entry in CONTRACT.errors.values() if entry["name"] == name)
    types = [field["type"] for field in entry["inputs"]]
    error = translate(CONTRACT, encoded(f"{name}({','.join(types)})", *map(sample, types)))
    assert "{" not in str(error)
    assert error.facts["contract_error"] == name
    assert isinstance(error, (RuleViolationError, NotAuthorisedError))
    if name not in LIBRARY_ERRORS:
        assert name in _MEANINGS
        assert not isinstance(error, ContractRefusedError)


def test_no_meaning_is_kept_for_an_error_that_is_gone():
    """The table and the ABI name the same errors."""
    assert set(_MEANINGS) <= {entry["name"] for entry in CONTRACT.errors.values()}


def test_arguments_are_facts_and_masks_are_words():
    """Programs find numbers, people find words."""
    error = translate(CONTRACT, encoded("InsufficientQuantity(bytes32,uint256,uint256)", b"\1" * 32, 7, 9))
    assert isinstance(error, MassBalanceError)
    assert error.facts == {
        "contract_error": "InsufficientQuantity",
        "subject": f"0x{'01' * 32}",
        "left": 7,
        "wanted": 9,
    }
    error = translate(CONTRACT, encoded("SubjectNotAvailable(bytes32,uint8)", b"\1" * 32, 3))
    assert str(error) == "This cannot be done now, since it is recalled or in transit."
    error = translate(CONTRACT, encoded("MissingCapacity(uint32,uint8,uint8)", 4, 0, 6))
    assert str(error) == "Participant 4 may not do this: it takes producer or inspector, and it has none."


@pytest.mark.parametrize("data", [b"", b"\1", b"\xde\xad\xbe\xef", CONTRACT.call("predecessor"), None])
def test_what_nobody_knows_is_refused_without_a_guess(data):
    """Empty data, another contract's error, and arguments that are cut short."""
    if data is None:
        data = encoded("InsufficientQuantity(bytes32,uint256,uint256)", b"\1" * 32, 7, 9)[:-40]
    error = translate(CONTRACT, data)
    assert type(error) is ContractRefusedError
    assert error.facts == {"data": data.hex(), "contract_error": ""}


def test_eth_testers_text_is_read_as_bytes():
    """eth-tester gives a custom error as the text of a bytes literal; this is what it really says."""
    tester = EthereumTester(PyEVMBackend())
    sender = tester.get_accounts()[0]
    creation = CONTRACT.creation(sender, b"\1" * 32, "0x" + "00" * 20)
    deployed = tester.send_transaction({"from": sender, "data": f"0x{creation.hex()}", "gas": 6_000_000, "value": 0})
    address = tester.get_transaction_receipt(deployed)["contract_address"]
    question = {"from": sender, "to": address, "gas": 1_000_000, "data": f"0x{CONTRACT.call('submit', [], b'').hex()}"}
    with pytest.raises(TransactionFailed) as caught:
        tester.call(question)
    assert data_of_text(str(caught.value)) == keccak(b"EmptySubmission()")[:4]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("execution reverted: b'\\xcf\\'\"'", b"\xcf'\""),
        ('b"it\'s"', b"it's"),
        ("no bytes here", b""),
        ("b'open", b""),
        ("b'\\x'", b""),
    ],
)
def test_bytes_literals_of_every_kind(text, data):
    """Both quotes, escapes, and text that is no literal."""
    assert data_of_text(text) == data


@pytest.mark.parametrize(
    ("error", "data"),
    [
        ({"code": 3, "message": "execution reverted", "data": "0x1234"}, b"\x12\x34"),
        ({"code": 3, "message": "execution reverted"}, b""),
        ({"code": -32000, "message": "VM Exception: revert", "data": {"data": "0xab", "message": "x"}}, b"\xab"),
        ({"code": -32603, "message": "reverted", "data": {"result": "0xab"}}, b"\xab"),
        ({"code": -32015, "message": "VM execution error.", "data": "Reverted 0x08c379a0"}, b"\x08\xc3\x79\xa0"),
        ({"code": -32000, "message": "execution reverted: Besu", "data": None}, b""),
        ({"code": -32000, "message": "insufficient funds", "data": "0x12"}, None),
        ({"code": -32601, "message": "the method does not exist"}, None),
        ({}, None),
    ],
)
def test_json_rpc_errors_as_nodes_write_them(error, data):
    """A revert gives its bytes; any other error is none."""
    assert data_of_response(error) == data
