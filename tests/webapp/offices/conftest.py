"""The areas behind a log-in, tried on the real application: a chain, a database and people who fill in forms.

`Person` is a browser without JavaScript: it logs in, opens pages, fills in the forms that stand there, presses their
buttons and follows redirects. Nothing is posted that the page does not offer, except where a test says so.
"""

import io
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from time import monotonic, sleep
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from argon2 import PasswordHasher
from PIL import Image
from werkzeug.datastructures import MultiDict

from tests.clocks import GoingClock
from traceability import bootstrap
from traceability.bootstrap import CONSOLE
from traceability.domain.job_views import OVER
from traceability.services.commands import AdmitParticipant, CreateAccount
from traceability.services.trades import STAMPS
from traceability.settings import Settings
from webapp import create_app

BASE = "https://trace.ocop-th.vn"
PASSWORD = "hai-con-tep-nhay"


@dataclass
class WebForm:
    """A form as it stands on a page."""

    action: str
    method: str
    values: MultiDict = field(default_factory=MultiDict)
    names: set = field(default_factory=set)
    buttons: list = field(default_factory=list)


class FormReader(HTMLParser):
    """Reads the forms of a page with what is filled in already."""

    def __init__(self, url):
        """Begin."""
        super().__init__()
        self.url, self.forms = url, []
        self.form = self.select = self.area = None
        self.first = None

    def handle_starttag(self, tag, attrs):
        """Open forms, keep fields."""
        given = dict(attrs)
        if tag == "form":
            self.form = WebForm(urljoin(self.url, given.get("action") or self.url), given.get("method", "get"))
            self.forms.append(self.form)
        elif self.form is not None and tag == "input" and "name" in given:
            self.form.names.add(given["name"])
            kind = given.get("type", "text")
            if kind == "file" or (kind in {"checkbox", "radio"} and "checked" not in given):
                return
            self.form.values.add(given["name"], given.get("value", "on" if kind == "checkbox" else ""))
        elif self.form is not None and tag == "select":
            self.select, self.first = given["name"], None
            self.form.names.add(self.select)
        elif self.select and tag == "option":
            self.first = given.get("value", "") if self.first is None else self.first
            if "selected" in given:
                self.form.values.setlist(self.select, [given.get("value", "")])
        elif self.form is not None and tag == "textarea":
            self.area = given["name"]
            self.form.names.add(self.area)
            self.form.values.add(self.area, "")
        elif self.form is not None and tag == "button":
            self.form.buttons.append((given.get("name", ""), given.get("value", "")))

    def handle_endtag(self, tag):
        """Close them."""
        if tag == "form":
            self.form = None
        elif tag == "select":
            if self.select not in self.form.values and self.first is not None:
                self.form.values.add(self.select, self.first)
            self.select = None
        elif tag == "textarea":
            self.area = None

    def handle_data(self, data):
        """Keep what a text field holds."""
        if self.area and data.strip():
            self.form.values.setlist(self.area, [self.form.values[self.area] + data.lstrip("\n")])


class Person:
    """Somebody at a browser without JavaScript, who has chosen a language or none."""

    def __init__(self, app, name="", language="en"):
        """Open the browser and log in."""
        self.client = app.test_client()
        self.client.environ_base["wsgi.url_scheme"] = "https"
        if language:
            self.client.set_cookie("lang", language)
        self.url = self.html = ""
        self.status = 0
        self.response, self.file = None, b""
        if name:
            self.open("/login")
            self.send(name=name, password=PASSWORD)

    def open(self, url):
        """Open a page and follow redirects."""
        return self._see(self.client.get(url, follow_redirects=True))

    def _see(self, response):
        """Keep what the browser shows."""
        self.response, self.status = response, response.status_code
        self.url = response.request.full_path.rstrip("?")
        self.html = response.text if response.mimetype.startswith("text/") else ""
        self.file = response.data
        response.close()
        return self

    def form(self, *names, at=""):
        """Return the form of the page that has these fields and posts to an address that holds a text."""
        reader = FormReader(self.url)
        reader.feed(self.html)
        fitting = [
            form
            for form in reader.forms
            if set(names) <= form.names and at in form.action and "/logout" not in form.action
        ]
        assert fitting, f"no form with {names} on {self.url} ({self.status}): {self.text[:500]}"
        return next((form for form in fitting if form.method == "post"), fitting[0])

    def send(self, press=(), at="", **values):
        """Fill in the form that has these fields and press its button; names may be written with _ for -."""
        reader_names = [name.replace("__", "-") for name in values]
        form = self.form(*reader_names, at=at)
        data = MultiDict(form.values)
        for name, value in zip(reader_names, values.values(), strict=True):
            data.setlist(name, value if isinstance(value, list) else [value])
        if press:
            data.add(*press)
        if form.method == "get":
            return self._see(self.client.get(form.action.partition("?")[0], query_string=data, follow_redirects=True))
        return self._see(
            self.client.post(form.action, data=data, follow_redirects=True, content_type="multipart/form-data")
        )

    @property
    def text(self):
        """Return the words of the page without markup."""
        body = re.sub(r"(?s)<(script|style|svg).*?</\1>", " ", self.html)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()

    def links(self, part):
        """Return the links of the page whose address holds a text."""
        return [unescape(link) for link in re.findall(r'href="([^"]+)"', self.html) if part in unescape(link)]

    def follow(self, part):
        """Follow the first link whose address holds a text."""
        found = self.links(part)
        assert found, f"no link with {part} on {self.url}: {self.text[:500]}"
        return self.open(found[0])


