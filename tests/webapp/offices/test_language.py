"""Which language a page speaks to somebody who has logged in: his own choice first, then what his account says."""

import pytest

from traceability.bootstrap import CONSOLE
from traceability.services.commands import CreateAccount


@pytest.fixture(scope="module")
def speakers(site, help_with):
    """An inspector's log-in for each language: name by language."""
    number = str(site.parties["inspector"].number)
    for language in ("vi", "en"):
        account = CreateAccount(f"speaks-{language}", "inspector", number, help_with.password, language)
        site.application.accounts.create(CONSOLE, account)
    return {language: f"speaks-{language}" for language in ("vi", "en")}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_account_decides_where_nothing_was_chosen(site, speakers, help_with, language):
    """An English account is greeted in English on a phone that asks for Vietnamese, and the other way round."""
    person = site.visitor(language=None)
    person.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = {"vi": "en", "en": "vi"}[language]
    person.open("/login").send(name=speakers[language], password=help_with.password)
    assert f'<html lang="{language}">' in person.html
    assert f'<html lang="{language}">' in person.open("/").html


def test_the_readers_own_choice_stays(site, speakers, help_with):
    """Who has chosen Vietnamese keeps it, whatever the account says."""
    person = site.visitor(language=None)
    person.open("/lang/vi?next=/login").send(name=speakers["en"], password=help_with.password)
    assert '<html lang="vi">' in person.html


def test_the_language_of_an_account_lasts_as_long_as_the_browser(site, speakers, help_with):
    """It is no choice of the reader's, so that it is not kept for a year."""
    person = site.visitor(language=None)
    csrf = person.open("/login").form("name").values["csrf_token"]
    data = {"csrf_token": csrf, "name": speakers["en"], "password": help_with.password}
    answer = person.client.post("/login", data=data)
    kept = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("lang="))
    assert "Max-Age" not in kept
    assert "Expires" not in kept
