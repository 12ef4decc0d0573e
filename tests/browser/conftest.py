"""A running server for a real browser: the pages over an application that answers from memory."""

import importlib.util
import sys
import threading
from types import SimpleNamespace

import pytest
from waitress.server import create_server

from traceability.settings import Settings
from webapp import create_app


@pytest.fixture(scope="session")
def fakes(project_root):
    """The fakes that the tests of pages use, too."""
    if "webapp_fakes" not in sys.modules:
        spec = importlib.util.spec_from_file_location("webapp_fakes", project_root / "tests" / "webapp" / "fakes.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["webapp_fakes"] = module
        spec.loader.exec_module(module)
    return sys.modules["webapp_fakes"]


@pytest.fixture(scope="session")
def server(fakes, tmp_path_factory):
    """Waitress on a free port of this machine; `server.url` and `server.application`."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    application = fakes.make_application(settings)
    running = create_server(create_app(settings, application), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{running.effective_port}", application=application)
    running.close()
    thread.join(timeout=5)


@pytest.fixture
def phone(browser):
    """A page on a phone 390 pixels wide that asks for Vietnamese."""
    screen = {"width": 390, "height": 844}
    context = browser.new_context(viewport=screen, locale="vi-VN", has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()
