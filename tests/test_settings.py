"""Settings: what is understood, what is derived, and what is refused with the setting's name."""

import pytest

from traceability.errors import ConfigurationError
from traceability.settings import PREFIX, Settings


@pytest.fixture(autouse=True)
def no_settings_in_the_environment(monkeypatch):
    """Whoever runs the tests may have settings of their own."""
    for field in Settings.model_fields:
        monkeypatch.delenv(PREFIX + field.upper(), raising=False)


def test_defaults_need_nothing():
    """Without any variable the state lies in `var`, the chain is embedded, and links name this machine."""
    settings = Settings()
    assert (str(settings.data_dir), settings.chain, settings.base_url) == ("var", "embedded", "http://localhost:8080")
    assert settings.hosts == ("*",)
    assert not settings.secure


def test_links_follow_the_port(monkeypatch):
    """Who moves the port need not say it twice."""
    monkeypatch.setenv("OCOP_PORT", "9000")
    assert Settings().base_url == "http://localhost:9000"


def test_base_url_may_end_in_a_path(monkeypatch):
    """A path prefix is kept, a slash at the end is not, and TLS is noticed."""
    monkeypatch.setenv("OCOP_BASE_URL", "https://example.vn/trace/")
    settings = Settings()
    assert settings.base_url == "https://example.vn/trace"
    assert settings.secure


def test_hosts_are_written_with_commas(monkeypatch):
    """Several addresses to listen on fit in one variable."""
    monkeypatch.setenv("OCOP_HOSTS", "127.0.0.1, ::1")
    assert Settings().hosts == ("127.0.0.1", "::1")


def test_an_empty_variable_is_no_variable(monkeypatch):
    """`OCOP_PORT=` in a service file means the default."""
    monkeypatch.setenv("OCOP_PORT", "")
    assert Settings().port == 8080


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OCOP_PORT", "eighty"),
        ("OCOP_PORT", "70000"),
        ("OCOP_CHAIN", "ftp://node"),
        ("OCOP_BASE_URL", "trace.example.vn"),
        ("OCOP_LOGIN_RATE", "lots"),
        ("OCOP_PAGE_RATE", "20 per minute;"),
        ("OCOP_BASE_URL", "https://user@trace.example.vn"),
        ("OCOP_NAMESPACE", "https://example.vn/?a=b"),
        ("OCOP_HOSTS", ","),
        ("OCOP_LANGUAGE", "fr"),
        ("OCOP_CONFIRMATIONS", "-1"),
        ("OCOP_SECRET_KEY", "short"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(monkeypatch, name, value):
    """A value that makes no sense stops the start, and the sentence names the setting."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        Settings()


def test_all_problems_are_told_at_once(monkeypatch):
    """Nobody should have to start the server once for each mistake."""
    monkeypatch.setenv("OCOP_PORT", "x")
    monkeypatch.setenv("OCOP_THREADS", "0")
    with pytest.raises(ConfigurationError, match=r"OCOP_PORT.*OCOP_THREADS"):
        Settings()


def test_a_misspelt_name_is_refused_with_a_hint(monkeypatch):
    """A setting that does nothing without a word would be worse than an error."""
    monkeypatch.setenv("OCOP_PROT", "9000")
    with pytest.raises(ConfigurationError, match="Did you mean OCOP_PORT"):
        Settings()


def test_secrets_never_show(monkeypatch):
    """Neither the settings' text nor an error about them holds a secret."""
    monkeypatch.setenv("OCOP_MASTER_KEY", "a secret that is long enough")
    assert "long enough" not in repr(Settings())
    monkeypatch.setenv("OCOP_MASTER_KEY", "s3cr3t")
    with pytest.raises(ConfigurationError) as caught:
        Settings()
    assert "s3cr3t" not in str(caught.value)
