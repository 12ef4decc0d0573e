// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev May admit participants, change their capacities, and add and revoke keys.
uint8 constant OPERATOR = 1;
/// @dev May register, transform, split, stamp and ship its own goods.
uint8 constant PRODUCER = 2;
/// @dev May observe and recall any subject, and lift recalls.
uint8 constant INSPECTOR = 4;

/**
 * @title Who may write
 * @notice A participant is an organisation or a household, known by a number from 1 and by the key of its own history. It holds
 * capacities (a bit mask of `OPERATOR` 1, `PRODUCER` 2 and `INSPECTOR` 4) and speaks through keys: accounts that sign for it, with
 * effect from a block. Nothing acts backwards: what a key signed while it was in effect stays valid, and a key that was revoked
 * is never added again, so that an address always means the same participant.
 *
 * Example: the cooperative's manager loses a phone. The operator revokes the key on it and adds a new one:
 *
 *     ledger.revokeKey(lost, 0);
 *     ledger.addKey(cooperative, fresh, 0);
 */
interface IParticipantRegistry {
    /// @notice A participant was admitted.
    /// @param participant Its number.
    /// @param subject The key of its own history: SHA-256 of its party URI.
    /// @param capacities What it may do.
    event ParticipantAdmitted(uint32 indexed participant, bytes32 indexed subject, uint8 capacities);

    /// @notice What a participant may do was changed, with effect from the transaction on.
    event CapacitiesChanged(uint32 indexed participant, uint8 capacities);

    /// @notice A key speaks for a participant from a block on.
    event KeyAdded(uint32 indexed participant, address indexed key, uint64 fromBlock);

    /// @notice A key speaks no more for its participant from a block on.
    event KeyRevoked(uint32 indexed participant, address indexed key, uint64 fromBlock);

    /// @notice The account speaks for nobody: it was never added as a key.
    error NotParticipant(address key);

    /// @notice The key is not in effect yet, or no more.
    /// @param fromBlock First block in which it is in effect.
    /// @param untilBlock First block in which it is in effect no more.
    error KeyNotInEffect(address key, uint64 fromBlock, uint64 untilBlock);

    /// @notice The participant lacks a capacity.
    /// @param held The capacities that it has.
    /// @param required The capacities of which it would need one.
    error MissingCapacity(uint32 participant, uint8 held, uint8 required);

    /// @notice No participant has that number.
    error UnknownParticipant(uint32 participant);

    /// @notice The mask has bits beyond `OPERATOR | PRODUCER | INSPECTOR`.
    error UndefinedCapacities(uint8 capacities);

    /// @notice The zero address cannot sign.
    error InvalidKey(address key);

    /// @notice The key speaks, or spoke, for a participant already. Keys are not used twice.
    error KeyAlreadyAdded(address key, uint32 participant);

    /// @notice The key is silenced from an earlier block, or the same one, already.
    error KeyAlreadyRevoked(address key, uint64 untilBlock);

    /// @notice An operator may not silence the key, nor drop the capacity, that it is acting with: somebody must be left to administer.
    error OperatorLockedOut(address operator);

    /// @notice Admits a participant with its first key. Needs `OPERATOR`.
    /// @dev Join it with the first record of the participant's history through {Multicall-multicall}, so that both happen or neither.
    /// @param subject The key of its own history: SHA-256 of its party URI.
    /// @param capacities What it may do; 0 admits it without letting it write yet.
    /// @param key The account that signs for it, in effect at once.
    /// @return participant Its number.
    function admit(bytes32 subject, uint8 capacities, address key) external returns (uint32 participant);

    /// @notice Changes what a participant may do, through every one of its keys. Needs `OPERATOR`.
    /// @param capacities The new mask; 0 suspends the participant.
    function setCapacities(uint32 participant, uint8 capacities) external;

    /// @notice Lets one more key speak for a participant. Needs `OPERATOR`.
    /// @param fromBlock First block in which it does; a block that is past, such as 0, means the present one.
    function addKey(uint32 participant, address key, uint64 fromBlock) external;

    /// @notice Silences a key. Needs `OPERATOR`.
    /// @param fromBlock First block in which it speaks no more; a block that is past, such as 0, means the present one.
    function revokeKey(address key, uint64 fromBlock) external;

    /// @notice What is known of a key; all zero where it was never added.
    /// @return participant The participant for which it speaks.
    /// @return capacities What that participant may do.
    /// @return fromBlock First block in which the key is in effect.
    /// @return untilBlock First block in which it is in effect no more; 2^64 - 1 while it is not revoked.
    function keyOf(address key)
        external
        view
        returns (uint32 participant, uint8 capacities, uint64 fromBlock, uint64 untilBlock);

    /// @notice What is known of a participant; all zero where there is none of that number.
    /// @return subject The key of its own history.
    /// @return capacities What it may do.
    function participantOf(uint32 participant) external view returns (bytes32 subject, uint8 capacities);
}
