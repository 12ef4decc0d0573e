// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {OPERATOR, PRODUCER, INSPECTOR} from "./interfaces/IParticipantRegistry.sol";
import {IProvenanceLedger, RECALLED, IN_TRANSIT, RETIRED} from "./interfaces/IProvenanceLedger.sol";
import {MassBalance} from "./MassBalance.sol";
import {ParticipantRegistry} from "./ParticipantRegistry.sol";
import {Kind, Terms} from "./Terms.sol";

/**
 * @dev Implements {IProvenanceLedger}: who may touch which subject, and the folding of each touch into the subject's head.
 */
contract ProvenanceLedger is IProvenanceLedger, ParticipantRegistry, MassBalance, EIP712, Multicall {
    using BitMaps for BitMaps.BitMap;

    struct Subject {
        bytes24 head;
        uint24 sequence;
        uint32 owner;
        uint8 status;
    }

    bytes32 private constant _TOUCH_TYPEHASH = keccak256("Touch(bytes32 subject,uint256 terms)");
    bytes32 private constant _SUBMISSION_TYPEHASH = keccak256(
        "Submission(address signer,uint256 operation,uint256 deadline,Touch[] touches,bytes documents)"
        "Touch(bytes32 subject,uint256 terms)"
    );

    /// @inheritdoc IProvenanceLedger
    address public immutable predecessor;

    mapping(bytes32 key => Subject) private _subjects;
    mapping(address signer => BitMaps.BitMap) private _usedOperations;

    constructor(address operator, bytes32 operatorSubject, address predecessor_)
        ParticipantRegistry(operator, operatorSubject)
        EIP712("ProvenanceLedger", "1")
    {
        predecessor = predecessor_;
    }

    /// @inheritdoc IProvenanceLedger
    function submit(Touch[] calldata touches, bytes calldata documents) external {
        _record(msg.sender, 0, touches, documents);
    }

    /// @inheritdoc IProvenanceLedger
    function relay(
        address signer,
        uint256 operation,
        uint256 deadline,
        Touch[] calldata touches,
        bytes calldata documents,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert SubmissionExpired(deadline, block.timestamp);
        _useOperation(signer, operation);
        bytes32 digest = _hashTypedDataV4(_hashSubmission(signer, operation, deadline, touches, documents));
        if (!_isSignedBy(signer, digest, signature)) revert InvalidSignature(signer);
        _record(signer, operation, touches, documents);
    }

    /// @inheritdoc IProvenanceLedger
    function subjectOf(bytes32 subject)
        external
        view
        returns (bytes24 head, uint24 sequence, uint32 owner, uint8 status)
    {
        Subject memory found = _subjects[subject];
        return (found.head, found.sequence, found.owner, found.status);
    }

    /// @inheritdoc IProvenanceLedger
    function isUsed(address signer, uint256 operation) external view returns (bool) {
        return _usedOperations[signer].get(operation);
    }

    /// @dev The one way in: checks and folds each touch, then logs the submission whole.
    function _record(address signer, uint256 operation, Touch[] calldata touches, bytes calldata documents) private {
        if (touches.length == 0) revert EmptySubmission();
        Key memory author = _authorOf(signer);
        bytes32 documentsHash = sha256(documents);
        Tally memory tally;
        for (uint256 i = 0; i < touches.length; ++i) {
            bytes32 key = touches[i].subject;
            Terms terms = touches[i].terms;
            if (!terms.isWellFormed()) revert MalformedTerms(key, terms);
            Subject memory subject = _subjects[key];
            _apply(author, key, terms, subject, tally);
            _fold(key, terms, subject, documentsHash, signer);
            _subjects[key] = subject;
        }
        _requireBalanced(tally);
        emit Recorded(signer, operation, touches, documents);
    }

    /// @dev Appends a touch to the history of a subject.
    function _fold(bytes32 key, Terms terms, Subject memory subject, bytes32 documentsHash, address signer) private pure {
        uint24 next = subject.sequence + 1;
        uint24 claimed = terms.sequence();
        if (claimed != 0 && claimed != next) revert SequenceMismatch(key, next, claimed);
        subject.sequence = next;
        subject.head = bytes24(sha256(abi.encode(bytes32(subject.head), key, terms, next, documentsHash, signer)));
    }

    /// @dev Checks that the author may do this to the subject now, and does it.
    function _apply(Key memory author, bytes32 key, Terms terms, Subject memory subject, Tally memory tally) private {
        Kind kind = terms.kind();
        if (kind == Kind.Register || kind == Kind.Produce || kind == Kind.Deposit) {
            return _open(author, key, terms, subject, tally);
        }
        if (subject.sequence == 0) revert UnknownSubject(key);
        if (kind == Kind.Observe || kind == Kind.Recall || kind == Kind.Lift) {
            _assess(author, key, kind, subject);
        } else if (kind == Kind.Receive) {
            _receive(author, key, subject);
        } else {
            _requireCustodian(author, key, subject);
            if (kind == Kind.Correct || kind == Kind.Retire) _amend(author, key, terms, subject);
            else _dispose(author, key, terms, subject, tally);
        }
    }

    /// @dev Register, Produce, Deposit: a new subject in the author's custody.
    function _open(Key memory author, bytes32 key, Terms terms, Subject memory subject, Tally memory tally) private {
        if (subject.sequence != 0) revert AlreadyRegistered(key, subject.owner);
        Kind kind = terms.kind();
        uint72 amount = terms.amount();
        _requireCapacity(author, amount == 0 ? OPERATOR | PRODUCER : PRODUCER);
        if (kind == Kind.Produce) tally.produced = key;
        if (kind == Kind.Deposit) tally.deposited += amount;
        subject.owner = author.participant;
        _declare(key, amount);
    }

    /// @dev Observe, Recall, Lift: what an inspector may say of any subject, and a custodian of its own, lifting excepted.
    function _assess(Key memory author, bytes32 key, Kind kind, Subject memory subject) private pure {
        if (kind == Kind.Lift) {
            _requireCapacity(author, INSPECTOR);
            if (subject.status & RECALLED == 0) revert NotRecalled(key);
            subject.status &= ~RECALLED;
        } else {
            if (author.capacities & INSPECTOR == 0) _requireCustodian(author, key, subject);
            if (kind == Kind.Recall) {
                _requireFreeOf(key, subject, RECALLED);
                subject.status |= RECALLED;
            }
        }
    }

    /// @dev Consume, Withdraw, Stamp, Ship: what a custodian does with goods that are at hand.
    function _dispose(Key memory author, bytes32 key, Terms terms, Subject memory subject, Tally memory tally) private {
        _requireCapacity(author, PRODUCER);
        _requireFreeOf(key, subject, RECALLED | IN_TRANSIT | RETIRED);
        Kind kind = terms.kind();
        if (kind == Kind.Ship) {
            uint32 receiver = terms.counterparty();
            if (receiver == subject.owner) revert InvalidReceiver(key, receiver);
            _requireProducer(receiver);
            _setReceiver(key, receiver);
            subject.status |= IN_TRANSIT;
        } else if (kind == Kind.Stamp) {
            _stamp(key, terms.amount());
        } else {
            if (kind == Kind.Consume) tally.consumed = true;
            else tally.withdrawn += terms.amount();
            _consume(key, terms.amount());
        }
    }

    /// @dev Receive: custody goes to the receiver, or stays with the sender that takes the goods back.
    function _receive(Key memory author, bytes32 key, Subject memory subject) private {
        _requireCapacity(author, PRODUCER);
        if (subject.status & IN_TRANSIT == 0) revert NotInTransit(key);
        uint32 receiver = _receiverOf(key);
        if (author.participant != receiver && author.participant != subject.owner) {
            revert NotReceiver(key, receiver, author.participant);
        }
        _setReceiver(key, 0);
        subject.owner = author.participant;
        subject.status &= ~IN_TRANSIT;
    }

    /// @dev Correct, Retire: what a custodian does to the record itself.
    function _amend(Key memory author, bytes32 key, Terms terms, Subject memory subject) private {
        _requireCapacity(author, terms.amount() == 0 ? OPERATOR | PRODUCER : PRODUCER);
        _requireFreeOf(key, subject, IN_TRANSIT | RETIRED);
        if (terms.kind() == Kind.Correct) _redeclare(key, terms.amount());
        else subject.status |= RETIRED;
    }

    function _requireCustodian(Key memory author, bytes32 key, Subject memory subject) private pure {
        if (author.participant != subject.owner) revert NotCustodian(key, subject.owner, author.participant);
    }

    function _requireFreeOf(bytes32 key, Subject memory subject, uint8 bits) private pure {
        if (subject.status & bits != 0) revert SubjectNotAvailable(key, subject.status & bits);
    }

    /// @dev Marks an operation as landed. Whatever reverts later undoes it.
    function _useOperation(address signer, uint256 operation) private {
        if (operation == 0) revert InvalidOperation(operation);
        if (_usedOperations[signer].get(operation)) revert OperationAlreadyUsed(signer, operation);
        _usedOperations[signer].set(operation);
    }

    /// @dev Tries the cheap question first: most signers are plain keys, and only contract accounts need to be asked (ERC-1271).
    function _isSignedBy(address signer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecover(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature);
    }

    /// @dev EIP-712 `hashStruct` of a submission.
    function _hashSubmission(
        address signer,
        uint256 operation,
        uint256 deadline,
        Touch[] calldata touches,
        bytes calldata documents
    ) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](touches.length);
        for (uint256 i = 0; i < touches.length; ++i) {
            hashes[i] = keccak256(abi.encode(_TOUCH_TYPEHASH, touches[i].subject, touches[i].terms));
        }
        bytes32 touchesHash = keccak256(abi.encodePacked(hashes));
        return keccak256(
            abi.encode(_SUBMISSION_TYPEHASH, signer, operation, deadline, touchesHash, keccak256(documents))
        );
    }
}
