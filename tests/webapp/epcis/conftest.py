"""The repository over fakes: `client` is a program that speaks English and has no key, `program` has one."""

import importlib.util
import sys
from pathlib import Path

import pytest

from traceability.domain.event_parameters import read_named


@pytest.fixture(scope="session")
def repository():
    """The module with the fakes of the repository."""
    if "epcis_fakes" not in sys.modules:
        spec = importlib.util.spec_from_file_location("epcis_fakes", Path(__file__).with_name("fakes.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules["epcis_fakes"] = module
        spec.loader.exec_module(module)
    return sys.modules["epcis_fakes"]


@pytest.fixture
def application(fakes, settings, repository):
    """The application behind the pages, with a repository."""
    return repository.add_repository(fakes.make_application(settings), read_named)


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
