// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {OPERATOR, PRODUCER, INSPECTOR} from "./interfaces/IParticipantRegistry.sol";
import {IProvenanceLedger, RECALLED, IN_TRANSIT, RETIRED} from "./interfaces/IProvenanceLedger.sol";
import {Key} from "./Key.sol";
import {MassBalance} from "./MassBalance.sol";
import {ParticipantRegistry} from "./ParticipantRegistry.sol";
import {Subject} from "./Subject.sol";
import {Kind, Terms, Touch} from "./Terms.sol";

/**
 * @dev Implements {IProvenanceLedger}: who may touch which subject, and the folding of each touch into the subject's head.
 */
contract ProvenanceLedger is IProvenanceLedger, ParticipantRegistry, MassBalance, EIP712, Multicall {
    using BitMaps for BitMaps.BitMap;

    /// @dev A struct around the one word, so that its place is computed once for reading and writing.
    struct History {
        Subject subject;
    }

    bytes32 private constant _TOUCH_TYPEHASH = keccak256("Touch(bytes32 subject,uint256 terms)");
    bytes32 private constant _SUBMISSION_TYPEHASH = keccak256(
        "Submission(address signer,uint256 operation,uint256 deadline,Touch[] touches,bytes documents)"
        "Touch(bytes32 subject,uint256 terms)"
    );

    /// @inheritdoc IProvenanceLedger
    address public immutable predecessor;

    mapping(bytes32 key => History) private _histories;
    mapping(address signer => BitMaps.BitMap) private _usedOperations;

    constructor(address operator, bytes32 operatorSubject, address predecessor_)
        ParticipantRegistry(operator, operatorSubject)
        EIP712("ProvenanceLedger", "1")
    {
        // Zero is a value: the first deployment has no predecessor.
        // slither-disable-next-line missing-zero-check
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
        // A block's maker may shift the clock by seconds; deadlines are minutes away and guard against lateness only.
        // slither-disable-next-line timestamp
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
        Subject found = _histories[subject].subject;
        return (found.head(), found.sequence(), found.owner(), found.status());
    }

    /// @inheritdoc IProvenanceLedger
    function isUsed(address signer, uint256 operation) external view returns (bool) {
        return _usedOperations[signer].get(operation);
    }

    /// @dev The one way in: checks and folds each touch, then logs the submission whole.
    function _record(address signer, uint256 operation, Touch[] calldata touches, bytes calldata documents) private {
        if (touches.length == 0) revert EmptySubmission();
        Key author = _authorOf(signer);
        bytes32 documentsHash = sha256(documents);
        uint256 kinds = 0;
        for (uint256 i = 0; i < touches.length; ++i) {
            Touch calldata touch = touches[i];
            (bytes32 key, Terms terms) = (touch.subject, touch.terms);
            kinds |= 1 << terms.kind();
            History storage history = _histories[key];
            Subject subject = _apply(author, key, terms, history.subject);
            history.subject = _fold(key, terms, subject, documentsHash, signer);
        }
        _requireBalanced(touches, kinds);
        emit Recorded(signer, operation, touches, documents);
    }

    /// @dev Appends a touch to the history of a subject.
    function _fold(bytes32 key, Terms terms, Subject subject, bytes32 documentsHash, address signer)
        private
        pure
        returns (Subject)
    {
        uint24 next = subject.sequence() + 1;
        uint24 claimed = terms.sequence();
        if (claimed != 0 && claimed != next) revert SequenceMismatch(key, next, claimed);
        bytes32 head = sha256(abi.encode(bytes32(subject.head()), key, terms, next, documentsHash, signer));
        return subject.withHistory(bytes24(head), next);
    }

    /// @dev Checks that the author may do this to the subject now, does it, and returns the subject as it is then.
    function _apply(Key author, bytes32 key, Terms terms, Subject subject) private returns (Subject) {
        if (!terms.isWellFormed()) revert MalformedTerms(key, terms);
        if (terms.isOneOf(Kind.OPENING)) return _open(author, key, terms, subject);
        if (subject.sequence() == 0) revert UnknownSubject(key);
        if (terms.isOneOf(Kind.ASSESSING)) return _assess(author, key, terms, subject);
        if (terms.isOneOf(Kind.SPENDING)) return _spend(author, key, terms, subject);
        if (terms.kind() == Kind.SHIP) return _ship(author, key, terms, subject);
        if (terms.kind() == Kind.RECEIVE) return _receive(author, key, subject);
        return _amend(author, key, terms, subject);
    }

    /// @dev Register, Produce, Deposit: a new subject in the author's custody.
    function _open(Key author, bytes32 key, Terms terms, Subject subject) private returns (Subject) {
        if (subject.sequence() != 0) revert AlreadyRegistered(key, subject.owner());
        uint72 amount = terms.amount();
        _requireCapacity(author, amount == 0 ? OPERATOR | PRODUCER : PRODUCER);
        _declare(key, amount);
        return subject.withOwner(author.participant());
    }

    /// @dev Observe, Recall, Lift: what an inspector may say of any subject, and a custodian of its own, lifting excepted.
    function _assess(Key author, bytes32 key, Terms terms, Subject subject) private pure returns (Subject) {
        // A bit mask, no balance that somebody could push off zero.
        // slither-disable-next-line incorrect-equality
        if (author.capacities() & INSPECTOR == 0) _requireCustodian(author, key, subject);
        if (terms.kind() == Kind.OBSERVE) return subject;
        if (terms.kind() == Kind.RECALL) {
            _requireNone(key, subject, RECALLED);
            return subject.with(RECALLED);
        }
        _requireCapacity(author, INSPECTOR);
        if (subject.status() & RECALLED == 0) revert NotRecalled(key);
        return subject.without(RECALLED);
    }

    /// @dev Consume, Withdraw, Stamp: use up goods that are at hand.
    function _spend(Key author, bytes32 key, Terms terms, Subject subject) private returns (Subject) {
        _requireAtHand(author, key, subject);
        if (terms.kind() == Kind.STAMP) _stamp(key, terms.amount());
        else _consume(key, terms.amount());
        return subject;
    }

    /// @dev Ship: goods that are at hand set out for another producer.
    function _ship(Key author, bytes32 key, Terms terms, Subject subject) private returns (Subject) {
        _requireAtHand(author, key, subject);
        uint32 receiver = terms.counterparty();
        if (receiver == subject.owner()) revert InvalidReceiver(key, receiver);
        _requireProducer(receiver);
        _setReceiver(key, receiver);
        return subject.with(IN_TRANSIT);
    }

    /// @dev Receive: custody goes to the receiver, or stays with the sender that takes the goods back.
    function _receive(Key author, bytes32 key, Subject subject) private returns (Subject) {
        _requireCapacity(author, PRODUCER);
        if (subject.status() & IN_TRANSIT == 0) revert NotInTransit(key);
        uint32 receiver = _receiverOf(key);
        if (author.participant() != receiver && author.participant() != subject.owner()) {
            revert NotReceiver(key, receiver, author.participant());
        }
        _setReceiver(key, 0);
        return subject.withOwner(author.participant()).without(IN_TRANSIT);
    }

    /// @dev Correct, Retire: what a custodian does to the record itself.
    function _amend(Key author, bytes32 key, Terms terms, Subject subject) private returns (Subject) {
        _requireCustodian(author, key, subject);
        _requireCapacity(author, terms.amount() == 0 ? OPERATOR | PRODUCER : PRODUCER);
        _requireNone(key, subject, IN_TRANSIT | RETIRED);
        if (terms.kind() == Kind.RETIRE) return subject.with(RETIRED);
        _redeclare(key, terms.amount());
        return subject;
    }

    /// @dev Reverts unless the author has custody, handles goods, and nothing stands in their way.
    function _requireAtHand(Key author, bytes32 key, Subject subject) private pure {
        _requireCustodian(author, key, subject);
        _requireCapacity(author, PRODUCER);
        _requireNone(key, subject, RECALLED | IN_TRANSIT | RETIRED);
    }

    function _requireCustodian(Key author, bytes32 key, Subject subject) private pure {
        if (author.participant() != subject.owner()) revert NotCustodian(key, subject.owner(), author.participant());
    }

    /// @dev Reverts where any of the status bits is set.
    function _requireNone(bytes32 key, Subject subject, uint8 bits) private pure {
        if (subject.status() & bits != 0) revert SubjectNotAvailable(key, subject.status() & bits);
    }

    /// @dev Marks an operation as landed. Whatever reverts later undoes it.
    function _useOperation(address signer, uint256 operation) private {
        if (operation == 0) revert InvalidOperation(operation);
        if (_usedOperations[signer].get(operation)) revert OperationAlreadyUsed(signer, operation);
        _usedOperations[signer].set(operation);
    }

    /// @dev Tries the cheap question first: most signers are plain keys, and only contract accounts need to be asked (ERC-1271).
    function _isSignedBy(address signer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        // The value left out says what is wrong with a malformed signature; that it is malformed is enough.
        // slither-disable-next-line unused-return
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
        return
            keccak256(abi.encode(_SUBMISSION_TYPEHASH, signer, operation, deadline, touchesHash, keccak256(documents)));
    }
}
