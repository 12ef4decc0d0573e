"""API keys through the pages: made, shown once, used, ended; in each area for whom it may be."""

import re

import pytest

from traceability.errors import NotAuthenticatedError


def token_of(person):
    """Return the token that the page shows."""
    return re.search(r'class="secret token">([^<]+)<', person.html)[1]


@pytest.mark.parametrize(
    ("name", "area", "role"), [("coop", "coop", "cooperative"), ("inspector", "inspect", "inspector")]
)
def test_a_participant_makes_a_key_and_ends_it(site, name, area, role):
    """From the section to a program that speaks for the participant, and no more once it is revoked."""
    person = site.person(name)
    person.open(f"/{area}/").follow(f"/{area}/keys").send(label="Packing line", days="90")
    assert person.status == 200, person.text
    assert "shown this once" in person.text
    token = token_of(person)
    assert person.response.headers["Cache-Control"] == "no-store"
    actor = site.application.api_keys.authenticate(token)
    assert (actor.name, actor.role, actor.participant) == ("api:Packing line", role, site.parties[name].number)
    person.open(f"/{area}/keys")
    assert token.split("_")[1] in person.html
    assert token not in person.html
    assert "In effect" in person.text
    assert "last used in the hour from" in person.text
    person.send(at="/revoke")
    assert "Packing line is revoked" in person.text
    assert "Revoked" in person.text
    with pytest.raises(NotAuthenticatedError):
        site.application.api_keys.authenticate(token)


def test_the_operator_makes_keys_for_participants_and_sees_all(site, operator, coop):
    """Each with its participant; the operator itself is none that a key could speak for."""
    coop.open("/coop/keys").send(label="Cân ở bến")
    operator.open("/operate/").follow("/operate/keys")
    assert "Cân ở bến" in operator.text
    assert "Hợp tác xã Mắm Hà Yên" in operator.text
    form = operator.form("participant", "label")
    assert str(site.parties["coop"].number) in operator.html
    assert form.values["participant"] != "1"
    operator.send(label="Kho tỉnh", participant=str(site.parties["collector"].number))
    actor = site.application.api_keys.authenticate(token_of(operator))
    assert actor.participant == site.parties["collector"].number


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": ""}, "filled in"),
        ({"label": "<script>"}, "angle brackets"),
        ({"days": "9"}, "not one of the choices"),
    ],
)
def test_what_is_no_key_is_told_beside_its_field(coop, fields, said):
    """With the status of a refusal, and what was typed stays."""
    coop.open("/coop/keys").send(**{"label": "Máy in", **fields})
    assert coop.status == 422
    assert said in coop.text
    assert coop.response.headers["Cache-Control"] == "no-store"


def test_a_label_is_given_once(coop):
    """The second key of the same name is refused; sending a form again shows no token a second time."""
    for status in (200, 409):
        coop.open("/coop/keys").send(label="Máy quét")
        assert coop.status == status
    assert "labelled Máy quét already" in coop.text
    assert "secret" not in coop.html


def test_somebody_elses_key_is_nobodys(site, operator, coop):
    """A cooperative ends no other one's key: it is not found."""
    operator.open("/operate/keys").send(label="Của tổ thu mua", participant=str(site.parties["collector"].number))
    theirs = token_of(operator).split("_")[1]
    token = coop.open("/coop/keys").form("csrf_token").values["csrf_token"]
    assert coop.client.post(f"/coop/keys/{theirs}/revoke", data={"csrf_token": token}).status_code == 404
    assert coop.client.post("/coop/keys/%00/revoke", data={"csrf_token": token}).status_code == 404
