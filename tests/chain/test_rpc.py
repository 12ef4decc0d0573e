"""What a JSON-RPC node may do wrong: be away, be slow, answer nonsense, know less than others."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from eth_hash.auto import keccak

from traceability.chain.node import Call, NodeRefusedError, NonceTakenError, RevertedError
from traceability.chain.rpc import LOG_WINDOW, RpcNode
from traceability.errors import ChainError

ADDRESS = "0x" + "11" * 20
CALL = Call(ADDRESS, ADDRESS, b"\1")


class FakeNode(ThreadingHTTPServer):
    """Answers each method with what the test put there: a value, an error, or something to do."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), FakeHandler)
        self.answers, self.asked, self.connections = {}, [], 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def process_request(self, *request):
        """Count connections, in the order in which they were made, whatever becomes of them."""
        self.connections += 1
        super().process_request(*request)

    @property
    def url(self):
        """Its address, with an access key as hosted nodes have it."""
        return f"http://127.0.0.1:{self.server_port}/v1/s3cret-key"


class FakeHandler(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self):
        """Answer a JSON-RPC request."""
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((request["method"], request["params"]))
        answer = self.server.answers[request["method"]]
        if callable(answer):
            answer = answer(*request["params"])
        if answer == "hang up":
            self.close_connection = True
            self.connection.close()
            return
        body = answer if isinstance(answer, bytes) else json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else body.encode())

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def fake():
    """A fake node."""
    server = FakeNode()
    yield server
    server.shutdown()
    server.server_close()


def result(value):
    """A JSON-RPC answer."""
    return {"result": value}


def error(message, code=-32000, **more):
    """A JSON-RPC error."""
    return {"error": {"code": code, "message": message, **more}}


def test_a_node_that_is_away_is_named_without_its_key():
    """The host helps to find the fault; the rest of the address may hold an access key and is told to nobody."""
    node = RpcNode("http://127.0.0.1:9/v1/s3cret-key", timeout=0.5)
    with pytest.raises(ChainError, match=r"127\.0\.0\.1 does not answer") as caught:
        node.height()
    assert "s3cret" not in f"{caught.value} {caught.value.facts}"


def test_a_slow_node_is_given_up_in_time(fake):
    """One timeout is enough: a question that timed out is not asked again."""
    given_up = threading.Event()
    fake.answers = {"eth_chainId": result("0x5")}
    fake.answers["eth_blockNumber"] = lambda: result("0x1") if given_up.wait(60) else error("waited for")
    with pytest.raises(ChainError, match="does not answer"):
        RpcNode(fake.url, timeout=0.3).height()
    assert RpcNode(fake.url, timeout=60).chain_id == 5  # whatever was asked before has come in by now
    assert fake.connections == 2, "one for each question"
    given_up.set()


def test_a_broken_connection_is_tried_twice_for_reading_and_once_for_sending(fake):
    """Reading again does no harm; what was sent may have arrived."""
    fake.answers = {"eth_blockNumber": "hang up", "eth_sendRawTransaction": "hang up"}
    node = RpcNode(fake.url, timeout=60)
    with pytest.raises(ChainError):
        node.height()
    assert len(fake.asked) == 2
    with pytest.raises(ChainError):
        node.send(b"\2raw")
    assert [method for method, _ in fake.asked].count("eth_sendRawTransaction") == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>502 Bad Gateway</html>", b"[]", b"{}", b"null", b'{"result": "no number"}']
)
def test_nonsense_is_an_error_of_ours(fake, body):
    """A proxy's error page or a half answer is no answer."""
    fake.answers["eth_blockNumber"] = body
    with pytest.raises(ChainError):
        RpcNode(fake.url).height()


def test_reverts_are_told_from_other_errors(fake):
    """A revert carries the contract's data; anything else is the node's own refusal."""
    node = RpcNode(fake.url)
    fake.answers["eth_call"] = error("execution reverted", 3, data="0x1234")
    with pytest.raises(RevertedError) as caught:
        node.call(CALL)
    assert caught.value.data == b"\x12\x34"
    fake.answers["eth_call"] = error("header not found")
    with pytest.raises(NodeRefusedError, match="header not found"):
        node.call(CALL)


@pytest.mark.parametrize(
    "message",
    [
        "nonce too low",
        "nonce too low: next nonce 5, tx nonce 4",
        "Nonce too low",
        "replacement transaction underpriced",
        "Transaction with same nonce exists",
        "Nonce below current sender nonce",
    ],
)
def test_a_number_that_is_taken_is_told_apart(fake, message):
    """Geth, anvil, Besu: then the transaction is signed anew."""
    fake.answers["eth_sendRawTransaction"] = error(message)
    with pytest.raises(NonceTakenError):
        RpcNode(fake.url).send(b"\2raw")


