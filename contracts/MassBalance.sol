// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMassBalance} from "./interfaces/IMassBalance.sol";

/**
 * @dev Implements {IMassBalance}: the quantities of each lot, and of each submission as a whole.
 */
abstract contract MassBalance is IMassBalance {
    struct Balance {
        uint72 declared;
        uint72 consumed;
        uint72 stamped;
        uint32 receiver; // shares the slot, since goods in transit have a balance too
    }

    /// @dev What one submission has moved so far.
    struct Tally {
        bool consumed; // whether anything was consumed
        bytes32 produced; // the last lot produced
        uint256 withdrawn;
        uint256 deposited;
    }

    mapping(bytes32 subject => Balance) private _balances;

    /// @inheritdoc IMassBalance
    function balanceOf(bytes32 subject)
        external
        view
        returns (uint72 declared, uint72 consumed, uint72 stamped, uint32 receiver)
    {
        Balance memory found = _balances[subject];
        return (found.declared, found.consumed, found.stamped, found.receiver);
    }

    /// @dev Declares the quantity of a new lot.
    function _declare(bytes32 subject, uint72 amount) internal {
        if (amount != 0) _balances[subject].declared = amount;
    }

    /// @dev Takes goods out of a lot.
    function _consume(bytes32 subject, uint72 amount) internal {
        Balance memory balance = _balances[subject];
        _requireLeft(subject, balance, amount);
        balance.consumed += amount;
        _balances[subject] = balance;
    }

    /// @dev Uses a lot up by stamps.
    function _stamp(bytes32 subject, uint72 amount) internal {
        Balance memory balance = _balances[subject];
        _requireLeft(subject, balance, amount);
        balance.stamped += amount;
        _balances[subject] = balance;
    }

    /// @dev Declares another quantity, at least what is used already.
    function _redeclare(bytes32 subject, uint72 amount) internal {
        Balance storage balance = _balances[subject];
        uint256 used = uint256(balance.consumed) + balance.stamped;
        if (amount < used) revert DeclaredBelowUsed(subject, used, amount);
        balance.declared = amount;
    }

    /// @dev Names the participant that is to receive a subject, or none.
    function _setReceiver(bytes32 subject, uint32 receiver) internal {
        _balances[subject].receiver = receiver;
    }

    /// @dev The participant that is to receive a subject.
    function _receiverOf(bytes32 subject) internal view returns (uint32) {
        return _balances[subject].receiver;
    }

    /// @dev Reverts where a submission gives out more, or other, than it took in.
    function _requireBalanced(Tally memory tally) internal pure {
        if (tally.produced != 0 && !tally.consumed) revert ProducedFromNothing(tally.produced);
        if (tally.withdrawn != tally.deposited) revert UnbalancedSplit(tally.withdrawn, tally.deposited);
    }

    function _requireLeft(bytes32 subject, Balance memory balance, uint72 wanted) private pure {
        uint256 left = uint256(balance.declared) - balance.consumed - balance.stamped;
        if (wanted > left) revert InsufficientQuantity(subject, left, wanted);
    }
}
