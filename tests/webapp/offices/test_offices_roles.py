"""Who sees what: every page behind a log-in, asked for by every role, by nobody, and without the form's token."""

import re

import pytest

AREAS = {"cooperative": "coop", "inspector": "inspector", "operator": "operator"}
FILLERS = {"number": "2", "name": "nobody", "token": "0" * 32, "key": "0" * 16}


def addresses(app):
    """Return (area, address, methods) of every page behind a log-in, with something filled in for its parts."""
    found = []
    for rule in app.url_map.iter_rules():
        area = rule.endpoint.partition(".")[0]
        if area in AREAS:
            path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
            path = re.sub(r"<[^>]*?(\w+)>", lambda part: FILLERS[part[1]], path)
            found.append((area, f"{path}?ref=/p/NOWHERE&product=/p/NOWHERE", rule.methods))
    return sorted(found, key=str)


@pytest.fixture(scope="module")
def pages(site):
    """Every page behind a log-in."""
    found = addresses(site.app)
    assert len(found) > 45
    return found


@pytest.fixture(scope="module")
def people(site):
    """One person for each role."""
    return {area: site.person(name) for area, name in AREAS.items()}


def test_without_a_session_every_page_leads_to_the_log_in(site, pages):
    """Reading is redirected to the log-in; nothing of the page is shown, and nothing can be posted."""
    visitor = site.visitor()
    for _, address, methods in pages:
        if "GET" in methods:
            answer = visitor.client.get(address)
            assert (answer.status_code, "/login" in answer.headers["Location"]) == (302, True), address
        if "POST" in methods:
            assert visitor.client.post(address).status_code in {400, 401}, address


def test_no_role_sees_another_roles_pages(people, pages):
    """Each page answers 403 to the two other roles."""
    for area, address, methods in pages:
        for role, person in people.items():
            if role != area and "GET" in methods:
                assert person.client.get(address).status_code == 403, (role, address)


def test_a_form_without_its_token_is_refused(people, pages):
    """Another site cannot post in somebody's name: 400, whatever else was sent."""
    for area, address, methods in pages:
        if "POST" in methods:
            answer = people[area].client.post(address, data={"name_vi": "x"})
            assert answer.status_code == 400, address


def test_no_page_breaks_on_something_that_is_not_there(people, pages):
    """An address that names nothing is answered with what to do, never with a fault of ours."""
    for area, address, methods in pages:
        if "GET" in methods:
            for asked in (address, address.partition("?")[0], address.replace("/p/NOWHERE", "%00%F0%9F%92%A9<script>")):
                answer = people[area].client.get(asked)
                assert answer.status_code in {200, 400, 404, 422}, (asked, answer.status_code)


def test_pages_of_the_office_are_kept_by_nobody(people):
    """The operator's pages, passwords among them, are never stored by browsers or proxies."""
    assert people["operator"].client.get("/operate/accounts").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_list_speaks_both_languages(site, language):
    """The pages that each person sees first are in the language of the browser."""
    said = {"vi": ("Việc", "Tìm", "Kết nạp"), "en": ("Make something", "Find goods", "Admit")}[language]
    for (name, address), words in zip(
        (("coop", "/coop/"), ("inspector", "/inspect/"), ("operator", "/operate/participants")), said, strict=True
    ):
        page = site.person(name, language=language).open(address)
        assert words in page.text or (language == "vi" and "Làm hàng" in page.text)
