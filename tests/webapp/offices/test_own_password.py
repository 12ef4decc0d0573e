"""Everybody who logs in can give himself another password, and nobody can without the present one."""

NEW = "bon-tu-de-nho-lam"


def test_a_new_password_ends_other_sessions_and_keeps_this_one(site, help_with):
    """The present session goes on, the other one ends, and only the new password opens the door."""
    here, there = site.person("collector"), site.person("collector")
    here.open("/password").send(password=help_with.password, new_password=NEW)
    assert here.url == "/coop/"
    assert "Your password is changed" in here.text
    assert there.open("/coop/").url.startswith("/login")
    assert site.visitor().open("/login").send(name="collector", password=help_with.password).status == 401
    here.open("/password").send(password=NEW, new_password=help_with.password)
    assert here.url == "/coop/"


def test_a_wrong_or_weak_password_changes_nothing(site, help_with):
    """The refusal stands in the form, and the old password still opens the door."""
    person = site.person("collector")
    assert person.open("/password").send(password="not-this-one-at-all", new_password=NEW).status == 401
    assert "The old password is wrong" in person.text
    assert person.open("/password").send(password=help_with.password, new_password="short").status == 422
    assert site.person("collector").url == "/coop/"


def test_the_page_is_for_those_who_are_logged_in(site):
    """A visitor is sent to the log-in first."""
    assert site.visitor().open("/password").url.startswith("/login")
