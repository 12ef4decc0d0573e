// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @dev What is done to a subject. The numbers are part of the on-chain format (docs/format.md) and never change. They are plain constants, since
 * the compiler would check an enum's range anew at every comparison.
 */
library Kind {
    /// @dev Opens a history: a lot with its declared quantity; a product or a participant with none.
    uint8 internal constant REGISTER = 1;
    /// @dev Says something and changes nothing: a stage, a measurement, a finding, a rating, a certificate.
    uint8 internal constant OBSERVE = 2;
    /// @dev Uses a lot up: as input of a transformation, or by disposal.
    uint8 internal constant CONSUME = 3;
    /// @dev Opens a lot as output of a transformation.
    uint8 internal constant PRODUCE = 4;
    /// @dev Takes goods out of a lot, to split or to aggregate them.
    uint8 internal constant WITHDRAW = 5;
    /// @dev Opens a lot with goods withdrawn from others.
    uint8 internal constant DEPOSIT = 6;
    /// @dev Uses a lot up by a run of stamps.
    uint8 internal constant STAMP = 7;
    /// @dev Names the participant that is to receive custody.
    uint8 internal constant SHIP = 8;
    /// @dev Takes custody; by the sender, takes the goods back.
    uint8 internal constant RECEIVE = 9;
    /// @dev Calls back.
    uint8 internal constant RECALL = 10;
    /// @dev Lifts a recall.
    uint8 internal constant LIFT = 11;
    /// @dev Declares another quantity.
    uint8 internal constant CORRECT = 12;
    /// @dev Ends a subject, with a reason and for ever.
    uint8 internal constant RETIRE = 13;

    // Sets of kinds, a bit each: see {TermsLib-isOneOf}.

    /// @dev Kinds that begin a history.
    uint256 internal constant OPENING = 1 << REGISTER | 1 << PRODUCE | 1 << DEPOSIT;
    /// @dev Kinds that use a lot up.
    uint256 internal constant SPENDING = 1 << CONSUME | 1 << WITHDRAW | 1 << STAMP;
    /// @dev Kinds that only balance as part of a whole submission.
    uint256 internal constant BALANCING = 1 << PRODUCE | 1 << WITHDRAW | 1 << DEPOSIT;
    /// @dev Kinds that pass judgement and move nothing.
    uint256 internal constant ASSESSING = 1 << OBSERVE | 1 << RECALL | 1 << LIFT;
}

/**
 * @dev The terms of a touch packed into one word, from the low end: kind 8 bits, amount 72, counterparty 32, sequence 24,
 * first document 16, number of documents 16; the upper 88 bits are zero.
 */
type Terms is uint256;

using TermsLib for Terms global;

/**
 * @dev One thing done to one subject.
 */
struct Touch {
    bytes32 subject; // SHA-256 of the subject's canonical URI
    Terms terms; // what is done
}

/**
 * @dev Reads packed `Terms`. The accessors trust what {isWellFormed} has approved.
 */
library TermsLib {
    uint256 private constant _AMOUNT = uint256(type(uint72).max) << 8;
    uint256 private constant _COUNTERPARTY = uint256(type(uint32).max) << 80;
    uint256 private constant _UNUSED = ~uint256(type(uint168).max);

    uint256 private constant _WITH_AMOUNT = Kind.OPENING | Kind.SPENDING | 1 << Kind.CORRECT;
    uint256 private constant _WITHOUT_AMOUNT =
        Kind.ASSESSING | 1 << Kind.SHIP | 1 << Kind.RECEIVE | 1 << Kind.RETIRE | 1 << Kind.REGISTER | 1 << Kind.CORRECT;

    /// @dev Whether the kind exists, unused bits are zero, and amount and counterparty are given exactly where they mean something.
    function isWellFormed(Terms self) internal pure returns (bool) {
        uint256 word = Terms.unwrap(self);
        if (word & (_UNUSED | _COUNTERPARTY) != 0) {
            if (word & _UNUSED != 0 || self.kind() != Kind.SHIP) return false;
        }
        return self.isOneOf(word & _AMOUNT == 0 ? _WITHOUT_AMOUNT : _WITH_AMOUNT);
    }

    /// @dev Whether the kind is in a set of kinds.
    function isOneOf(Terms self, uint256 kinds) internal pure returns (bool) {
        return kinds >> self.kind() & 1 == 1;
    }

    /// @dev What is done: see {Kind}.
    function kind(Terms self) internal pure returns (uint8) {
        return uint8(Terms.unwrap(self));
    }

    /// @dev Quantity in the product's base unit, or number of stamps.
    function amount(Terms self) internal pure returns (uint72) {
        return uint72(Terms.unwrap(self) >> 8);
    }

    /// @dev The participant that is to receive; zero in every kind but {Kind-SHIP}.
    function counterparty(Terms self) internal pure returns (uint32) {
        return uint32(Terms.unwrap(self) >> 80);
    }

    /// @dev The place in the subject's history that the touch claims, from 1; zero claims none.
    function sequence(Terms self) internal pure returns (uint24) {
        return uint24(Terms.unwrap(self) >> 112);
    }
}
