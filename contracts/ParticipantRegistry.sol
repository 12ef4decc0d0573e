// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IParticipantRegistry, OPERATOR, PRODUCER, INSPECTOR} from "./interfaces/IParticipantRegistry.sol";
import {Key, KeyLib} from "./Key.sol";

/**
 * @dev Implements {IParticipantRegistry}. Each key repeats the capacities of its participant: changing them is rare and asking is not.
 */
abstract contract ParticipantRegistry is IParticipantRegistry {
    struct Participant {
        bytes32 subject;
        uint8 capacities;
        address[] keys;
    }

    uint32 private _participantCount;
    mapping(uint32 number => Participant) private _participants;
    mapping(address account => Key) private _keys;

    modifier onlyOperator() {
        _requireCapacity(_authorOf(msg.sender), OPERATOR);
        _;
    }

    constructor(address operator, bytes32 operatorSubject) {
        _admit(operatorSubject, OPERATOR, operator);
    }

    /// @inheritdoc IParticipantRegistry
    function admit(bytes32 subject, uint8 capacities, address key) external onlyOperator returns (uint32 participant) {
        return _admit(subject, capacities, key);
    }

    /// @inheritdoc IParticipantRegistry
    function setCapacities(uint32 participant, uint8 capacities) external onlyOperator {
        _requireDefined(capacities);
        Participant storage changed = _existing(participant);
        if (_keys[msg.sender].participant() == participant && capacities & OPERATOR == 0) {
            revert OperatorLockedOut(msg.sender);
        }
        changed.capacities = capacities;
        for (uint256 i = 0; i < changed.keys.length; ++i) {
            address key = changed.keys[i];
            _keys[key] = _keys[key].withCapacities(capacities);
        }
        emit CapacitiesChanged(participant, capacities);
    }

    /// @inheritdoc IParticipantRegistry
    function addKey(uint32 participant, address key, uint64 fromBlock) external onlyOperator {
        _addKey(participant, key, fromBlock);
    }

    /// @inheritdoc IParticipantRegistry
    function revokeKey(address key, uint64 fromBlock) external onlyOperator {
        if (key == msg.sender) revert OperatorLockedOut(key);
        Key revoked = _keys[key];
        if (revoked.participant() == 0) revert NotParticipant(key);
        fromBlock = _notPast(fromBlock);
        if (fromBlock >= revoked.untilBlock()) revert KeyAlreadyRevoked(key, revoked.untilBlock());
        _keys[key] = revoked.withUntilBlock(fromBlock);
        emit KeyRevoked(revoked.participant(), key, fromBlock);
    }

    /// @inheritdoc IParticipantRegistry
    function keyOf(address key)
        external
        view
        returns (uint32 participant, uint8 capacities, uint64 fromBlock, uint64 untilBlock)
    {
        Key found = _keys[key];
        return (found.participant(), found.capacities(), found.fromBlock(), found.untilBlock());
    }

    /// @inheritdoc IParticipantRegistry
    function participantOf(uint32 participant) external view returns (bytes32 subject, uint8 capacities) {
        Participant storage found = _participants[participant];
        return (found.subject, found.capacities);
    }

    /// @dev The key with which an account speaks now. Reverts where it speaks for nobody or may do nothing.
    function _authorOf(address account) internal view returns (Key author) {
        author = _keys[account];
        // A number, no balance that somebody could push off zero.
        // slither-disable-next-line incorrect-equality
        if (author.participant() == 0) revert NotParticipant(account);
        if (block.number < author.fromBlock() || block.number >= author.untilBlock()) {
            revert KeyNotInEffect(account, author.fromBlock(), author.untilBlock());
        }
        _requireCapacity(author, OPERATOR | PRODUCER | INSPECTOR);
    }

    /// @dev Reverts unless the author holds at least one of the capacities.
    function _requireCapacity(Key author, uint8 anyOf) internal pure {
        // A bit mask, no balance that somebody could push off zero.
        // slither-disable-next-line incorrect-equality
        if (author.capacities() & anyOf == 0) revert MissingCapacity(author.participant(), author.capacities(), anyOf);
    }

    /// @dev Reverts unless there is such a participant and it may hold goods.
    function _requireProducer(uint32 participant) internal view {
        uint8 held = _existing(participant).capacities;
        if (held & PRODUCER == 0) revert MissingCapacity(participant, held, PRODUCER);
    }

    function _admit(bytes32 subject, uint8 capacities, address key) private returns (uint32 participant) {
        _requireDefined(capacities);
        participant = ++_participantCount;
        _participants[participant].subject = subject;
        _participants[participant].capacities = capacities;
        emit ParticipantAdmitted(participant, subject, capacities);
        _addKey(participant, key, 0);
    }

    function _addKey(uint32 participant, address key, uint64 fromBlock) private {
        Participant storage speaker = _existing(participant);
        if (key == address(0)) revert InvalidKey(key);
        if (_keys[key].participant() != 0) revert KeyAlreadyAdded(key, _keys[key].participant());
        fromBlock = _notPast(fromBlock);
        _keys[key] = KeyLib.pack(participant, speaker.capacities, fromBlock, type(uint64).max);
        speaker.keys.push(key);
        emit KeyAdded(participant, key, fromBlock);
    }

    function _existing(uint32 participant) private view returns (Participant storage) {
        if (participant == 0 || participant > _participantCount) revert UnknownParticipant(participant);
        return _participants[participant];
    }

    function _requireDefined(uint8 capacities) private pure {
        if (capacities > (OPERATOR | PRODUCER | INSPECTOR)) revert UndefinedCapacities(capacities);
    }

    /// @dev Effects are never retroactive: a past block means the present one.
    function _notPast(uint64 blockNumber) private view returns (uint64) {
        return blockNumber < block.number ? uint64(block.number) : blockNumber;
    }
}
