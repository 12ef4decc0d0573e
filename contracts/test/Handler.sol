// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {INSPECTOR, OPERATOR, PRODUCER} from "../interfaces/IParticipantRegistry.sol";
import {IProvenanceLedger} from "../interfaces/IProvenanceLedger.sol";
import {ProvenanceLedger} from "../ProvenanceLedger.sol";
import {Kind, Terms, Touch} from "../Terms.sol";
import {Actors} from "./Actors.sol";
import {Vm, vm} from "./Test.sol";

/**
 * @dev Plays a village on the ledger: everybody submits, relays and administers, sensibly or not, and time passes. Beside it, the handler
 * reads each log as any reader would, and keeps what it folds from them. {LedgerInvariants} compares the two.
 */
contract Handler is Actors {
    uint256 public constant SUBJECTS = 24;

    /// @dev What a reader of the logs knows of a subject.
    struct Folded {
        bytes32 head;
        uint256 sequence;
        uint256 declared;
        uint256 consumed;
        uint256 stamped;
    }

    /// @dev A relayed submission, kept to be sent again.
    struct Sent {
        uint256 author;
        uint256 operation;
        uint256 deadline;
        Touch[] touches;
        bytes documents;
    }

    mapping(bytes32 subject => Folded) public folded;
    mapping(address signer => mapping(uint256 operation => uint256)) public landed;
    uint256 public submissions;
    uint256 public relayed;
    uint256 public refused;
    uint256 public kindsLanded; // a bit each
    string public violation;

    Sent private _last;
    uint256 private _opened; // subjects are opened more or less in order
    bytes32[] private _lastTouched;
    uint256 private _random;

    constructor() {
        _cast();
    }

    function ledgerUnderTest() external view returns (ProvenanceLedger) {
        return ledger;
    }

    /// @dev The subjects that the last submission named, whether it landed or not.
    function lastTouched() external view returns (bytes32[] memory) {
        return _lastTouched;
    }

    function lastRelayed() external view returns (address signer, uint256 operation) {
        return (accounts[_last.author], _last.operation);
    }

    function subjectAt(uint256 index) public pure returns (bytes32) {
        return sha256(abi.encode("subject", index));
    }

    // ------------------------------------------------------------------------------------------------------------ actions
    function submit(uint256 random) external {
        _random = random;
        (uint256 author, Touch[] memory touches, bytes memory documents) = _composed();
        bool entitled = _isEntitled(accounts[author], touches);
        vm.recordLogs();
        vm.prank(accounts[author]);
        _settle(_try(abi.encodeCall(ledger.submit, (touches, documents))), entitled);
    }

    function relay(uint256 random) external {
        _random = random;
        (uint256 author, Touch[] memory touches, bytes memory documents) = _composed();
        _last = Sent(author, _below(40) * 7, block.timestamp + _below(3) * 100, touches, documents);
        _relayLast(_below(8) == 0 ? _below(KEYS) + 1 : author);
    }

    /// @dev Sends the last relayed submission once more, perhaps long after.
    function replay() external {
        if (_last.touches.length != 0) _relayLast(_last.author);
    }

    function administer(uint256 random) external {
        _random = random;
        address sender = accounts[_below(3) == 0 ? _below(KEYS) + 1 : 1];
        (uint32 participant, uint8 capacities,,) = ledger.keyOf(sender);
        uint256 choice = _below(8);
        bytes memory call = choice == 0
            ? abi.encodeCall(ledger.setCapacities, (uint32(_below(6)), uint8(_below(9))))
            : choice == 1
                ? abi.encodeCall(ledger.addKey, (uint32(_below(6)), accounts[7 + _below(4)], uint64(_below(60))))
                : choice == 2
                    ? abi.encodeCall(ledger.revokeKey, (accounts[7 + _below(4)], uint64(_below(60))))
                    : _restored(uint32(2 + _below(4)));
        vm.prank(sender);
        bool success = _try(call);
        if (success && (participant == 0 || capacities & OPERATOR == 0)) violation = "administered without capacity";
    }

    /// @dev The call that gives a participant of the cast its capacities back.
    function _restored(uint32 participant) private view returns (bytes memory) {
        uint8[4] memory capacities = [PRODUCER, PRODUCER, INSPECTOR, PRODUCER | INSPECTOR];
        return abi.encodeCall(ledger.setCapacities, (participant, capacities[participant - 2]));
    }

    function wait(uint256 random) external {
        vm.roll(block.number + random % 5 + 1);
        vm.warp(block.timestamp + random % 150);
    }

    // --------------------------------------------------------------------------------------------------------- composition
    /// @dev An author, touches and documents: mostly sensible, sometimes anything.
    function _composed() private returns (uint256 author, Touch[] memory touches, bytes memory documents) {
        touches = new Touch[](_below(3) == 0 ? 1 : 2);
        bytes32 from = subjectAt(_below(_opened + 1));
        bytes32 into = _below(6) == 0 ? subjectAt(_below(SUBJECTS)) : _fresh();
        uint72 amount = uint72(1 + _below(40));
        bool full = _opened + 1 == SUBJECTS && _below(4) != 0;
        uint256 plan = touches.length == 1 || full ? 9 : _below(4);
        if (plan == 0) {
            touches[0] = Touch(from, _terms(Kind.CONSUME, amount, 0, 0));
            touches[1] = Touch(into, _terms(Kind.PRODUCE, uint72(1 + _below(400)), 0, 0));
        } else if (plan == 1) {
            touches[0] = Touch(into, _terms(Kind.DEPOSIT, amount, 0, 0));
            touches[1] = Touch(from, _terms(Kind.WITHDRAW, _below(8) == 0 ? amount - 1 : amount, 0, 0));
        } else {
            for (uint256 i = 0; i < touches.length; ++i) {
                touches[i] = _composedTouch();
            }
            if (touches.length == 2 && _below(2) == 0) touches[1].subject = touches[0].subject;
        }
        delete _lastTouched;
        for (uint256 i = 0; i < touches.length; ++i) {
            _lastTouched.push(touches[i].subject);
        }
        author = _below(8) == 0 ? _below(KEYS) + 1 : _likelyAuthor(touches[plan == 1 ? 1 : 0]);
        documents = abi.encode(_below(1000));
    }

    /// @dev The next subject that has no history yet, as long as there is one.
    function _fresh() private returns (bytes32) {
        while (_opened + 1 < SUBJECTS && folded[subjectAt(_opened)].sequence != 0) ++_opened;
        return subjectAt(_opened);
    }

    /// @dev Somebody who may: key and participant have the same number.
    function _likelyAuthor(Touch memory touch) private returns (uint256) {
        (,, uint32 owner,) = ledger.subjectOf(touch.subject);
        (,,, uint32 receiver) = ledger.balanceOf(touch.subject);
        if (touch.terms.kind() == Kind.LIFT) return 4;
        if (touch.terms.kind() == Kind.RECEIVE && receiver != 0) return receiver;
        return owner == 0 ? [2, 3, 5][_below(3)] : owner;
    }

    function _composedTouch() private returns (Touch memory) {
        bytes32 subject = _below(6) == 0 ? _fresh() : subjectAt(_below(_opened + 1));
        (, uint24 sequence,,) = ledger.subjectOf(subject);
        uint8 kind =
            sequence == 0 && _below(8) != 0 ? Kind.REGISTER : uint8(_below(10) == 0 ? _below(16) : 1 + _below(13));
        // Or all would soon be retired or recalled.
        if ((kind == Kind.RETIRE && _below(8) != 0) || (kind == Kind.RECALL && _below(3) != 0)) kind = Kind.OBSERVE;
        if (_isOpening(kind) && sequence != 0 && _below(4) != 0) kind = Kind.STAMP;
        uint72 amount = kind == Kind.OBSERVE || (kind >= Kind.SHIP && kind != Kind.CORRECT)
            ? 0
            : uint72(_below(30) == 0 ? 0 : 1 + _below(_isOpening(kind) || kind == Kind.CORRECT ? 400 : 40));
        uint24 claimed = _below(3) == 0 ? uint24(sequence + (_below(3) == 0 ? _below(3) : 1)) : 0;
        return Touch(subject, _terms(kind, amount, kind == Kind.SHIP ? [2, 3, 5, 4][_below(4)] : 0, claimed));
    }

    function _relayLast(uint256 signingKey) private {
        address author = accounts[_last.author];
        bool entitled = _isEntitled(author, _last.touches) && signingKey == _last.author
            && _last.deadline >= block.timestamp && landed[author][_last.operation] == 0;
        bytes32 digest = _digest(author, _last.operation, _last.deadline, _last.touches, _last.documents);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(signingKey, digest);
        bytes memory call = abi.encodeCall(
            ledger.relay,
            (author, _last.operation, _last.deadline, _last.touches, _last.documents, abi.encodePacked(r, s, v))
        );
        vm.recordLogs();
        vm.prank(address(0xbeef));
        _settle(_try(call), entitled);
    }

    // ---------------------------------------------------------------------------------------------------------- entitlement
    /// @dev Whether an account may author the touches, said again in other words than the contract's.
    function _isEntitled(address account, Touch[] memory touches) private view returns (bool) {
        (uint32 participant, uint8 capacities, uint64 fromBlock, uint64 untilBlock) = ledger.keyOf(account);
        if (participant == 0 || capacities == 0 || block.number < fromBlock || block.number >= untilBlock) {
            return false;
        }
        for (uint256 i = 0; i < touches.length; ++i) {
            uint32 owner = _ownerAfter(touches, i, participant);
            if (!_mayTouch(participant, capacities, owner, touches[i])) return false;
        }
        return true;
    }

    /// @dev Who has custody when the touch is reached: what the author has opened or received before, in the same submission, is its own.
    function _ownerAfter(Touch[] memory touches, uint256 index, uint32 author) private view returns (uint32 owner) {
        (,, owner,) = ledger.subjectOf(touches[index].subject);
        for (uint256 i = 0; i < index; ++i) {
            uint8 kind = touches[i].terms.kind();
            bool taken = _isOpening(kind) || kind == Kind.RECEIVE;
            if (taken && touches[i].subject == touches[index].subject) owner = author;
        }
    }

    function _mayTouch(uint32 participant, uint8 capacities, uint32 owner, Touch memory touch)
        private
        view
        returns (bool)
    {
        uint8 kind = touch.terms.kind();
        bool produces = capacities & PRODUCER != 0;
        bool inspects = capacities & INSPECTOR != 0;
        bool producesOrKeepsRecords = produces || (capacities & OPERATOR != 0 && touch.terms.amount() == 0);
        if (_isOpening(kind)) return owner == 0 && producesOrKeepsRecords;
        if (kind == Kind.OBSERVE || kind == Kind.RECALL) return inspects || owner == participant;
        if (kind == Kind.LIFT) return inspects;
        if (kind == Kind.RECEIVE) {
            (,,, uint32 receiver) = ledger.balanceOf(touch.subject);
            return produces && (receiver == participant || owner == participant);
        }
        if (kind == Kind.CORRECT || kind == Kind.RETIRE) return owner == participant && producesOrKeepsRecords;
        return owner == participant && produces;
    }

    // -------------------------------------------------------------------------------------------------------------- reading
    function _try(bytes memory call) private returns (bool success) {
        (success,) = address(ledger).call(call);
    }

    function _settle(bool success, bool entitled) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (!success) {
            ++refused;
            if (logs.length != 0) violation = "a refused submission left a log";
            return;
        }
        ++submissions;
        if (!entitled) violation = "somebody wrote without being entitled";
        if (logs.length != 1) violation = "a submission did not leave exactly one log";
        _read(logs[0]);
    }

    function _read(Vm.Log memory log) private {
        if (log.topics[0] != IProvenanceLedger.Recorded.selector) violation = "a submission left another log";
        address signer = address(uint160(uint256(log.topics[1])));
        (Touch[] memory touches, bytes memory documents) = abi.decode(log.data, (Touch[], bytes));
        if (log.topics[2] != 0) {
            ++landed[signer][uint256(log.topics[2])];
            ++relayed;
        }
        uint256 withdrawn;
        uint256 deposited;
        for (uint256 i = 0; i < touches.length; ++i) {
            Terms terms = touches[i].terms;
            Folded storage reader = folded[touches[i].subject];
            uint256 place = reader.sequence + 1;
            if (terms.sequence() != 0 && terms.sequence() != place) {
                violation = "a touch landed in another place than claimed";
            }
            reader.head = sha256(abi.encode(reader.head, touches[i].subject, terms, place, sha256(documents), signer))
                & bytes32(~uint256(type(uint64).max));
            reader.sequence = place;
            uint8 kind = terms.kind();
            kindsLanded |= 1 << kind;
            if (_isOpening(kind) || kind == Kind.CORRECT) reader.declared = terms.amount();
            if (kind == Kind.CONSUME || kind == Kind.WITHDRAW) reader.consumed += terms.amount();
            if (kind == Kind.STAMP) reader.stamped += terms.amount();
            if (kind == Kind.WITHDRAW) withdrawn += terms.amount();
            if (kind == Kind.DEPOSIT) deposited += terms.amount();
        }
        if (withdrawn != deposited) violation = "a split gained or lost";
    }

    function _below(uint256 limit) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % limit;
    }
}
