"""Pages that search or compute say when an address that asked too often may ask again."""

import pytest

from webapp.openapi.document import described

DIGITAL_LINKS = ("/00/", "/01/", "/253/", "/414/", "/417/", "/8004/")
"""They are never limited themselves; their descriptions tell of the pages that they lead to."""


@pytest.fixture
def tired(app, client, monkeypatch):
    """A browser, on a site where each page is shown once an hour."""
    monkeypatch.setitem(app.config, "PAGE_RATE", "1 per hour")
    return client


@pytest.mark.parametrize("path", ["/", "/party/0/record.json", "/p/0/l/0/record.json"])
@pytest.mark.parametrize("kind", ["text/html", "application/json;q=0.5, text/html;q=0.1"])
def test_whoever_asks_too_often_learns_when_to_ask_again(tired, path, kind):
    """A page and JSON alike, as EPCIS does."""
    answers = [tired.get(path, headers={"Accept": kind}) for _ in range(2)]
    assert [answer.status_code == 429 for answer in answers] == [False, True]
    assert 1 <= int(answers[1].headers["Retry-After"]) <= 3601
    assert "Retry-After" not in answers[0].headers


def test_it_is_described(app):
    """The document promises the header wherever it tells that one may ask too often."""
    told = [one for one in described(app) if 429 in one.operation.answers and not one.path.startswith(DIGITAL_LINKS)]
    assert {"/", "/party/{party}/record.json", "/events", "/capture"} <= {one.path for one in told}
    for one in told:
        (retry,) = (header for header in one.operation.answers[429].headers if header.name == "Retry-After")
        assert retry.always, one
