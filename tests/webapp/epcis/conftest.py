"""The repository over fakes: `client` is a program that speaks English and has no key, `program` has one."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from traceability.domain.event_parameters import read_named
from traceability.settings import Settings
from webapp import create_app
from webapp.limits import limiter


@pytest.fixture(scope="session")
def repository():
    """The module with the fakes of the repository."""
    if "epcis_fakes" not in sys.modules:
        spec = importlib.util.spec_from_file_location("epcis_fakes", Path(__file__).with_name("fakes.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules["epcis_fakes"] = module
        spec.loader.exec_module(module)
    return sys.modules["epcis_fakes"]


@pytest.fixture(scope="session")
def program_settings(tmp_path_factory):
    """Settings over an empty data folder."""
    return Settings(data_dir=tmp_path_factory.mktemp("epcis"), base_url="https://trace.example.vn")


@pytest.fixture(scope="session")
def made(program_settings):
    """The Flask application, made once, over an application that each test fills."""
    behind = SimpleNamespace(ledger=None)
    app = create_app(program_settings, behind)
    app.config["TESTING"] = True
    return app, behind


@pytest.fixture
def application(made, fakes, program_settings, repository):
    """The application behind the addresses, fresh for each test."""
    _, behind = made
    fresh = repository.add_repository(fakes.make_application(program_settings), read_named)
    vars(behind).clear()
    vars(behind).update(vars(fresh))
    return behind


@pytest.fixture
def app(made, application):
    """The Flask application, with nobody's requests counted."""
    app, _ = made
    app.config["PAGE_RATE"] = "100000 per minute"
    with app.app_context():
        limiter.reset()
    return app


@pytest.fixture
def client(app):
    """A program without a key."""
    client = app.test_client(use_cookies=False)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def program(app, repository):
    """A program with a key."""
    client = app.test_client(use_cookies=False)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {repository.TOKEN}"
    return client
