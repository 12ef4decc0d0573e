// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @dev What is known of a subject (see {IProvenanceLedger-subjectOf}), packed into one word that is read once and written once. From the low
 * end: head 192 bits, sequence 24, owner 32, status 8.
 */
type Subject is uint256;

using SubjectLib for Subject global;

/**
 * @dev Reads a packed `Subject`, and makes the one that follows it.
 */
library SubjectLib {
    function head(Subject self) internal pure returns (bytes24) {
        return bytes24(uint192(Subject.unwrap(self)));
    }

    function sequence(Subject self) internal pure returns (uint24) {
        return uint24(Subject.unwrap(self) >> 192);
    }

    function owner(Subject self) internal pure returns (uint32) {
        return uint32(Subject.unwrap(self) >> 216);
    }

    function status(Subject self) internal pure returns (uint8) {
        return uint8(Subject.unwrap(self) >> 248);
    }

    function withHistory(Subject self, bytes24 head_, uint24 sequence_) internal pure returns (Subject) {
        uint256 kept = Subject.unwrap(self) & ~uint256(type(uint216).max);
        return Subject.wrap(kept | uint256(sequence_) << 192 | uint192(head_));
    }

    function withOwner(Subject self, uint32 owner_) internal pure returns (Subject) {
        uint256 kept = Subject.unwrap(self) & ~(uint256(type(uint32).max) << 216);
        return Subject.wrap(kept | uint256(owner_) << 216);
    }

    /// @dev With some status bits set.
    function with(Subject self, uint8 bits) internal pure returns (Subject) {
        return Subject.wrap(Subject.unwrap(self) | uint256(bits) << 248);
    }

    /// @dev With some status bits cleared.
    function without(Subject self, uint8 bits) internal pure returns (Subject) {
        return Subject.wrap(Subject.unwrap(self) & ~(uint256(bits) << 248));
    }
}
