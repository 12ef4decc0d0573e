"""Whoever guesses serials learns nothing: one page for whatever is wrong, the same work behind it, and patience."""

import pytest

from tests.webapp.answers import told
from traceability.domain.verdicts import Verdict
from traceability.errors import StorageError

WRONG = (
    "/p/1/s/ABC",
    "/p/09506000100012/s/0000000000000001X",
    "/p/09506000100012/s/",
    "/p/nonsense/s/ABC",
    "/p/09506000100012/s/" + "9" * 300,
    "/p/09506000100012/s/%3Cscript%3E",
    "/p/09506000100012/s/%FF%00",
    "/p/09506000100012/l/MT-2611/s/nonsense",
)


@pytest.fixture
def unknown(fakes):
    """The path of a stamp that is well formed and was never issued."""
    return fakes.stamp_page(Verdict.UNKNOWN)


@pytest.mark.parametrize("path", WRONG)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_malformed_and_unknown_are_the_same_to_the_byte(client, application, unknown, path, lang):
    """Status, headers and body do not tell what was wrong, nor does the work: one look-up each."""
    answers = []
    for one in (unknown, path):
        application.reads.asked.clear()
        answer = client.get(one, headers={"Accept-Language": lang, "Accept-Encoding": "gzip"})
        answers.append((*told(answer), dict(application.reads.asked)))
    assert answers[0] == answers[1]
    assert answers[0][3] == {"stamp": 1}
    assert answers[0][0] == "404 NOT FOUND"


def test_unknown_stamps_are_told_to_the_limiter(client, application, unknown):
    """Each once, with visitor and address; they are no scans, and known stamps are no guesses."""
    for path in (unknown, "/p/1/s/ABC"):
        client.get(path, headers={"User-Agent": "x"})
    assert application.scans.missed == [("127.0.0.1/x", "127.0.0.1")] * 2
    assert application.scans.noted == []


def test_guesser_waits_and_a_market_goes_on_scanning(client, application, fakes, unknown):
    """After too many misses every further miss gets one page, which says for how long; real stamps are answered."""
    application.scans.answers = False
    bodies = set()
    for path in (unknown, "/p/1/s/ABC", f"{unknown}/proof.json"):
        answer = client.get(path)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "600"
        bodies.add(answer.data)
    assert len(bodies) == 1
    assert "Điều này không nói gì về tem của bạn" in bodies.pop().decode()
    for _ in range(3):
        assert client.get(fakes.stamp_page()).status_code == 200
    assert client.get(fakes.stamp_page() + "/proof.json").status_code == 200


def test_trouble_in_the_tables_is_no_miss(client, application, fakes, monkeypatch):
    """A database that is away gives the page of an error, and nobody is blamed for it."""

    def gone(*_):
        raise StorageError("gone")

    monkeypatch.setattr(application.reads, "stamp", gone)
    assert client.get(fakes.stamp_page()).status_code == 500
    assert application.scans.missed == []


def test_unknown_page_helps_an_honest_shopper(client, unknown):
    """Scan again, type the serial, or tell of the doubt, which knows the stamp's link."""
    text = client.get(unknown).text
    assert 'name="q"' in text
    assert "17 chữ và số" in text
    assert 'href="?doubt"' in text
    assert client.get(unknown + "?doubt").headers["Location"] == "/doubt/new?ref=" + unknown
    odd = client.get("/p/1/s/%3Cb%3E?doubt").headers["Location"]
    assert odd == "/doubt/new?ref=/p/1/s/%253Cb%253E"


# ------------------------------------------------------------------------------------------------------ serials by hand
def test_serial_typed_by_hand_finds_its_stamp(client, application, fakes, monkeypatch):
    """Small letters, spaces, dashes, O for 0: the box leads to the stamp."""
    monkeypatch.setattr(
        application.reads, "search", lambda *_: fakes.SearchResults((fakes.JARS,), (fakes.PRODUCT,), ())
    )
    serial = fakes.serial(1)
    typed = f"{serial[:4]} {serial[4:8]}-{serial[8:]}".lower().replace("0", "o")
    assert client.get("/", query_string={"q": typed}).headers["Location"] == fakes.stamp_page()


def test_serial_that_was_never_issued_counts_as_a_guess(client, application, fakes, unknown):
    """The box is no way around: same page, same limits."""
    serial = unknown.rsplit("/", 1)[1]
    answer = client.get("/", query_string={"q": serial})
    assert (answer.status_code, answer.data) == (404, client.get(unknown).data)
    assert len(application.scans.missed) == 2
    application.scans.answers = False
    assert client.get("/", query_string={"q": serial}).status_code == 429
    assert client.get("/", query_string={"q": "Mắm tép Hà Yên"}).status_code == 200
