// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProvenanceLedger} from "../ProvenanceLedger.sol";
import {Handler} from "./Handler.sol";
import {FuzzSelector} from "./Test.sol";

/**
 * @dev What holds after anything that anybody may do. See {Handler} for what they do.
 */
contract LedgerInvariants {
    /// @dev Kinds of which no touch landed, a bit each.
    error NeverLanded(uint256 kinds);

    /// @dev Too much of the one, too little of the other.
    error TooOneSided(uint256 submissions, uint256 relayed, uint256 refused);

    Handler private _handler;
    ProvenanceLedger private _ledger;

    function setUp() external {
        _handler = new Handler();
        _ledger = _handler.ledgerUnderTest();
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](7);
        selectors[0] = selectors[1] = selectors[2] = Handler.submit.selector;
        selectors[3] = Handler.relay.selector;
        selectors[4] = Handler.replay.selector;
        selectors[5] = Handler.administer.selector;
        selectors[6] = Handler.wait.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), selectors);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev One campaign for all five, so that each is looked at after every call: for the subjects that were named last, and, when a run
    /// ends, for all of them.
    function invariant_theLedgerKeepsItsWord() external view {
        bytes32[] memory subjects = _handler.lastTouched();
        for (uint256 i = 0; i < subjects.length; ++i) {
            _examine(subjects[i]);
        }
        _onlyTheEntitledWrite();
        _operationsLandOnce();
    }

    function afterInvariant() public view {
        for (uint256 i = 0; i < _handler.SUBJECTS(); ++i) {
            _examine(_handler.subjectAt(i));
        }
    }

    /// @dev A village in which nothing ever lands, or nothing is ever refused, would prove nothing.
    function test_theVillageDoesEverything() external {
        for (uint256 i = 0; i < 1500; ++i) {
            if (i % 6 == 4) _handler.relay(i);
            else if (i % 12 == 5) _handler.administer(i);
            else if (i % 12 == 11) _handler.wait(i);
            else if (i % 60 == 0) _handler.replay();
            else _handler.submit(i);
        }
        uint256 missing = (1 << 14) - 2 & ~_handler.kindsLanded();
        if (missing != 0) revert NeverLanded(missing);
        (uint256 submissions, uint256 relayed, uint256 refused) =
            (_handler.submissions(), _handler.relayed(), _handler.refused());
        if (submissions < 200 || relayed < 30 || refused < 300) revert TooOneSided(submissions, relayed, refused);
        afterInvariant();
        _onlyTheEntitledWrite();
    }

    function _examine(bytes32 subject) private view {
        (bytes32 head, uint256 sequence, uint256 declared, uint256 consumed, uint256 stamped) = _handler.folded(subject);
        _nothingGivesMoreThanItHolds(subject, declared, consumed, stamped);
        (bytes24 head_, uint24 sequence_,,) = _ledger.subjectOf(subject);
        require(head_ == bytes24(head), "a head is not the fold of the logs");
        require(sequence_ == sequence, "a sequence jumped: it is not the number of touches");
    }

    function _nothingGivesMoreThanItHolds(bytes32 subject, uint256 declared, uint256 consumed, uint256 stamped)
        private
        view
    {
        (uint72 declared_, uint72 consumed_, uint72 stamped_,) = _ledger.balanceOf(subject);
        require(uint256(consumed_) + stamped_ <= declared_, "a lot gave more than it held");
        require(declared == declared_ && consumed == consumed_ && stamped == stamped_, "a balance is not its logs'");
    }

    function _onlyTheEntitledWrite() private view {
        require(bytes(_handler.violation()).length == 0, _handler.violation());
    }

    function _operationsLandOnce() private view {
        (address signer, uint256 operation) = _handler.lastRelayed();
        uint256 landed = _handler.landed(signer, operation);
        require(landed <= 1, "an operation landed twice");
        require(_ledger.isUsed(signer, operation) == (landed == 1), "an operation landed unmarked");
    }
}