@pytest.mark.parametrize("message", ["already known", "Known transaction", "transaction already imported"])
def test_a_transaction_that_is_there_already_is_sent(fake, message):
    """The same bytes twice are the same transaction."""
    fake.answers["eth_sendRawTransaction"] = error(message)
    assert RpcNode(fake.url).send(b"\2raw") == keccak(b"\2raw")


def test_any_other_refusal_is_the_nodes(fake):
    """No funds, too large: the row waits and the operator reads why."""
    fake.answers["eth_sendRawTransaction"] = error("insufficient funds for gas * price + value")
    with pytest.raises(NodeRefusedError, match="insufficient funds"):
        RpcNode(fake.url).send(b"\2raw")


def json_log(block, index, **more):
    """A log as JSON-RPC writes it."""
    fields = {"blockNumber": hex(block), "logIndex": hex(index), "blockHash": f"0x{block:064x}"}
    return fields | {"transactionHash": f"0x{index:064x}", "topics": [f"0x{7:064x}"], "data": "0xab"} | more


def test_ranges_that_are_too_wide_are_halved(fake):
    """Nodes bound `eth_getLogs` in ways of their own: every block is asked for once, in order."""

    def get_logs(question):
        first, last = int(question["fromBlock"], 16), int(question["toBlock"], 16)
        if last - first >= 300:
            return error("query exceeds max block range")
        return result(
            [json_log(block, 0, blockTimestamp="0x5") for block in range(first, last + 1) if block % 500 == 0]
        )

    fake.answers["eth_getLogs"] = get_logs
    logs = list(RpcNode(fake.url).logs(ADDRESS, 0, LOG_WINDOW + 700))
    assert [log.position.block_number for log in logs] == [0, 500, 1000, 1500, 2000, 2500]
    answered = [question for method, (question,) in fake.asked if method == "eth_getLogs"]
    assert len(answered) < 20


def test_a_range_of_one_block_that_fails_is_an_error(fake):
    """There is nothing left to halve."""
    fake.answers["eth_getLogs"] = error("too many results")
    with pytest.raises(NodeRefusedError, match="too many"):
        list(RpcNode(fake.url).logs(ADDRESS, 5, 6))


def test_a_blocks_time_is_asked_for_once_where_logs_lack_it(fake):
    """Besu and older Geth give no time with a log. Logs come in chain order, without those that were removed."""
    fake.answers["eth_getLogs"] = result(
        [json_log(4, 1), json_log(4, 0), json_log(3, 9), json_log(4, 2, removed=True), json_log(5, 0)]
    )
    fake.answers["eth_getBlockByHash"] = lambda block_hash, _: result({"timestamp": hex(int(block_hash, 16) * 100)})
    logs = list(RpcNode(fake.url).logs(ADDRESS, 0, 10))
    places = [(log.position.block_number, log.position.log_index, log.position.block_time) for log in logs]
    assert places == [(3, 9, 300), (4, 0, 400), (4, 1, 400), (5, 0, 500)]
    assert [method for method, _ in fake.asked].count("eth_getBlockByHash") == 3


def test_a_block_that_went_away_between_two_questions_is_an_error(fake):
    """The chain has changed its mind: the indexer starts this round again."""
    fake.answers = {"eth_getLogs": result([json_log(4, 1)]), "eth_getBlockByHash": result(None)}
    with pytest.raises(ChainError, match="chain has changed"):
        list(RpcNode(fake.url).logs(ADDRESS, 0, 10))


def test_fees_on_nodes_that_propose_no_tip(fake):
    """The gas price less the base fee is the tip then; a chain without EIP-1559 is refused; free gas stays free."""
    node = RpcNode(fake.url)
    fake.answers = {
        "eth_getBlockByNumber": result({"baseFeePerGas": "0xa"}),
        "eth_maxPriorityFeePerGas": error("method not found", -32601),
        "eth_gasPrice": result("0xc"),
    }
    assert (node.fees().most, node.fees().tip) == (22, 2)
    fake.answers["eth_getBlockByNumber"] = result({"baseFeePerGas": "0x0"})
    fake.answers["eth_gasPrice"] = result("0x0")
    assert (node.fees().most, node.fees().tip) == (0, 0)
    fake.answers["eth_getBlockByNumber"] = result({})
    with pytest.raises(ChainError, match="EIP-1559"):
        node.fees()
