"""`ocop-trace api-keys` and `ocop-trace links` as a person and a program use them."""

import json
from datetime import UTC, datetime

import pytest

from tests.services.conftest import GTIN, TickingClock
from traceability.bootstrap import build
from traceability.errors import NotAuthenticatedError
from traceability.settings import Settings

ADDRESS = "https://postmart.vn/mam-tep"


def authenticate(folder, token):
    """Return for whom a token speaks, as a server that runs beside would see it."""
    app = build(Settings(data_dir=folder / "var"), mode="read", clock=TickingClock())
    try:
        return app.api_keys.authenticate(token)
    finally:
        app.close()


def test_a_key_is_made_listed_and_ended(invoke, folder):
    """The token is printed once; a program that has it is known until the key is revoked."""
    made = json.loads(
        invoke("api-keys", "create", "Packing line", "--participant", "2", "--days", "30", "--json").output
    )
    assert authenticate(folder, made["token"]).name == "api:Packing line"
    assert datetime.fromisoformat(made["expires"]).tzinfo == UTC
    listed = invoke("api-keys", "list", "--json").output
    (row,) = json.loads(listed)
    assert made["token"].split("_", 2)[2] not in listed
    assert (row["id"], row["state"], row["participant"]) == (made["id"], "in effect", 2)
    assert row["last_used"]
    assert "Packing line" in invoke("api-keys", "list", "--participant", "2").output
    assert json.loads(invoke("api-keys", "list", "--participant", "3", "--json").output) == []
    assert "no more" in invoke("api-keys", "revoke", made["id"]).output
    with pytest.raises(NotAuthenticatedError):
        authenticate(folder, made["token"])
    assert json.loads(invoke("api-keys", "list", "--json").output)[0]["state"] == "revoked"


def test_a_person_reads_the_token_in_a_sentence(invoke, folder):
    """As the password of an account."""
    told = invoke("api-keys", "create", "Web shop", "--participant", "2").output
    assert authenticate(folder, told.split()[-1]).name == "api:Web shop"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "X", "--participant", "1"), "may record nothing"),
        (("create", "X", "--participant", "99"), "99"),
        (("create", "", "--participant", "2"), "filled in"),
        (("create", "X", "--participant", "2", "--days", "0"), "0"),
        (("revoke", "0000"), "no API key 0000"),
    ],
)
def test_what_is_no_key_is_refused_in_a_sentence(invoke, words, said):
    """On standard error, with a status other than zero."""
    told = invoke("api-keys", *words)
    assert told.exit_code == 1
    assert told.output.startswith("Error: ")
    assert said in told.output


def test_a_link_is_declared_listed_and_withdrawn(invoke):
    """By GTIN; an inspector gives a reason."""
    made = json.loads(
        invoke("links", "add", GTIN, "hasRetailers", ADDRESS, "--language", "vi", "--json", who="mai").output
    )
    assert (made["state"], made["href"], made["language"]) == ("landed", ADDRESS, "vi")
    assert json.loads(invoke("links", "list", GTIN, "--json").output)[0]["id"] == made["id"]
    assert "hasRetailers" in invoke("links", "list", f"/01/{GTIN}").output
    refused = invoke("links", "remove", GTIN, made["id"], who="lan")
    assert (refused.exit_code, "filled in" in refused.output) == (1, True)
    assert "withdrawn" in invoke("links", "remove", GTIN, made["id"], "--reason", "x", who="lan").output
    assert json.loads(invoke("links", "list", GTIN, "--json").output) == []
    told = invoke("links", "add", GTIN, "pip", ADDRESS, who="mai").output
    assert ADDRESS in told
    assert json.loads(invoke("links", "remove", GTIN, told.split()[-1].rstrip("."), "--json", who="mai").output)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((GTIN, "pip", "http://postmart.vn/"), 1, "https://"),
        ((GTIN, "traceability", ADDRESS), 2, "traceability"),
        (("/01/09506000134369", "pip", ADDRESS), 1, "09506000134369"),
    ],
)
def test_what_is_no_link_is_refused_in_a_sentence(invoke, words, status, said):
    """With what to do."""
    told = invoke("links", "add", *words, who="mai")
    assert told.exit_code == status
    assert said in told.output
