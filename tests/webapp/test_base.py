"""What all areas rest on: log-in, languages, headers, errors, health, static files, prefix."""

import gzip
import re

import pytest

from traceability.errors import ChainError, MassBalanceError, StorageError
from traceability.settings import Settings
from webapp import create_app
from webapp.language import from_header


def token(client, path="/login"):
    """The CSRF token of a page."""
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text).group(1)


def log_in(client, name="inspector", password=None, **more):
    """Send the form of the log-in."""
    fields = {"name": name, "password": password or name, "csrf_token": token(client), **more}
    return client.post("/login", data=fields, headers={"Referer": "https://localhost/login"})


# ----------------------------------------------------------------------------------------------------------------
# log-in
@pytest.mark.parametrize(
    ("role", "home"), [("cooperative", "/coop/"), ("inspector", "/inspect/"), ("operator", "/operate/")]
)
def test_log_in_leads_home(client, role, home):
    """Each role has a home."""
    response = log_in(client, role)
    assert (response.status_code, response.headers["Location"]) == (302, home)
    cookie = next(one for one in response.headers.getlist("Set-Cookie") if one.startswith("ocop_session="))
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure"))


def test_wrong_password_is_401_and_says_so(client):
    """The form comes back with the reason, in Vietnamese, and without the password."""
    response = log_in(client, "inspector", "wrong-password")
    assert response.status_code == 401
    assert "wrong-password" not in response.text


def test_empty_log_in_is_422(client):
    """Both fields have to be filled in."""
    response = log_in(client, "", " ")
    assert response.status_code == 422
    assert "Hãy điền tên đăng nhập." in response.text


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1"],
)
def test_log_in_leads_nowhere_else(client, target):
    """`next` is followed on this site only."""
    assert log_in(client, next=target).headers["Location"] == "/inspect/"


def test_log_in_follows_next(client, fakes):
    """Somebody who was sent to the log-in comes back to the page he wanted."""
    assert log_in(client, next=fakes.LOT_PAGE).headers["Location"] == fakes.LOT_PAGE


def test_session_ends_with_its_epoch(client, application):
    """A change of password or a disabled account ends all sessions."""
    log_in(client)
    assert "ocop_session" in {cookie.key for cookie in client._cookies.values()}
    assert "Đăng xuất" in client.get("/login").text or "inspector" in client.get("/nowhere").text
    application.accounts.epoch = 1
    assert "Đăng xuất" not in client.get("/nowhere").text


def test_log_out(client):
    """Logging out is a form with a token, and ends the session."""
    log_in(client)
    csrf = token(client, "/nowhere")
    assert client.get("/logout").status_code == 405
    assert (
        client.post("/logout", data={"csrf_token": csrf}, headers={"Referer": "https://localhost/"}).status_code == 302
    )
    assert "Đăng xuất" not in client.get("/nowhere").text


def test_form_without_token_is_refused(client):
    """CSRF: nothing is done, and the page says what to do."""
    response = client.post("/login", data={"name": "inspector", "password": "inspector"})
    assert response.status_code == 400
    assert "Biểu mẫu đã hết hạn" in response.text


def test_log_ins_are_limited(client, settings):
    """After too many attempts from one address the answer is 429, with what to do."""
    csrf = token(client)
    codes = [
        client.post(
            "/login", data={"name": "x", "password": "y", "csrf_token": csrf}, headers={"Referer": "https://localhost/"}
        ).status_code
        for _ in range(22)
    ]
    assert codes[0] == 401
    assert codes[-1] == 429
    assert client.get("/").status_code == 200


def test_scans_are_never_limited(client, fakes):
    """Many phones share one address."""
    assert {client.get(fakes.stamp_page()).status_code for _ in range(700)} == {200}


# -------------------------------------------------------------------------------------------------------------
# languages
@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "vi"),
        ("vi", "vi"),
        ("en-US,en;q=0.9", "en"),
        ("fr", "vi"),
        ("vi,en", "vi"),
        ("en,vi", "vi"),
        ("fr,en;q=0.1", "en"),
        (";;;,", "vi"),
        ("*", "vi"),
    ],
)
def test_browser_language(header, expected):
    """The browser's wish counts; Vietnamese is first otherwise."""
    assert from_header(header, "vi") == expected


