"""What an address below the pages of goods takes is said exactly: by OPTIONS, and by whatever refuses a method."""

import pytest

READ = {"GET", "HEAD", "OPTIONS"}
SENT = READ | {"POST"}


def allowed(answer):
    """The methods that an answer names."""
    return set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    ("below", "taken"),
    [
        ("0", READ),
        ("0/record.json", READ),
        ("0/code", READ),
        ("0/l/0/record.json", READ),
        ("0/l/0/place", READ),
        ("0/s/0", READ),
        ("0/s/0/proof.json", READ),
        ("0/s/0/code/x", READ),
        ("0/s/0/code", SENT),
        ("0/s/0/place", SENT),
        ("0/S/0/place", SENT),
    ],
)
@pytest.mark.parametrize("letter", "pP")
def test_the_same_methods_are_told_everywhere(client, letter, below, taken):
    """POST is named where one of a stamp's two forms is taken and nowhere else, whether such a stamp exists or not."""
    path = f"/{letter}/{below}"
    told = client.options(path)
    assert (told.status_code, told.data, allowed(told)) == (204, b"", taken)
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "FOO"):
        refused = client.open(path, method=method)
        assert (refused.status_code, allowed(refused)) == (405, taken)
    sent = client.post(path)
    assert sent.status_code != 405 if "POST" in taken else allowed(sent) == taken


def test_participants_are_only_read(client):
    """Nothing is sent to their pages."""
    for answer in (client.options("/party/0/record.json"), client.post("/party/0/record.json")):
        assert allowed(answer) == READ


def test_digital_links_answer_for_themselves(client):
    """The resolver's OPTIONS stays the resolver's."""
    told = client.options("/01/09506000100012")
    assert (told.status_code, allowed(told)) == (204, READ)
    assert "Access-Control-Allow-Methods" in told.headers
