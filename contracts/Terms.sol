// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @dev What is done to a subject. The numbers are part of the on-chain format (docs/format.md) and never change.
 */
enum Kind {
    None,
    Register, // opens a history: a lot with its declared quantity; a product or a participant with none
    Observe, // says something and changes nothing: a stage, a measurement, a finding, a rating, a certificate
    Consume, // uses a lot up: as input of a transformation, or by disposal
    Produce, // opens a lot as output of a transformation
    Withdraw, // takes goods out of a lot, to split or to aggregate them
    Deposit, // opens a lot with goods withdrawn from others
    Stamp, // uses a lot up by a run of stamps
    Ship, // names the participant that is to receive custody
    Receive, // takes custody; by the sender: takes the goods back
    Recall,
    Lift, // lifts a recall
    Correct, // declares another quantity
    Retire // ends a subject, with a reason and for ever
}

/**
 * @dev The terms of a touch packed into one word, from the low end: kind 8 bits, amount 72, counterparty 32, sequence 24,
 * first document 16, number of documents 16; the upper 88 bits are zero.
 */
type Terms is uint256;

using TermsLib for Terms global;

/**
 * @dev Reads packed `Terms`. Call {isWellFormed} before anything else: the accessors trust it.
 */
library TermsLib {
    uint256 private constant _FIRST_UNUSED_BIT = 168;

    /// @dev Kinds whose amount means something, as bits: the others must leave it zero.
    uint256 private constant _WITH_AMOUNT =
        _SPENDING | (1 << uint8(Kind.Register)) | (1 << uint8(Kind.Correct)) | (1 << uint8(Kind.Produce))
            | (1 << uint8(Kind.Deposit));

    /// @dev Kinds that use a lot up.
    uint256 private constant _SPENDING =
        (1 << uint8(Kind.Consume)) | (1 << uint8(Kind.Withdraw)) | (1 << uint8(Kind.Stamp));

    /// @dev Kinds that mean nothing without an amount.
    uint256 private constant _NEVER_ZERO = _SPENDING | (1 << uint8(Kind.Produce)) | (1 << uint8(Kind.Deposit));

    /// @dev Whether the kind exists, the unused bits are zero, and amount and counterparty are given exactly where they mean something.
    function isWellFormed(Terms self) internal pure returns (bool) {
        uint256 number = uint8(Terms.unwrap(self));
        if (number == 0 || number > uint8(type(Kind).max) || Terms.unwrap(self) >> _FIRST_UNUSED_BIT != 0) return false;
        if (self.counterparty() != 0 && number != uint8(Kind.Ship)) return false;
        uint256 allowed = self.amount() == 0 ? ~_NEVER_ZERO : _WITH_AMOUNT;
        return (allowed >> number) & 1 == 1;
    }

    /// @dev What is done.
    function kind(Terms self) internal pure returns (Kind) {
        return Kind(uint8(Terms.unwrap(self)));
    }

    /// @dev Quantity in the product's base unit, or number of stamps.
    function amount(Terms self) internal pure returns (uint72) {
        return uint72(Terms.unwrap(self) >> 8);
    }

    /// @dev The participant that is to receive; zero in every kind but `Ship`.
    function counterparty(Terms self) internal pure returns (uint32) {
        return uint32(Terms.unwrap(self) >> 80);
    }

    /// @dev The place in the subject's history that the touch claims, from 1; zero claims none.
    function sequence(Terms self) internal pure returns (uint24) {
        return uint24(Terms.unwrap(self) >> 112);
    }

    /// @dev Index of the first document that concerns the touch. Readers' business: the contract does not look inside documents.
    function firstDocument(Terms self) internal pure returns (uint16) {
        return uint16(Terms.unwrap(self) >> 136);
    }

    /// @dev How many documents concern the touch.
    function documentCount(Terms self) internal pure returns (uint16) {
        return uint16(Terms.unwrap(self) >> 152);
    }
}
