// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Balance} from "../Balance.sol";
import {Key, KeyLib} from "../Key.sol";
import {Subject} from "../Subject.sol";
import {Kind, Terms} from "../Terms.sol";

/**
 * @dev The packed words, bit by bit: each fast accessor against arithmetic that is plain to see.
 */
contract PackedWordsTest {
    function testFuzz_termsAreReadFromTheirBits(uint256 word) external pure {
        Terms terms = Terms.wrap(word);
        require(terms.kind() == word % 2 ** 8, "kind");
        require(terms.amount() == word / 2 ** 8 % 2 ** 72, "amount");
        require(terms.counterparty() == word / 2 ** 80 % 2 ** 32, "counterparty");
        require(terms.sequence() == word / 2 ** 112 % 2 ** 24, "sequence");
    }

    function testFuzz_wellFormedIsWhatTheTableSays(uint8 kind, uint72 amount, uint32 counterparty, uint88 unused)
        external
        pure
    {
        kind %= 16;
        // Zero is the interesting value of each, and rarely drawn.
        if (amount % 2 == 0) amount = 0;
        if (counterparty % 2 == 0) counterparty = 0;
        if (unused % 4 != 0) unused = 0;
        bool expected = kind >= 1 && kind <= 13 && unused == 0;
        if (kind != Kind.SHIP && counterparty != 0) expected = false;
        bool needs = kind == Kind.CONSUME || kind == Kind.PRODUCE || kind == Kind.WITHDRAW || kind == Kind.DEPOSIT
            || kind == Kind.STAMP;
        bool takes = needs || kind == Kind.REGISTER || kind == Kind.CORRECT;
        if (needs && amount == 0 || !takes && amount != 0) expected = false;
        uint256 word = kind + uint256(amount) * 2 ** 8 + uint256(counterparty) * 2 ** 80 + uint256(unused) * 2 ** 168;
        require(Terms.wrap(word).isWellFormed() == expected, "well formed");
    }

    function testFuzz_aSetOfKindsHoldsItsMembers(uint8 kind, uint256 kinds) external pure {
        require(Terms.wrap(kind).isOneOf(kinds) == (kinds / 2 ** kind % 2 == 1), "set");
    }

    function testFuzz_subjectChangesOneFieldAtATime(
        uint256 word,
        uint192 head,
        uint24 sequence,
        uint32 owner,
        uint8 bits
    ) external pure {
        Subject before = Subject.wrap(word);
        Subject history = before.withHistory(bytes24(head), sequence);
        require(history.head() == bytes24(head) && history.sequence() == sequence, "history");
        require(history.owner() == before.owner() && history.status() == before.status(), "history kept the rest");
        Subject owned = before.withOwner(owner);
        require(owned.owner() == owner, "owner");
        require(owned.head() == before.head() && owned.sequence() == before.sequence(), "owner kept the history");
        require(owned.status() == before.status(), "owner kept the status");
        require(before.with(bits).status() == before.status() | bits, "set bits");
        require(before.without(bits).status() == before.status() & ~bits, "cleared bits");
        require(Subject.unwrap(before.with(bits)) << 8 == word << 8, "bits kept the rest");
        require(Subject.unwrap(before.without(bits)) << 8 == word << 8, "bits kept the rest");
    }

    function testFuzz_balanceChangesOneFieldAtATime(uint72 declared, uint72 consumed, uint72 stamped, uint32 receiver)
        external
        pure
    {
        stamped %= 2 ** 71;
        consumed = uint72(consumed % (2 ** 71));
        declared = uint72(uint256(consumed) + stamped + declared % (2 ** 72 - uint256(consumed) - stamped));
        Balance balance = Balance.wrap(0).withDeclared(declared).consume(consumed).stamp(stamped).withReceiver(receiver);
        require(balance.declared() == declared && balance.consumed() == consumed, "declared, consumed");
        require(balance.stamped() == stamped && balance.receiver() == receiver, "stamped, receiver");
        require(balance.used() == uint256(consumed) + stamped, "used");
        require(balance.left() == declared - consumed - stamped, "left");
        uint72 left = uint72(balance.left());
        require(balance.consume(left).left() == 0 && balance.stamp(left).left() == 0, "all");
        require(
            balance.consume(left).receiver() == receiver && balance.stamp(left).receiver() == receiver, "no overflow"
        );
        require(balance.consume(left).stamped() == stamped, "no overflow into its neighbour");
    }

    function testFuzz_keyChangesOneFieldAtATime(uint32 participant, uint8 capacities, uint64 from, uint64 until)
        external
        pure
    {
        Key key = KeyLib.pack(participant, ~capacities, from, ~until).withCapacities(capacities).withUntilBlock(until);
        require(key.participant() == participant && key.capacities() == capacities, "participant, capacities");
        require(key.fromBlock() == from && key.untilBlock() == until, "from, until");
    }
}
