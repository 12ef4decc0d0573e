"""Guessing over the real tables: the same answer for whatever is wrong, the same work, and a million misses."""

import random
import sqlite3

import pytest
from sqlalchemy import Engine, event

from tests.clocks import BEGAN
from tests.webapp.answers import told
from traceability import bootstrap
from traceability.bootstrap import CONSOLE, StoryClock
from traceability.bootstrap.folder import DATABASE_FILE
from traceability.proofs.serials import SERIAL_CHARACTERS, serial_text
from traceability.services import commands
from traceability.settings import Settings
from webapp import create_app

pytestmark = pytest.mark.slow

STAMPS = 2_000
GUESSES = 1_000_000
PRODUCT = "/p/09506000100012/s/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder with a lot and stamps on it."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("guessing"), base_url="https://trace.example.vn")
    clock = StoryClock(BEGAN)
    bootstrap.init(settings, clock)
    app = bootstrap.build(settings, clock=clock)
    admitted = commands.AdmitParticipant("a", "Hợp tác xã", "cooperative", ("producer",), commune_code="15286")
    coop = app.reads.party(app.participants.admit(CONSOLE, admitted).uri)
    us = commands.Actor(1, "coop", "cooperative", coop.number)
    product = app.products.register(us, commands.RegisterProduct("b", "Mắm tép", unit="H87", gtin="9506000100012"))
    goods = commands.RegisterLot("c", product.path, str(STAMPS), "H87", "2026-11-20T08:00", lot_number="MT-1")
    lot = app.lots.register(us, goods)
    app.stamps.issue(us, commands.IssueStamps("d", lot.path, str(STAMPS)))
    app.close()
    return settings


@pytest.fixture
def site(folder):
    """The pages over that folder, where time stands still, and a list that fills with what is sent to any database."""
    application = bootstrap.build(folder, clock=StoryClock(BEGAN))
    app = create_app(folder, application)
    said = []

    def note(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield app, application, said
    event.remove(Engine, "before_cursor_execute", note)
    application.close()


def guesses(count):
    """Return serials of a seed that nobody has: well formed, with the right check characters."""
    text = serial_text(random.Random(8).randbytes(32), 0, count).decode()
    return [text[place : place + SERIAL_CHARACTERS] for place in range(0, len(text), SERIAL_CHARACTERS)]


def wrong(serial):
    """Return addresses of every wrong kind made of one guess."""
    check = "0" if serial[-1] != "0" else "1"
    return {
        "unknown": PRODUCT + serial,
        "malformed": PRODUCT + serial[:-1] + check,
        "too short": PRODUCT + serial[:5],
        "not well formed": PRODUCT + serial[:8] + "!" + serial[9:],
        "of a product that is none": "/p/09506000100013/s/" + serial,
        "in-house": "/p/NOBODY/s/" + serial,
    }


@pytest.mark.parametrize("language", ["vi", "en"])
def test_whatever_is_wrong_gets_one_answer_for_one_look_up(site, monkeypatch, language):
    """Status, headers, bytes, look-ups and statements are the same, warm and cold, for every kind of wrong address."""
    app, application, said = site
    looked = []
    stamp = application.reads.stamp
    monkeypatch.setattr(application.reads, "stamp", lambda path, day: looked.append(path) or stamp(path, day))
    seen = {}
    for turn, serial in enumerate(guesses(5)):
        for kind, path in wrong(serial).items():
            said.clear(), looked.clear()
            asker = {"REMOTE_ADDR": f"10.1.{turn}.7", "wsgi.url_scheme": "https"}
            headers = {"User-Agent": f"{turn}/{kind}", "Accept-Language": language}
            answer = app.test_client().get(path, headers=headers, environ_overrides=asker)
            seen[turn, kind] = (*told(answer), len(looked), tuple(said))
    later = {kind: one for (turn, kind), one in seen.items() if turn}
    first = later["unknown"]
    assert first[0] == "404 NOT FOUND"
    assert first[3] == 1
    assert all(one == first for one in later.values())
    assert all(one[:4] == first[:4] for one in seen.values())


def test_a_million_guesses_find_nothing(folder):
    """In one join with the stamps there are; the same join finds a stamp that is there."""
    with sqlite3.connect(folder.data_dir / DATABASE_FILE) as database:
        assert database.execute("SELECT count(*) FROM stamp").fetchone() == (STAMPS,)
        real = database.execute("SELECT serial FROM stamp LIMIT 1").fetchone()
        database.execute("CREATE TEMP TABLE guess (serial TEXT)")
        database.executemany("INSERT INTO guess VALUES (?)", ((serial,) for serial in guesses(GUESSES)))
        hits = "SELECT serial FROM guess JOIN stamp USING (serial)"
        assert database.execute("SELECT count(DISTINCT serial) FROM guess").fetchone() == (GUESSES,)
        assert database.execute(hits).fetchall() == []
        database.execute("INSERT INTO guess VALUES (?)", real)
        assert database.execute(hits).fetchall() == [real]
    database.close()


def test_a_guesser_is_slowed_down_and_a_market_is_not(folder, site):
    """Twenty answers for a visitor, then 429; whoever scans a real stamp is answered, even with the same phone."""
    app, _, _ = site
    with sqlite3.connect(folder.data_dir / DATABASE_FILE) as database:
        real = PRODUCT + database.execute("SELECT serial FROM stamp LIMIT 1").fetchone()[0]
    database.close()
    client = app.test_client()
    client.environ_base.update({"REMOTE_ADDR": "10.9.9.9", "wsgi.url_scheme": "https"})
    told = [client.get(PRODUCT + serial, headers={"User-Agent": "guesser"}).status_code for serial in guesses(25)]
    assert told == [404] * 20 + [429] * 5
    assert client.get(real, headers={"User-Agent": "guesser"}).status_code == 200
    assert client.get(real, headers={"User-Agent": "shopper"}).status_code == 200
    crowd = [
        client.get(PRODUCT + serial, headers={"User-Agent": f"phone {n}"}).status_code
        for n, serial in enumerate(guesses(310))
    ]
    assert 429 in crowd[270:]
    assert client.get(real, headers={"User-Agent": "shopper"}).status_code == 200
