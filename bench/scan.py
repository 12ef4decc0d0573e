"""What a scan costs: redirect and page behind a stamp, beside a one-line Flask view under the same server.

The demo is made in a fresh folder, then two servers of the same kind start, each a process of its own with the same
number of threads: one with the whole application, one with a view that returns one word. A third process (this one)
asks both in turn, over connections that stay open, a fixed number of times; rounds alternate so that a busy moment of
the machine meets both. `ratio` is the median of the rounds' ratios for the page; a phone that follows the code on a
stamp is redirected to it first, which the figures that begin with `redirect` measure alone and together with the page.
The bytes are those that a phone fetches on its
first scan: the page and everything that it loads, heads included, compressed as a browser asks for it.

The figures that begin with `million` compare two folders alike but for the number of stamps in them, a million and a
thousand, asked in turn like the two servers above: one stamp again and again, and then first scans alone, of one stamp
after the other and none twice, so that nothing of it is in memory. Scans are counted throughout, as they are for
shoppers. A run with `--size` makes a thousand stamps for each request of a round instead of a million.
"""

import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from urllib.parse import urljoin, urlsplit

from bench import Figures
from traceability.domain.uris import page_path

ROOT = Path(__file__).parent.parent
CONNECTIONS = 4
ROUNDS = 5
THREADS = 8
REQUESTS = 1_000
"""Requests a round for each server, where no size is given."""

MILLION, THOUSAND = 1_000_000, 1_000
"""Stamps in the two folders."""

WARM = 400
"""First scans that warm up what every server keeps in memory, and are not counted."""

FEW = 20
"""First scans of one folder before it is the other one's turn: there are a thousand in all, so rounds are short."""

HEADERS = (
    "Host: 127.0.0.1\r\nConnection: keep-alive\r\nAccept: text/html\r\nAccept-Encoding: gzip, br\r\nAccept-Language: "
    "vi\r\nUser-Agent: Mozilla/5.0 (Linux; Android 13; SM-A536E) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/118.0.0.0 Mobile Safari/537.36\r\n"
)
"""What a phone says; a client without a name would be taken for a robot, and its scans not be counted."""


class Connection:
    """One connection that stays open: as little client as possible, so that the server is what is measured."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> tuple[int, bytes, bytes]:
        """Return status, head and body as they came over the wire. The server must send a Content-Length."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{HEADERS}\r\n".encode())
        return self.answer()

    def answer(self) -> tuple[int, bytes, bytes]:
        """Return the next answer: status, head and body."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += self._more()
        return int(head[9:12]), head + b"\r\n\r\n", body

    def _more(self) -> bytes:
        """Return what has come; an end is an error here."""
        part = self.socket.recv(65_536)
        if not part:
            message = "the server closed a connection that should stay open"
            raise ConnectionError(message)
        return part


class Loaded(HTMLParser):
    """Collects what a browser loads with a page: style sheets, scripts and pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of one thing."""
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and {"stylesheet", "icon", "preload"} & set(values.get("rel", "").split()):
            self.found.append(values.get("href", ""))
        elif tag in {"script", "img", "source"} and values.get("src"):
            self.found.append(values["src"])


def run(size: int | None) -> Figures:
    """Measure; `size` is how many requests each server answers in each of the five rounds."""
    count = size or REQUESTS
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(folder)
        link = urlsplit(stamp_link(environment)).path
        path = page_path(link)
        with server("pages", environment) as ours, server("one_line", environment) as peer:
            status, head, body = Connection(ours).get(path)
            if status != 200:
                message = f"{path} answers {status}"
                raise RuntimeError(message)
            loaded = page_weight(ours, path)
            ask(ours, [path], count // 10 + 1)
            ask(peer, ["/"], count // 10 + 1)
            rounds = [(ask(ours, [path], count), ask(peer, ["/"], count)) for _ in range(ROUNDS)]
            redirects = [ask(ours, [link], count, 307) for _ in range(ROUNDS)]
    return Figures(
        figures={
            "requests_per_second": median(page for page, _ in rounds),
            "ratio": median(page / line for page, line in rounds),
            "redirect_per_second": median(redirects),
            "redirect_and_page_per_second": median(
                1 / (1 / page + 1 / redirect) for (page, _), redirect in zip(rounds, redirects, strict=True)
            ),
            "page_bytes": len(head) + len(body),
            "page_and_all_it_loads_bytes": loaded,
            **million(count, MILLION if size is None else size * THOUSAND),
        },
        peers={"one_line_flask.requests_per_second": median(line for _, line in rounds)},
        at_least={"ratio": 0.5, "million.one_stamp_ratio": 0.8, "million.first_scan_ratio": 0.8},
        at_most={"page_and_all_it_loads_bytes": 60_000},
    )


def million(count: int, stamps: int) -> dict[str, float]:
    """Measure many stamps beside a thousand: one stamp repeatedly, and different stamps in turn."""
    with ExitStack() as stack:
        ports, paths = [], []
        for stock in (stamps, THOUSAND):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            environment = environment_of(folder)
            paths.append([page_path(path) for path in stocked(environment, stock, THOUSAND)])
            ports.append(stack.enter_context(server("pages", environment)))
        one = [(ports[place], [paths[place][0]]) for place in (0, 1)]
        repeated = [[ask(port, path, count) for port, path in one] for _ in range(ROUNDS + 1)][1:]
        firsts = [
            [ask(port, mine[first : first + FEW], FEW) for port, mine in zip(ports, paths, strict=True)]
            for first in range(1, THOUSAND - FEW, FEW)
        ][WARM // FEW :]
    many, few = (median(rates) for rates in zip(*firsts, strict=True))
    return {
        "million.stamps": stamps,
        "million.one_stamp_per_second": median(one for one, _ in repeated),
        "million.one_stamp_ratio": median(one / other for one, other in repeated),
        "million.first_scan_per_second": many,
        "million.first_scan_ratio": many / few,
    }


def environment_of(folder: str) -> dict[str, str]:
    """Return the environment of a server over a folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OCOP_")}
    return environment | {"OCOP_DATA_DIR": folder, "OCOP_THREADS": str(THREADS), "OCOP_LOG_LEVEL": "WARNING"}


