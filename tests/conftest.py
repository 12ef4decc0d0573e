"""What every test shares: no network, no skips in CI, repeatable examples.

A test never speaks to another machine: sockets reach the loopback only, unless the test carries the mark `network`. A
part that is missing on a developer's machine (browser, Node.js, PostgreSQL) makes its tests skip and say why; in CI,
where `.ci/run` installs all of them, a skip is a failure, so that nothing is left untested in silence.
"""

import ipaddress
import os
import shutil
import socket
from pathlib import Path

import hypothesis
import pytest

from bench._anvil import anvil_binary
from bench._postgres import postgres_programs

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

UNTIMED = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
"""No example fails because the machine is slow or busy: neither its run nor the making of its data is timed."""

hypothesis.settings.register_profile("default", **UNTIMED)
hypothesis.settings.register_profile("ci", **UNTIMED, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if IN_CI else "default")


# --------------------------------------------------------------------------------------------------- a skip fails in CI
def _skip_becomes_failure(report):
    """In CI a skipped test, or a module skipped while it was collected, is a failure that repeats the reason."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: no test may skip in CI. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Watch each test's report."""
    return _skip_becomes_failure((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Watch each module's report."""
    return _skip_becomes_failure((yield))


# ----------------------------------------------------------------------------------------------------------- no network
class _LoopbackOnly:
    """Replaces one connecting method of `socket.socket`.

    Refuses other machines unless the running test is marked `network`.
    """

    lifted = False

    def __init__(self, connect):
        self.connect = connect

    def __get__(self, sock, owner=None):
        return lambda address: self(sock, address)

    def __call__(self, sock, address):
        if not (_LoopbackOnly.lifted or _is_local(address)):
            pytest.fail(f"This test tried to reach {address}: tests speak to this machine only.")
        return self.connect(sock, address)


def _is_local(address):
    """Tell whether an address given to `connect` stays on this machine."""
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0]).split("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"localhost", ""}


socket.socket.connect = _LoopbackOnly(socket.socket.connect)
socket.socket.connect_ex = _LoopbackOnly(socket.socket.connect_ex)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """Let a test marked `network` out, and no other."""
    _LoopbackOnly.lifted = item.get_closest_marker("network") is not None
    try:
        return (yield)
    finally:
        _LoopbackOnly.lifted = False


# --------------------------------------------------------------------------------------------------- parts from outside
@pytest.fixture(scope="session")
def project_root():
    """The folder that holds README.md and pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def node():
    """Path of Node.js; skips where Node.js or the packages of contracts/ are missing."""
    path = shutil.which("node")
    if not path:
        pytest.skip("Node.js is not installed (Debian: apt-get install nodejs npm)")
    if not (ROOT / "contracts" / "node_modules").is_dir():
        pytest.skip("the packages of contracts/ are not installed (npm ci --prefix contracts)")
    return path


@pytest.fixture(scope="session")
def anvil_path():
    """Path of anvil; skips where npm has not installed it."""
    return anvil_binary() or pytest.skip("anvil is not installed (npm ci --prefix contracts)")


@pytest.fixture(scope="session")
def chromium():
    """Path of Chromium; skips where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return path or pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def browser(chromium):
    """A headless Chromium driven by Playwright, one for each worker; open a page with `browser.new_page()`."""
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
            timeout=120_000,
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def postgres_bin():
    """The folder with PostgreSQL's server programs; skips where there is none."""
    return postgres_programs() or pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
