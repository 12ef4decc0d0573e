// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Terms, Touch} from "../Terms.sol";
import {IMassBalance} from "./IMassBalance.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @dev Status bit: the subject is recalled.
uint8 constant RECALLED = 1;
/// @dev Status bit: the subject was shipped and not yet received.
uint8 constant IN_TRANSIT = 2;
/// @dev Status bit: the subject was retired, for ever.
uint8 constant RETIRED = 4;

/**
 * @title Where goods come from
 * @notice A *subject* is whatever has a history: a lot, a product, a participant. Its key is the SHA-256 of its canonical URI.
 * A *submission* is a list of *touches* (which subject, what is done, how much) and the *documents* that say it in full.
 * It comes in through {submit} or {relay}, lands whole or not at all, and leaves one log: {Recorded}.
 *
 * A history is a hash chain. Each touch replaces the subject's head by the first 24 bytes of
 *
 *     sha256(abi.encode(bytes32(head), subject, terms, sequence, sha256(documents), signer))
 *
 * where `sequence` is the touch's place in the history, from 1. Whoever folds the logs and arrives at the stored head has the
 * complete history, unaltered and in order.
 *
 * | kind | who | on what | effect |
 * | --- | --- | --- | --- |
 * | Register | producer; operator with amount 0 | a new subject | signer's participant has custody |
 * | Observe | custodian, inspector | any | none |
 * | Consume, Withdraw, Stamp | custodian that is producer | neither recalled, in transit nor retired | uses up |
 * | Produce | producer | a new lot, when the submission consumes another | as Register |
 * | Deposit | producer | new lots of exactly what the submission withdraws | as Register |
 * | Ship | custodian that is producer | as Consume; to a producer | in transit |
 * | Receive | the receiver, or the sender to cancel; a producer | in transit | receiver has custody |
 * | Recall | custodian, inspector | not recalled | recalled |
 * | Lift | inspector | recalled | not recalled |
 * | Correct | custodian, as Register | neither in transit nor retired | declares another quantity |
 * | Retire | custodian that is producer or operator | neither in transit nor retired | retired |
 *
 * Example: 60 kg of one lot become 540 pieces of another, in one submission of two touches.
 *
 *     touches[0] = Touch(pork, Consume, 60_000 g);
 *     touches[1] = Touch(nemChua, Produce, 540 pieces);
 *     ledger.submit(touches, documents);
 *
 * The contract is not upgradeable. A new version is a new deployment that names its predecessor.
 */
interface IProvenanceLedger is IParticipantRegistry, IMassBalance {
    /// @notice A submission was recorded. The log holds it whole, so that histories can be read from logs alone.
    /// @param signer The key that authored it.
    /// @param operation The relayed operation; zero where the signer submitted by itself.
    /// @param touches As submitted, in order.
    /// @param documents As submitted: version byte and raw DEFLATE of a JSON array (docs/format.md).
    event Recorded(address indexed signer, uint256 indexed operation, Touch[] touches, bytes documents);

    /// @notice A submission needs at least one touch.
    error EmptySubmission();

    /// @notice The terms name no kind, use bits that must be zero, or give an amount or a counterparty where it means nothing
    /// (or an amount of zero where it does).
    error MalformedTerms(bytes32 subject, Terms terms);

    /// @notice The touch claims another place in the history than the one it would take.
    /// @param next The place that it would take.
    /// @param claimed The place that it claims.
    error SequenceMismatch(bytes32 subject, uint24 next, uint24 claimed);

    /// @notice The subject has a history already.
    /// @param owner The participant that has custody of it.
    error AlreadyRegistered(bytes32 subject, uint32 owner);

    /// @notice The subject has no history yet.
    error UnknownSubject(bytes32 subject);

    /// @notice The subject is in somebody else's custody.
    /// @param owner The participant that has custody.
    /// @param participant The participant that is not entitled to the touch.
    error NotCustodian(bytes32 subject, uint32 owner, uint32 participant);

    /// @notice The subject is on its way to somebody else.
    /// @param receiver The participant that is to receive it.
    /// @param participant The participant that would have taken it.
    error NotReceiver(bytes32 subject, uint32 receiver, uint32 participant);

    /// @notice Goods are not shipped to their custodian.
    error InvalidReceiver(bytes32 subject, uint32 receiver);

    /// @notice The subject's status forbids the touch.
    /// @param status The bits that stand in the way.
    error SubjectNotAvailable(bytes32 subject, uint8 status);

    /// @notice The subject is not in transit, so that there is nothing to receive.
    error NotInTransit(bytes32 subject);

    /// @notice The subject is not recalled, so that there is nothing to lift.
    error NotRecalled(bytes32 subject);

    /// @notice The deadline has passed.
    /// @param deadline In seconds since 1970.
    /// @param timestamp The block's.
    error SubmissionExpired(uint256 deadline, uint256 timestamp);

    /// @notice Operation zero is kept for submissions that their own signer sends.
    error InvalidOperation(uint256 operation);

    /// @notice The operation landed before. Nothing lands twice.
    error OperationAlreadyUsed(address signer, uint256 operation);

    /// @notice The signature is not the signer's over this submission.
    error InvalidSignature(address signer);

    /// @notice Records what the sender itself authors.
    function submit(Touch[] calldata touches, bytes calldata documents) external;

    /// @notice Records what `signer` authored and somebody else sends.
    /// @dev The signature is EIP-712 over
    /// `Submission(address signer,uint256 operation,uint256 deadline,Touch[] touches,bytes documents)Touch(bytes32 subject,uint256 terms)`
    /// in the domain `("ProvenanceLedger", "1", chain id, this contract)`; of a contract account, whatever it accepts (ERC-1271).
    /// @param operation Any number above zero that the signer has not used; numbers close together are cheaper, order is free.
    /// @param deadline Last second, since 1970, at which it may land.
    function relay(
        address signer,
        uint256 operation,
        uint256 deadline,
        Touch[] calldata touches,
        bytes calldata documents,
        bytes calldata signature
    ) external;

    /// @notice What is known of a subject; all zero where it has no history.
    /// @return head The fold of its history.
    /// @return sequence The number of touches in its history.
    /// @return owner The participant that has custody.
    /// @return status Bits: 1 recalled, 2 in transit, 4 retired.
    function subjectOf(bytes32 subject)
        external
        view
        returns (bytes24 head, uint24 sequence, uint32 owner, uint8 status);

    /// @notice Whether a relayed operation of a signer has landed.
    function isUsed(address signer, uint256 operation) external view returns (bool);

    /// @notice The deployment that this one continues; zero where it is the first.
    function predecessor() external view returns (address);
}