def stocked(environment: dict[str, str], stamps: int, sample: int) -> list[str]:
    """Make a folder with so many stamps; return the paths of some of them."""
    command = [sys.executable, "-m", "bench._stock", str(stamps), str(sample)]
    made = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    return made.stdout.split()


def stamp_link(environment: dict[str, str]) -> str:
    """Make the demo and return the link of a stamp whose page is the full one."""
    command = [sys.executable, "-m", "traceability.cli", "demo", "--json"]
    made = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    stamps = json.loads(made.stdout)["stamps"]
    return next((stamp["link"] for stamp in stamps if stamp["status"] == "holds"), stamps[0]["link"])


@contextmanager
def server(what: str, environment: dict[str, str]) -> Iterator[int]:
    """Run a server in a process of its own; yield its port."""
    command = [sys.executable, "-m", "bench._server", what]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def ask(port: int, paths: Sequence[str], count: int, expected: int = 200) -> float:
    """Ask `count` times over a few connections at once, for one path after the other; return requests a second."""

    def some(connection: Connection, place: int) -> None:
        for number in range(count // CONNECTIONS or 1):
            path = paths[(number * CONNECTIONS + place) % len(paths)]
            status, _, _ = connection.get(path)
            if status != expected:
                message = f"{path} answers {status}"
                raise RuntimeError(message)

    connections = [Connection(port) for _ in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        began = time.perf_counter()
        list(pool.map(some, connections, range(CONNECTIONS)))
        took = time.perf_counter() - began
    for connection in connections:
        connection.socket.close()
    return CONNECTIONS * (count // CONNECTIONS or 1) / took


def page_weight(port: int, path: str) -> int:
    """Return the bytes that a first visit brings over the wire: the page and all that it loads."""
    plain = Loaded()
    connection = Connection(port)
    _, head, body = connection.get(path)
    plain.feed(readable(head, body))
    weight = len(head) + len(body)
    for address in sorted({urljoin(path, found) for found in plain.found if found and not found.startswith("data:")}):
        status, head, body = connection.get(urlsplit(address)._replace(scheme="", netloc="").geturl())
        if status != 200:
            message = f"{address} answers {status}"
            raise RuntimeError(message)
        weight += len(head) + len(body)
    connection.socket.close()
    return weight


def readable(head: bytes, body: bytes) -> str:
    """Return a body as text, whatever its compression."""
    import brotli  # noqa: PLC0415 - a developer's package; the frame lists this benchmark without it

    lower = head.lower()
    if b"content-encoding: br" in lower:
        body = brotli.decompress(body)
    elif b"content-encoding: gzip" in lower:
        body = gzip.decompress(body)
    return body.decode()
