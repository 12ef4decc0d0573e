// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OPERATOR, PRODUCER, INSPECTOR} from "../interfaces/IParticipantRegistry.sol";
import {ProvenanceLedger} from "../ProvenanceLedger.sol";
import {Kind, Terms, Touch} from "../Terms.sol";
import {vm} from "./Test.sol";

/**
 * @dev A ledger with its cast, for fuzz tests and proofs: participant 1 operates, 2 and 3 produce, 4 inspects, 5 produces and inspects.
 * Private key `n` belongs to participant `n`; private key 6 to nobody, and those above to whoever is given them.
 */
abstract contract Actors {
    uint256 internal constant KEYS = 10;

    ProvenanceLedger internal ledger;
    address[KEYS + 1] internal accounts; // by private key

    function _cast() internal {
        for (uint256 key = 1; key <= KEYS; ++key) {
            accounts[key] = vm.addr(key);
        }
        ledger = new ProvenanceLedger(accounts[1], bytes32("operator"), address(0));
        uint8[4] memory capacities = [PRODUCER, PRODUCER, INSPECTOR, PRODUCER | INSPECTOR];
        for (uint256 i = 0; i < capacities.length; ++i) {
            vm.prank(accounts[1]);
            ledger.admit(bytes32(i), capacities[i], accounts[i + 2]);
        }
    }

    function _terms(uint8 kind, uint72 amount, uint32 counterparty, uint24 sequence) internal pure returns (Terms) {
        return Terms.wrap(
            kind | uint256(amount) << 8 | uint256(counterparty) << 80 | uint256(sequence) << 112 | uint256(1) << 152
        );
    }

    function _only(bytes32 subject, Terms terms) internal pure returns (Touch[] memory touches) {
        touches = new Touch[](1);
        touches[0] = Touch(subject, terms);
    }

    /// @dev The EIP-712 digest, written out step by step: the contract must agree.
    function _digest(
        address signer,
        uint256 operation,
        uint256 deadline,
        Touch[] memory touches,
        bytes memory documents
    ) internal view returns (bytes32) {
        bytes memory touchType = "Touch(bytes32 subject,uint256 terms)";
        bytes memory hashes;
        for (uint256 i = 0; i < touches.length; ++i) {
            hashes =
                bytes.concat(hashes, keccak256(abi.encode(keccak256(touchType), touches[i].subject, touches[i].terms)));
        }
        bytes32 typeHash = keccak256(
            bytes.concat(
                "Submission(address signer,uint256 operation,uint256 deadline,Touch[] touches,bytes documents)",
                touchType
            )
        );
        bytes32 struct_ =
            keccak256(abi.encode(typeHash, signer, operation, deadline, keccak256(hashes), keccak256(documents)));
        bytes32 domainType =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 domain = keccak256(
            abi.encode(domainType, keccak256("ProvenanceLedger"), keccak256("1"), block.chainid, address(ledger))
        );
        return keccak256(abi.encodePacked(hex"1901", domain, struct_));
    }

    function _isOpening(uint8 kind) internal pure returns (bool) {
        return kind == Kind.REGISTER || kind == Kind.PRODUCE || kind == Kind.DEPOSIT;
    }
}
