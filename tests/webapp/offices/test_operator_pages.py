"""The operator admits, lends and silences keys, and makes log-ins, through the pages."""

import re

import pytest

from traceability.errors import ChainError


def test_the_status_page_tells_heights_and_what_waits(operator):
    """Chain, projection and outbox stand side by side."""
    page = operator.open("/operate/")
    assert "up to date" in page.text
    assert "Records waiting for the chain" in page.text


def test_a_participant_is_admitted_with_commune_key_and_account(site, operator):
    """From an empty form to somebody who logs in: admission, account, first page."""
    operator.open("/operate/participants/new").send(
        name="Hộ làm chiếu Nga Sơn",
        kind="household",
        capacities=["producer"],
        address="Xóm 2",
        commune_code="hoat giang",
    )
    assert operator.status == 200, operator.text
    assert "was admitted" in operator.text
    assert "xã Hoạt Giang" in operator.text
    operator.follow("/operate/accounts/new").send(name="chieu", role="cooperative")
    password = re.search(r'class="secret">([^<]+)<', operator.html)[1]
    assert len(password) >= 16
    assert password not in operator.open("/operate/accounts").text
    weaver = site.visitor().open("/login").send(name="chieu", password=password)
    assert "Hộ làm chiếu Nga Sơn" in weaver.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "illed in"),
        ({"commune_code": "99999"}, "no commune"),
        ({"commune_code": "xuan"}, "Several communes"),
        ({"gln": "9506000100001"}, "should end in"),
        ({"capacities": []}, "at least one"),
        ({"own_key": "0x123"}, "not an address"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_stays(operator, fields, said):
    """Each refusal says what to do, with status 422, and nobody is admitted."""
    typed = {"name": "Hộ thử", "kind": "household", "capacities": ["producer"], "commune_code": "15286", **fields}
    operator.open("/operate/participants/new").send(**typed)
    assert operator.status in {409, 422}
    assert said in operator.text
    if typed["name"]:
        assert 'value="Hộ thử"' in operator.html
    assert "Hộ thử" not in operator.open("/operate/participants").text


@pytest.mark.parametrize(
    ("language", "said"), [("vi", "Đây không phải một trong các lựa chọn"), ("en", "not one of the choices")]
)
@pytest.mark.parametrize("forged", [{"kind": "bank"}, {"capacities": ["operator"]}])
def test_a_choice_that_the_page_does_not_offer_is_refused_in_the_readers_language(site, language, said, forged):
    """A forged or outdated value is told in plain words, with what to do."""
    operator = site.person("operator", language=language)
    typed = {"name": "Hộ thử", "kind": "household", "capacities": ["producer"], "commune_code": "15286", **forged}
    operator.open("/operate/participants/new").send(**typed)
    assert operator.status == 422
    assert said in operator.text
    assert "valid choice" not in operator.text


def test_a_chain_that_is_away_costs_nothing_that_was_typed(site, operator, monkeypatch):
    """The form comes back with status 503, the reason above it and every value in it."""

    def away(*_arguments):
        """Answer as a node that is down makes the service answer."""
        raise ChainError("The node {host} does not answer ({reason}).", host="besu", reason="ConnectionError")

    operator.open("/operate/participants/new")
    with monkeypatch.context() as patch:
        patch.setattr(type(site.application.participants), "admit", away)
        operator.send(
            name="Hộ nước mắm", kind="company", capacities=["producer"], address="Xóm 9", commune_code="15286"
        )
    assert operator.status == 503
    assert "The node besu does not answer" in operator.text
    assert 'value="Hộ nước mắm"' in operator.html
    operator.send(address="Xóm 10")
    assert "Hộ nước mắm was admitted" in operator.text


def test_keys_are_added_and_revoked(site, operator):
    """A key held elsewhere is added by its address; a revoked one stays listed as such."""
    number = site.parties["collector"].number
    operator.open(f"/operate/participants/{number}").send(held="here", address="")
    assert "The key was added" in operator.text
    before = site.reads.keys(number)
    assert len(before) == 2
    operator.send(at="/keys/revoke", address=before[-1].address)
    assert "The key was revoked" in operator.text
    operator.open(f"/operate/participants/{number}")
    assert "revoked from block" in operator.text


def test_a_key_held_elsewhere_needs_its_address(operator):
    """The choice and the empty address do not go together."""
    operator.open("/operate/participants/2").send(held="elsewhere", address="")
    assert operator.status == 422
    assert "40 hexadecimal digits" in operator.text


def test_an_account_is_closed_opened_and_given_a_new_password(site, operator, help_with):
    """Closing ends the person's session at once; a new password is shown once."""
    clerk = site.person("collector")
    assert clerk.open("/coop/").status == 200

    def press(change):
        """Press a button of the list."""
        token = operator.open("/operate/accounts").form("csrf_token").values["csrf_token"]
        return operator.client.post(f"/operate/accounts/collector/{change}", data={"csrf_token": token})

    press("disable")
    assert "Log in" in clerk.open("/coop/").text
    press("enable")
    assert "collector" in operator.open("/operate/accounts").text
    shown = press("reset").text
    password = re.search(r'class="secret">([^<]+)<', shown)[1]
    assert "New delivery" in site.visitor().open("/login").send(name="collector", password=password).text


def test_nobody_closes_the_account_in_use(operator):
    """The operator cannot lock himself out."""
    token = operator.open("/operate/accounts").form("csrf_token").values["csrf_token"]
    operator.client.post("/operate/accounts/operator/disable", data={"csrf_token": token})
    assert operator.open("/operate/").status == 200


def test_a_script_in_a_name_is_refused_with_what_to_do(operator):
    """What was typed never becomes part of the page, stays in its field, and nobody is admitted."""
    operator.open("/operate/participants/new").send(
        name="<script>alert(1)</script>", kind="household", capacities=["producer"], commune_code="15286"
    )
    assert operator.status == 422
    assert "without angle brackets" in operator.text
    assert "<script>alert(1)" not in operator.html
    assert 'value="&lt;script&gt;alert(1)' in operator.html
    assert "alert(1)" not in operator.open("/operate/participants").html
