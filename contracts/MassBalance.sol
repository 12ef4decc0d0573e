// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Balance} from "./Balance.sol";
import {IMassBalance} from "./interfaces/IMassBalance.sol";
import {Kind, Terms, Touch} from "./Terms.sol";

/**
 * @dev Implements {IMassBalance}: the quantities of each lot, and of each submission as a whole.
 */
abstract contract MassBalance is IMassBalance {
    /// @dev A struct around the one word, so that its place is computed once for reading and writing.
    struct Holding {
        Balance balance;
    }

    mapping(bytes32 subject => Holding) private _holdings;

    /// @inheritdoc IMassBalance
    function balanceOf(bytes32 subject)
        external
        view
        returns (uint72 declared, uint72 consumed, uint72 stamped, uint32 receiver)
    {
        Balance found = _holdings[subject].balance;
        return (found.declared(), found.consumed(), found.stamped(), found.receiver());
    }

    /// @dev Declares the quantity of a new lot.
    function _declare(bytes32 subject, uint72 amount) internal {
        if (amount != 0) _holdings[subject].balance = Balance.wrap(0).withDeclared(amount);
    }

    /// @dev Takes goods out of a lot.
    function _consume(bytes32 subject, uint72 amount) internal {
        Holding storage holding = _holdings[subject];
        Balance balance = holding.balance;
        _requireLeft(subject, balance, amount);
        holding.balance = balance.consume(amount);
    }

    /// @dev Uses a lot up by stamps.
    function _stamp(bytes32 subject, uint72 amount) internal {
        Holding storage holding = _holdings[subject];
        Balance balance = holding.balance;
        _requireLeft(subject, balance, amount);
        holding.balance = balance.stamp(amount);
    }

    /// @dev Declares another quantity, at least what is used already.
    function _redeclare(bytes32 subject, uint72 amount) internal {
        Holding storage holding = _holdings[subject];
        Balance balance = holding.balance;
        if (amount < balance.used()) revert DeclaredBelowUsed(subject, balance.used(), amount);
        holding.balance = balance.withDeclared(amount);
    }

    /// @dev Names the participant that is to receive a subject, or none.
    function _setReceiver(bytes32 subject, uint32 receiver) internal {
        Holding storage holding = _holdings[subject];
        holding.balance = holding.balance.withReceiver(receiver);
    }

    /// @dev The participant that is to receive a subject.
    function _receiverOf(bytes32 subject) internal view returns (uint32) {
        return _holdings[subject].balance.receiver();
    }

    /// @dev Reverts where a submission gives out more, or other, than it takes in.
    /// @param kinds The set of kinds that occur in it.
    function _requireBalanced(Touch[] calldata touches, uint256 kinds) internal pure {
        if (kinds & Kind.BALANCING == 0) return;
        uint256 withdrawn = 0;
        uint256 deposited = 0;
        for (uint256 i = 0; i < touches.length; ++i) {
            Terms terms = touches[i].terms;
            if (terms.kind() == Kind.WITHDRAW) withdrawn += terms.amount();
            if (terms.kind() == Kind.DEPOSIT) deposited += terms.amount();
            if (terms.kind() == Kind.PRODUCE && kinds >> Kind.CONSUME & 1 == 0) {
                revert ProducedFromNothing(touches[i].subject);
            }
        }
        if (withdrawn != deposited) revert UnbalancedSplit(withdrawn, deposited);
    }

    function _requireLeft(bytes32 subject, Balance balance, uint72 wanted) private pure {
        if (wanted > balance.left()) revert InsufficientQuantity(subject, balance.left(), wanted);
    }
}
