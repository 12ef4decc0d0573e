"""The resolver is tried as the world reaches it: at its own host, below a path, and behind proxies."""

from types import SimpleNamespace

import pytest

from traceability.settings import Settings
from webapp import create_app

WAYS = {
    "own host": ("https://trace.example.vn", 0, "", {}),
    "below a path": ("https://example.vn/trace", 0, "/trace", {}),
    "below a path that the proxy takes away": (
        "https://example.vn/trace",
        1,
        "",
        {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.vn", "X-Forwarded-Prefix": "/trace"},
    ),
    "behind two proxies": (
        "https://trace.example.vn",
        2,
        "",
        {"X-Forwarded-For": "203.0.113.9, 10.0.0.2", "X-Forwarded-Proto": "https,https", "Host": "inner:8000"},
    ),
}
"""Name -> public address, trusted proxies, what stands before the path, and headers of the proxies."""


class Site:
    """Asks the resolver as a program does, without following redirects."""

    def __init__(self, way, fakes, folder):
        self.fakes = fakes
        self.base, proxies, self.before, self.headers = WAYS[way]
        settings = Settings(data_dir=folder, base_url=self.base, trusted_proxies=proxies)
        self.application = fakes.make_application(settings)
        self.app = create_app(settings, self.application)
        self.client = self.app.test_client()

    def renew(self):
        """Forget what a test has changed, and what the resolver has looked up: it remembers that for a minute."""
        reads, scans = self.application.reads, self.application.scans
        reads.__init__(), scans.__init__()
        self.app.extensions["resolver"].offers.__init__(self.application, self.base)
        return self

    def ask(self, path, method="GET", **headers):
        """Send a request; names of headers are written with underscores."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(self.before + path, method=method, headers={**self.headers, **more})

    def linkset(self, path, **headers):
        """Return the levels of a linkset."""
        return self.ask(path, Accept="application/linkset+json", **headers).json["linkset"]


@pytest.fixture(scope="session")
def sites(fakes, tmp_path_factory):
    """One resolver for each way, made when it is first asked for."""
    made = {}

    def get(way):
        if way not in made:
            made[way] = Site(way, fakes, tmp_path_factory.mktemp("site"))
        return made[way].renew()

    return get


@pytest.fixture(params=WAYS)
def site(request, sites):
    """The resolver, reached in every way."""
    return sites(request.param)


@pytest.fixture
def plain(fakes, tmp_path):
    """The resolver at its own host."""
    return Site("own host", fakes, tmp_path)


@pytest.fixture
def happened(fakes):
    """Make an event of the repository that names something."""

    def make(uri, number=1):
        document = {"type": "ObjectEvent", "eventTime": "2026-11-20T03:00:00Z", "bizStep": "shipping"}
        return uri, SimpleNamespace(event_id=f"ni:///sha-256;{number:064x}?ver=CBV2.0", document=document)

    return make
