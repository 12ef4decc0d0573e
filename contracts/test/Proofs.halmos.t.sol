// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PRODUCER} from "../interfaces/IParticipantRegistry.sol";
import {ProvenanceLedger} from "../ProvenanceLedger.sol";
import {Kind, Terms, Touch} from "../Terms.sol";
import {vm} from "./Test.sol";

/**
 * @dev A contract account that accepts every signature, so that nothing but the ledger's own rules stands in the way of a replay.
 */
contract AnySignature {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}

/**
 * @dev What holds for *every* input, proved by halmos: arguments of `check_` functions are symbols, not examples.
 */
contract LedgerProofs {
    address private constant _OPERATOR = address(0x1001);
    address private constant _PRODUCER = address(0x1002);
    address private constant _SUSPENDED = address(0x1003);
    address private constant _REVOKED = address(0x1004);
    bytes private constant _DOCUMENTS = hex"00";
    bytes32 private constant _LOT = bytes32("lot");

    ProvenanceLedger private _ledger;
    address private _account;

    function setUp() public {
        _ledger = new ProvenanceLedger(_OPERATOR, bytes32("operator"), address(0));
        _account = address(new AnySignature());
        address[4] memory keys = [_PRODUCER, _SUSPENDED, _REVOKED, _account];
        for (uint256 i = 0; i < keys.length; ++i) {
            vm.prank(_OPERATOR);
            _ledger.admit(bytes32(i), PRODUCER, keys[i]);
        }
        _register(_PRODUCER, _LOT);
        _register(_SUSPENDED, bytes32("lot of the suspended"));
        _register(_REVOKED, bytes32("lot of the revoked"));
        _register(_account, bytes32("lot of the account"));
        vm.prank(_OPERATOR);
        _ledger.setCapacities(3, 0);
        vm.prank(_OPERATOR);
        _ledger.revokeKey(_REVOKED, 0);
    }

    /// @dev Whoever is not admitted, is suspended, or has been revoked, submits nothing.
    function check_withoutCapacityNothingIsSubmitted(address account, bytes32 subject, uint256 terms, bytes32 document)
        public
    {
        vm.assume(account != _OPERATOR && account != _PRODUCER && account != _account);
        bytes memory call = abi.encodeCall(_ledger.submit, (_only(subject, terms), abi.encode(document)));
        vm.prank(account);
        assert(!_landed(call));
    }

    /// @dev Nor does anybody relay it for them, however it is signed.
    function check_withoutCapacityNothingIsRelayed(
        address account,
        uint256 operation,
        bytes32 subject,
        uint256 terms,
        bytes32 r,
        bytes32 s,
        uint8 v
    ) public {
        vm.assume(account == _SUSPENDED || account == _REVOKED || account == address(0x2001));
        bytes memory signature = abi.encodePacked(r, s, v);
        bytes memory call = abi.encodeCall(
            _ledger.relay, (account, operation, type(uint256).max, _only(subject, terms), _DOCUMENTS, signature)
        );
        assert(!_landed(call));
    }

    /// @dev Nor do they administer; nor does a producer.
    /// @custom:halmos --solver-timeout-branching 0
    function check_withoutCapacityNothingIsAdministered(
        address account,
        uint8 choice,
        bytes32 subject,
        uint32 participant,
        uint8 capacities,
        address key,
        uint64 fromBlock
    ) public {
        vm.assume(account != _OPERATOR);
        bytes memory call = choice == 0
            ? abi.encodeCall(_ledger.admit, (subject, capacities, key))
            : choice == 1
                ? abi.encodeCall(_ledger.setCapacities, (participant, capacities))
                : choice == 2
                    ? abi.encodeCall(_ledger.addKey, (participant, key, fromBlock))
                    : abi.encodeCall(_ledger.revokeKey, (key, fromBlock));
        vm.prank(account);
        assert(!_landed(call));
    }

    /// @dev Once an operation has landed, nothing lands under its number again, whatever else is different.
    function check_noReplay(uint256 operation, uint256 deadline, bytes32 subject, uint256 terms, bytes32 document)
        public
    {
        Touch[] memory first = _only(bytes32("lot of the account"), _terms(Kind.OBSERVE, 0));
        vm.assume(
            _landed(abi.encodeCall(_ledger.relay, (_account, operation, type(uint256).max, first, _DOCUMENTS, "")))
        );
        assert(_ledger.isUsed(_account, operation));
        bytes memory again = abi.encodeCall(
            _ledger.relay, (_account, operation, deadline, _only(subject, terms), abi.encode(document), "")
        );
        assert(!_landed(again));
    }

    /// @dev Landing one operation marks no other.
    function check_operationsAreIndependent(uint256 operation, uint256 other) public {
        vm.assume(operation != other);
        Touch[] memory touches = _only(bytes32("lot of the account"), _terms(Kind.OBSERVE, 0));
        vm.assume(
            _landed(abi.encodeCall(_ledger.relay, (_account, operation, type(uint256).max, touches, _DOCUMENTS, "")))
        );
        assert(!_ledger.isUsed(_account, other));
    }

    /// @dev Whatever a custodian does to a lot, twice, it never gives more than it holds.
    function check_massBalance(uint72 amount, uint72 second, uint8 kind, uint8 secondKind) public {
        vm.assume(kind == Kind.CONSUME || kind == Kind.STAMP || kind == Kind.CORRECT);
        vm.assume(secondKind == Kind.CONSUME || secondKind == Kind.STAMP || secondKind == Kind.CORRECT);
        vm.prank(_PRODUCER);
        _landed(abi.encodeCall(_ledger.submit, (_only(_LOT, _terms(kind, amount)), _DOCUMENTS)));
        vm.prank(_PRODUCER);
        _landed(abi.encodeCall(_ledger.submit, (_only(_LOT, _terms(secondKind, second)), _DOCUMENTS)));
        (uint72 declared, uint72 consumed, uint72 stamped,) = _ledger.balanceOf(_LOT);
        assert(uint256(consumed) + stamped <= declared);
    }

    /// @dev Canaries: claims that are false. If halmos found no counterexample, the proofs above would have proved nothing.
    function canary_nothingIsEverSubmitted(uint256 terms) public {
        vm.prank(_PRODUCER);
        assert(!_landed(abi.encodeCall(_ledger.submit, (_only(_LOT, terms), _DOCUMENTS))));
    }

    function canary_nothingIsEverRelayed(uint256 operation) public {
        Touch[] memory touches = _only(bytes32("lot of the account"), _terms(Kind.OBSERVE, 0));
        assert(
            !_landed(abi.encodeCall(_ledger.relay, (_account, operation, type(uint256).max, touches, _DOCUMENTS, "")))
        );
    }

    function canary_nothingIsEverUsedUp(uint72 amount) public {
        vm.prank(_PRODUCER);
        _landed(abi.encodeCall(_ledger.submit, (_only(_LOT, _terms(Kind.STAMP, amount)), _DOCUMENTS)));
        (uint72 declared, uint72 consumed, uint72 stamped,) = _ledger.balanceOf(_LOT);
        assert(uint256(consumed) + stamped < declared);
    }

    function _register(address producer, bytes32 subject) private {
        vm.prank(producer);
        _ledger.submit(_only(subject, _terms(Kind.REGISTER, 1000)), _DOCUMENTS);
    }

    function _only(bytes32 subject, uint256 terms) private pure returns (Touch[] memory touches) {
        touches = new Touch[](1);
        touches[0] = Touch(subject, Terms.wrap(terms));
    }

    function _terms(uint8 kind, uint72 amount) private pure returns (uint256) {
        return kind | uint256(amount) << 8;
    }

    function _landed(bytes memory call) private returns (bool success) {
        (success,) = address(_ledger).call(call);
    }
}
