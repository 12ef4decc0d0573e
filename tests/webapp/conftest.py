"""Pages are tried against an application that answers from memory; `demo` tests elsewhere use the real one."""

import importlib.util
import sys
from pathlib import Path

import pytest

from traceability.settings import Settings
from webapp import create_app
from webapp.limits import limiter


def _load_fakes():
    """Import fakes.py once, by path: the tests are no package."""
    if "webapp_fakes" not in sys.modules:
        spec = importlib.util.spec_from_file_location("webapp_fakes", Path(__file__).with_name("fakes.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules["webapp_fakes"] = module
        spec.loader.exec_module(module)
    return sys.modules["webapp_fakes"]


@pytest.fixture(scope="session")
def fakes():
    """The module with the fakes and their constants."""
    return _load_fakes()


@pytest.fixture
def settings(tmp_path):
    """Settings over an empty data folder."""
    return Settings(data_dir=tmp_path, base_url="https://trace.example.vn")


@pytest.fixture
def application(fakes, settings):
    """The application behind the pages."""
    return fakes.make_application(settings)


@pytest.fixture
def app(settings, application):
    """The Flask application."""
    made = create_app(settings, application)
    made.config["TESTING"] = True
    with made.app_context():
        limiter.reset()
    return made


@pytest.fixture
def _unhurried(monkeypatch):
    """Scans that the short way answered once are answered so throughout the test, however slow the machine is."""
    monkeypatch.setattr("webapp.public.scan.FRESH_SECONDS", 3600.0)


@pytest.fixture
def client(app):
    """A browser that asks for Vietnamese and keeps cookies; the site is reached over TLS."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "vi-VN,vi;q=0.9,en;q=0.5"
    return client
