"""What the contract says when it refuses, in our own errors.

A reverted call returns the ABI encoding of a custom error with its arguments. `translate` turns it into an error of
our family with an English sentence, whose gaps are filled with the arguments; `facts["contract_error"]` keeps the
Solidity name for programs. Nodes dress the same bytes
differently: `data_of_text` and `data_of_response` undress them.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any, Final

from eth_utils.address import is_hex_address, to_checksum_address

from traceability.chain.contract import Contract
from traceability.domain.ledger import Capacity, Status
from traceability.errors import (
    AlreadyExistsError,
    ContractRefusedError,
    MassBalanceError,
    NotAuthorisedError,
    OcopTraceError,
    RuleViolationError,
)

REVERTED: Final = 3
"""The JSON-RPC error code with which Geth and its kin say that a call was reverted."""

_MEANINGS: Final[dict[str, tuple[type[OcopTraceError], str]]] = {
    # Quantities.
    "InsufficientQuantity": (
        MassBalanceError,
        "Only {left} is left of it, and {wanted} was to be taken. Check the number, or correct the lot first.",
    ),
    "DeclaredBelowUsed": (
        MassBalanceError,
        "{used} of it is used already, so that it cannot be corrected to {declared}. Check the number.",
    ),
    "ProducedFromNothing": (MassBalanceError, "A lot cannot be produced unless another one is used up for it."),
    "UnbalancedSplit": (
        MassBalanceError,
        "What is taken out ({withdrawn}) and what is put into new lots ({deposited}) differ.",
    ),
    # Who.
    "NotParticipant": (NotAuthorisedError, "The key {key} speaks for no participant."),
    "KeyNotInEffect": (
        NotAuthorisedError,
        "The key {key} is in effect from block {fromBlock} to block {untilBlock} only.",
    ),
    "MissingCapacity": (
        NotAuthorisedError,
        "Participant {participant} may not do this: it takes {required}, and it has {held}.",
    ),
    "NotCustodian": (
        NotAuthorisedError,
        "This is in the custody of participant {owner}, and participant {participant} may not do this to it.",
    ),
    "NotReceiver": (
        NotAuthorisedError,
        "This is on its way to participant {receiver}, not to participant {participant}.",
    ),
    "InvalidSignature": (NotAuthorisedError, "The signature is not that of {signer} over this record."),
    # What is there already.
    "AlreadyRegistered": (AlreadyExistsError, "This has a history already, in the custody of participant {owner}."),
    "OperationAlreadyUsed": (AlreadyExistsError, "Operation {operation} of {signer} is recorded already."),
    "KeyAlreadyAdded": (AlreadyExistsError, "The key {key} belongs to participant {participant} already."),
    "KeyAlreadyRevoked": (AlreadyExistsError, "The key {key} is revoked from block {untilBlock} on already."),
    # What is not there.
    "UnknownSubject": (RuleViolationError, "Nothing is recorded of this yet; register it first."),
    "UnknownParticipant": (RuleViolationError, "There is no participant with number {participant}."),
    # The state of things.
    "SequenceMismatch": (
        RuleViolationError,
        "Something else was recorded first: this would be entry {next} and claims to be entry {claimed}. Repeat it.",
    ),
    "SubjectNotAvailable": (RuleViolationError, "This cannot be done now, since it is {status}."),
    "NotInTransit": (RuleViolationError, "This was not shipped, so that there is nothing to receive."),
    "NotRecalled": (RuleViolationError, "This is not recalled, so that there is nothing to lift."),
    "InvalidReceiver": (
        RuleViolationError,
        "Goods are not shipped to the participant that has them, number {receiver}.",
    ),
    "SubmissionExpired": (
        RuleViolationError,
        "The record was signed to be entered by {deadline}, and it is {timestamp} now (Unix time). Sign it again.",
    ),
    # How it was put.
    "EmptySubmission": (RuleViolationError, "A submission needs at least one entry."),
    "MalformedTerms": (RuleViolationError, "An entry says something that means nothing: {terms:#x}."),
    "InvalidOperation": (RuleViolationError, "Operation number {operation} cannot be relayed."),
    "InvalidKey": (RuleViolationError, "{key} cannot be a key."),
    "UndefinedCapacities": (RuleViolationError, "There are no such capacities: {capacities}."),
    "OperatorLockedOut": (
        RuleViolationError,
        "An operator cannot take away the key or the capacity with which it is acting ({operator}).",
    ),
}
"""The family and the sentence for each error of the contract's interfaces."""


def translate(contract: Contract, data: bytes) -> OcopTraceError:
    """Return our error for what a reverted call returned; ContractRefusedError where no meaning is known."""
    known = contract.error(data)
    if known is None:
        template = "The contract refused without a reason that we know: 0x{data}."
        return ContractRefusedError(template, data=data.hex(), contract_error="")
    name, arguments = known
    facts = {key: _readable(key, value) for key, value in arguments.items()}
    if name not in _MEANINGS:
        words = ", ".join(f"{key} {value}" for key, value in facts.items())
        template = "The contract refused: {contract_error} ({arguments})."
        return ContractRefusedError(template, contract_error=name, arguments=words, **facts)
    family, template = _MEANINGS[name]
    return family(template, contract_error=name, **facts)


def _readable(name: str, value: Any) -> Any:
    """Write bytes as hexadecimal, addresses with their checksum (EIP-55) and bit masks as words."""
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if is_hex_address(value):
        return to_checksum_address(value)
    if name in {"held", "required"}:
        return _words(Capacity, value) or "none"
    if name == "status":
        return _words(Status, value)
    return value


def _words(flags: type[Capacity] | type[Status], mask: int) -> str:
    return " or ".join((flag.name or "").lower().replace("_", " ") for flag in flags if flag & mask)


def data_of_text(text: str) -> bytes:
    """Return the bytes that eth-tester puts into a message as a Python bytes literal; empty when there are none.

    eth-tester raises `TransactionFailed` with the `repr` of the bytes as its text, with or without words in front.
    """
    literal = re.search(r"""b(?P<quote>['"]).*(?P=quote)""", text, re.DOTALL)
    if literal is None:
        return b""
    try:
        value = ast.literal_eval(literal.group())
    except (SyntaxError, ValueError):
        return b""
    return value if isinstance(value, bytes) else b""


def data_of_response(error: Mapping[str, Any]) -> bytes | None:
    """Return the revert data of a JSON-RPC error object (EIP-1474), or None when the error is no revert.

    Geth, Besu and anvil put a hexadecimal string into `data`; some nodes put an object with another `data` there, or
    write `Reverted 0x...`.
    """
    data = error.get("data")
    if isinstance(data, Mapping):
        data = data.get("data") or data.get("result")
    text = data if isinstance(data, str) else ""
    if error.get("code") != REVERTED and "revert" not in f"{error.get('message', '')} {text}".lower():
        return None
    found = re.search(r"0x((?:[0-9a-fA-F]{2})*)", text)
    return bytes.fromhex(found[1]) if found else b""