def picture(colour="saddlebrown"):
    """Return a picture file as a form sends it."""
    target = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(target, "JPEG")
    target.seek(0)
    return target, "mam-tep.jpg"


PEOPLE = (
    ("coop", "Hợp tác xã Mắm Hà Yên", "cooperative", "producer", "cooperative", "15286"),
    ("collector", "Tổ thu mua tép sông Hoạt", "household", "producer", "cooperative", "15286"),
    ("inspector", "Chi cục Quản lý chất lượng", "inspectorate", "inspector", "inspector", ""),
)


def make_site(folder, base=BASE):
    """Make a data folder with two producers, an inspectorate, the operator, and a log-in for each."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    settings = Settings(
        data_dir=folder,
        base_url=base,
        login_rate="1000 per minute",
        page_rate="100000 per minute",
        max_upload_bytes=3_000_000,
    )
    clock = GoingClock()
    bootstrap.init(settings, clock)
    application = bootstrap.build(settings, clock=clock, hasher=hasher)
    app = create_app(settings, application)
    app.config["TESTING"] = True
    application.accounts.create(CONSOLE, CreateAccount("operator", "operator", "", PASSWORD))
    parties = {}
    for name, called, kind, capacity, role, commune in PEOPLE:
        outcome = application.participants.admit(
            CONSOLE,
            AdmitParticipant(name, called, kind, (capacity,), "Thôn 3" if commune else "", commune),
        )
        parties[name] = application.reads.party(outcome.uri)
        application.accounts.create(CONSOLE, CreateAccount(name, role, str(parties[name].number), PASSWORD))
    return SimpleNamespace(
        app=app,
        application=application,
        reads=application.reads,
        parties=parties,
        visitor=lambda **more: Person(app, **more),
        person=lambda name, **more: Person(app, name, **more),
    )


@pytest.fixture(scope="session")
def build_site():
    """How a service is made: `build_site(folder, base)`."""
    return make_site


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The whole service, with people who can log in."""
    made = make_site(tmp_path_factory.mktemp("var") / "data")
    yield made
    made.application.close()


@pytest.fixture(scope="module")
def coop(site):
    """The clerk of the cooperative."""
    return site.person("coop")


@pytest.fixture(scope="module")
def inspector(site):
    """The inspector."""
    return site.person("inspector")


@pytest.fixture(scope="module")
def operator(site):
    """The operator."""
    return site.person("operator")


def register_product(person, name, **more):
    """Put a product on record through the pages and return its path."""
    person.open("/coop/products/new").send(name_vi=name, **more)
    assert person.status == 200, person.text
    return person.url.partition("ref=")[2]


def work_off(site, seconds=60.0):
    """Carry out the jobs that wait, as the worker of `serve` does, until none is left."""
    until, kinds = monotonic() + seconds, site.application.jobs.kinds(STAMPS)
    while monotonic() < until:
        site.application.jobs.run_pending()
        with site.application.database.begin() as work:
            if all(job.state in OVER for job in work.jobs.list(kinds=kinds)):
                return
        sleep(0.1)
    pytest.fail("the jobs take too long")


@pytest.fixture(scope="module")
def help_with():
    """Helpers for tests."""
    return SimpleNamespace(
        picture=picture, register_product=register_product, work_off=work_off, password=PASSWORD, base=BASE
    )
