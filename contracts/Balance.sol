// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @dev What a lot holds (see {IMassBalance-balanceOf}), packed into one word that is read once and written once. From the low end: declared 72
 * bits, consumed 72, stamped 72, receiver 32; the receiver lies here because goods in transit have a balance too.
 */
type Balance is uint256;

using BalanceLib for Balance global;

/**
 * @dev Reads a packed `Balance`, and makes the one that follows it.
 */
library BalanceLib {
    function declared(Balance self) internal pure returns (uint72) {
        return uint72(Balance.unwrap(self));
    }

    function consumed(Balance self) internal pure returns (uint72) {
        return uint72(Balance.unwrap(self) >> 72);
    }

    function stamped(Balance self) internal pure returns (uint72) {
        return uint72(Balance.unwrap(self) >> 144);
    }

    function receiver(Balance self) internal pure returns (uint32) {
        return uint32(Balance.unwrap(self) >> 216);
    }

    /// @dev What is consumed and stamped together. Two numbers of 72 bits do not overflow.
    function used(Balance self) internal pure returns (uint256) {
        unchecked {
            return uint256(self.consumed()) + self.stamped();
        }
    }

    /// @dev What is left. Never below zero: no more than this is ever consumed or stamped, nor less declared than is used.
    function left(Balance self) internal pure returns (uint256) {
        unchecked {
            return self.declared() - self.used();
        }
    }

    function withDeclared(Balance self, uint72 declared_) internal pure returns (Balance) {
        return Balance.wrap(Balance.unwrap(self) & ~uint256(type(uint72).max) | declared_);
    }

    /// @dev With so much consumed as well: at most what is left, so that the sum stays within its bits.
    function consume(Balance self, uint72 amount) internal pure returns (Balance) {
        unchecked {
            return Balance.wrap(Balance.unwrap(self) + (uint256(amount) << 72));
        }
    }

    /// @dev With so much stamped as well: at most what is left, so that the sum stays within its bits.
    function stamp(Balance self, uint72 amount) internal pure returns (Balance) {
        unchecked {
            return Balance.wrap(Balance.unwrap(self) + (uint256(amount) << 144));
        }
    }

    function withReceiver(Balance self, uint32 receiver_) internal pure returns (Balance) {
        return Balance.wrap(Balance.unwrap(self) & ~(uint256(type(uint32).max) << 216) | uint256(receiver_) << 216);
    }
}
