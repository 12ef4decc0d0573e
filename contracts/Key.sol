// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @dev What is known of a key (see {IParticipantRegistry-keyOf}), packed into one word, so that one storage read answers the question of every
 * submission: for whom does this key speak now, and what may it do? From the low end: participant 32 bits, its capacities 8, first block in
 * which the key is in effect 64, first block in which it is not any more 64.
 */
type Key is uint256;

using KeyLib for Key global;

/**
 * @dev Makes and reads a packed `Key`.
 */
library KeyLib {
    function pack(uint32 participant_, uint8 capacities_, uint64 fromBlock_, uint64 untilBlock_)
        internal
        pure
        returns (Key)
    {
        return Key.wrap(
            uint256(participant_) | uint256(capacities_) << 32 | uint256(fromBlock_) << 40 | uint256(untilBlock_) << 104
        );
    }

    function participant(Key self) internal pure returns (uint32) {
        return uint32(Key.unwrap(self));
    }

    function capacities(Key self) internal pure returns (uint8) {
        return uint8(Key.unwrap(self) >> 32);
    }

    function fromBlock(Key self) internal pure returns (uint64) {
        return uint64(Key.unwrap(self) >> 40);
    }

    function untilBlock(Key self) internal pure returns (uint64) {
        return uint64(Key.unwrap(self) >> 104);
    }

    function withCapacities(Key self, uint8 capacities_) internal pure returns (Key) {
        return pack(self.participant(), capacities_, self.fromBlock(), self.untilBlock());
    }

    function withUntilBlock(Key self, uint64 untilBlock_) internal pure returns (Key) {
        return pack(self.participant(), self.capacities(), self.fromBlock(), untilBlock_);
    }
}