def test_choice_is_kept(client):
    """`/lang/en` keeps the choice in a cookie and comes back; nobody is led elsewhere."""
    response = client.get("/lang/en?next=/verify")
    assert response.headers["Location"] == "/verify"
    assert '<html lang="en">' in client.get("/verify").text
    assert '<html lang="vi">' in client.get("/verify?lang=vi").text
    assert client.get("/lang/en?next=//evil.example").headers["Location"] == "/"
    client.get("/lang/xx")
    assert '<html lang="en">' in client.get("/verify").text


# ---------------------------------------------------------------------------------------------------------------
# headers
def test_security_headers(client, fakes):
    """On every answer, errors and pictures included."""
    for path in ("/", fakes.stamp_page(), "/nowhere", f"/media/{fakes.PICTURE.digest}", "/healthz", "/login"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"]
        assert len(headers.getlist("Content-Security-Policy")) == 1
    assert "frame-ancestors 'none'" in client.get("/").headers["Content-Security-Policy"]


def test_public_pages_set_no_cookie(client, fakes):
    """A shopper leaves with nothing he did not ask for."""
    for path in ("/", fakes.stamp_page(), fakes.LOT_PAGE, "/verify"):
        assert "Set-Cookie" not in client.get(path).headers


def test_proxy_headers_count_only_when_trusted(fakes, tmp_path):
    """X-Forwarded-For of a stranger is ignored; behind one trusted proxy it is the address."""
    for hops, expected in ((0, "127.0.0.1"), (1, "203.0.113.9")):
        settings = Settings(data_dir=tmp_path, trusted_proxies=hops)
        app = create_app(settings, fakes.make_application(settings))
        seen = []
        app.before_request(lambda seen=seen: seen.append(__import__("flask").request.remote_addr))
        app.test_client().get("/verify", headers={"X-Forwarded-For": "203.0.113.9"})
        assert seen == [expected]


def test_site_below_a_path(fakes, tmp_path):
    """Below `https://example.vn/trace` every link carries the path, whether or not a proxy takes it away."""
    settings = Settings(data_dir=tmp_path, base_url="https://example.vn/trace")
    client = create_app(settings, fakes.make_application(settings)).test_client()
    for path in ("/trace" + fakes.stamp_page(), fakes.stamp_page()):
        response = client.get(path)
        assert response.status_code == 200
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', response.text)
        assert links
        assert [one for one in links if not one.startswith("/trace/")] == []
    assert (
        f'href="https://example.vn/trace{fakes.LOT_PAGE}/card.png"'.replace("href", "content")
        in client.get(fakes.LOT_PAGE).text
    )
    for link in set(re.findall(r'href="(/trace/static/[^"]+)"', response.text)):
        assert client.get(link).status_code == 200
    assert client.get("/trace/lang/en?next=/trace/verify").headers["Location"] == "/trace/verify"


def test_the_session_of_a_site_below_a_path_goes_nowhere_else(fakes, tmp_path):
    """Its neighbours on the same host never see the cookie; a site at the root has it everywhere."""
    for base, path in (("https://example.vn/trace", "/trace"), ("https://example.vn", "/")):
        settings = Settings(data_dir=tmp_path, base_url=base)
        client = create_app(settings, fakes.make_application(settings)).test_client()
        cookies = client.get(f"{path.rstrip('/')}/login", base_url="https://example.vn").headers.getlist("Set-Cookie")
        assert [cookie for cookie in cookies if cookie.startswith("ocop_session=") and f"Path={path};" in f"{cookie};"]


# ----------------------------------------------------------------------------------------------------------------
# errors
def test_too_large_a_form_is_413(client, settings):
    """A form of 10 MB is refused with what to do, in Vietnamese."""
    head = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n'
    body = head + b"x" * 10 * 1024 * 1024 + b"\r\n--b--\r\n"
    response = client.post("/login", data=body, content_type="multipart/form-data; boundary=b")
    assert response.status_code == 413
    assert "8 MB" in response.text
    assert "gửi ít ảnh hơn" in response.text


def test_our_errors_speak_the_readers_language(app, client):
    """Template and facts meet in the reader's language, with his decimal comma; programs get JSON."""

    @app.get("/refused")
    def refused():
        raise MassBalanceError("There is no lot {lot} here.", lot="<b>MT-2611</b>")

    @app.get("/broken")
    def broken():
        raise ZeroDivisionError

    @app.get("/chain")
    def chain():
        raise ChainError("The ledger was opened for reading only.")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    response = client.get("/refused")
    assert response.status_code == 409
    assert "<b>MT" not in response.text
    assert "MT-2611" in response.text
    assert "<b>MT-2611</b>" in client.get("/refused", headers={"Accept": "application/json"}).json["detail"]
    assert client.get("/chain").status_code == 503
    broken_page = client.get("/broken")
    assert broken_page.status_code == 500
    assert "Có lỗi ở phía chúng tôi" in broken_page.text
    assert "ZeroDivisionError" not in broken_page.text


def test_wrong_addresses_and_methods(client):
    """404 and 405 have a page with advice."""
    assert "Không tìm thấy gì ở đây" in client.get("/nowhere").text
    response = client.post("/verify", data={})
    assert response.status_code in {400, 405}


def test_not_logged_in_leads_to_the_log_in(app, client):
    """A page that needs an account sends a visitor to the log-in, and back afterwards."""
    from webapp.access import actor  # noqa: PLC0415 - used by this test's view only

    app.add_url_rule("/private-page", "private_page", lambda: actor().name)
    response = client.get("/private-page")
    assert response.headers["Location"] == "/login?next=/private-page"
    log_in(client)
    assert client.get("/private-page").text == "inspector"


# ----------------------------------------------------------------------------------------------------------------
# health
def test_health(client, application):
    """Chain height, projection height, lag, outbox; 503 when the chain is away or far ahead, never a crash."""

    class Ledger:
        def __init__(self, answer):
            self.answer = answer

        def height(self):
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

    application.ledger = Ledger(88)
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json == {
        "status": "ok",
        "chain_height": 88,
        "projection_height": 87,
        "lag": 1,
        "outbox": 2,
        "problems": [],
    }
    application.ledger = Ledger(500)
    assert client.get("/healthz").status_code == 503
    for trouble in (ChainError("The chain has no block {number}.", number=1), StorageError("gone")):
        application.ledger = Ledger(trouble)
        response = client.get("/healthz")
        assert response.status_code == 503
        assert response.json["status"] == "degraded"
        assert response.json["projection_height"] == 87


# --------------------------------------------------------------------------------------------------------- static files
def test_static_files_are_kept_for_ever_under_their_hash(client):
    """A name with a hash is immutable; a name without one does not exist."""
    link = re.search(r'href="(/static/app\.[0-9a-f]{12}\.css)"', client.get("/").text).group(1)
    response = client.get(link, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in response.headers["Cache-Control"]
    assert b":root" in gzip.decompress(response.data)
    assert client.get("/static/app.css").status_code == 404
    assert client.get("/static/../__init__.py").status_code == 404
    assert client.get("/favicon.ico").content_type.startswith("image/svg")


def test_pages_are_compressed_when_the_browser_can(client):
    """Gzip when asked for, plain otherwise, and caches are told."""
    packed = client.get("/", headers={"Accept-Encoding": "gzip, br"})
    plain = client.get("/", headers={"Accept-Encoding": "identity"})
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_session_secret_stays_in_the_data_folder(fakes, tmp_path):
    """Made once at random, readable by its owner only, and used again."""
    settings = Settings(data_dir=tmp_path)
    first = create_app(settings, fakes.make_application(settings)).config["SECRET_KEY"]
    assert create_app(settings, fakes.make_application(settings)).config["SECRET_KEY"] == first
    assert (tmp_path / "session.key").stat().st_mode & 0o777 == 0o600
    assert len(first) >= 32
