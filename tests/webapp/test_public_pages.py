"""Start page, product, participant, the page about checking, pictures, cards and the record to take away."""

import io
import json

import pytest
from PIL import Image


def test_start_page_explains_every_verdict(client):
    """A newcomer finds the box for codes, how to read a stamp, and what each verdict means."""
    text = client.get("/").text
    assert 'name="q"' in text
    assert all(
        word in text
        for word in ("Hồ sơ hợp lệ", "Đã thu hồi", "Tem chưa kích hoạt", "Lịch sử không khớp", "Cách đọc tem")
    )


def test_box_takes_links_paths_and_words(client, fakes):
    """A whole link, a link in capitals, a path, and a lot's number or a name all lead somewhere."""
    stamp, page = fakes.stamp_path(), fakes.stamp_page()
    for text in (
        stamp,
        page,
        "https://trace.example.vn" + page,
        "https://trace.example.vn" + stamp,
        "HTTPS://TRACE.EXAMPLE.VN" + stamp,
        "https://id.gs1.org" + stamp,
    ):
        response = client.get("/", query_string={"q": text})
        assert (response.status_code, response.headers["Location"]) == (302, page), text
    assert client.get("/", query_string={"q": fakes.LOT_PAGE}).headers["Location"] == fakes.LOT_PAGE
    found = client.get("/", query_string={"q": "mắm tép"})
    assert found.status_code == 200
    assert fakes.PRODUCT_PAGE in found.text


def test_box_says_when_nothing_is_found(client, fakes):
    """Nothing found is said plainly, with status 404, and what was typed stays text."""
    response = client.get("/", query_string={"q": fakes.HOSTILE})
    assert response.status_code == 404
    assert "Không tìm thấy gì" in response.text
    assert fakes.HOSTILE not in response.text


def test_demo_links_show_only_with_a_demo(client, settings):
    """Links into the demo appear where the data folder has one; its log-ins never do."""
    assert "Thử với hàng mẫu" not in client.get("/").text
    demo = {
        "products": [{"name": "Nem chua", "link": "https://trace.example.vn/01/09506000100012"}],
        "stamps": [{"link": "https://trace.example.vn/01/1", "status": "recalled"}],
        "logins": [{"role": "operator", "name": "op", "password": "SECRET-PASSWORD"}],
    }
    (settings.data_dir / "demo.json").write_text(json.dumps(demo), encoding="utf-8")
    text = client.get("/").text
    assert "Nem chua" in text
    assert "SECRET-PASSWORD" not in text
    (settings.data_dir / "demo.json").write_text("[]", encoding="utf-8")
    assert client.get("/").status_code == 200


def test_product_page(client, fakes):
    """A product shows its rating today, earlier ones as expired, certificates and lots."""
    text = client.get(fakes.PRODUCT_PAGE).text
    assert all(
        word in text for word in ("Mắm tép Hà Yên", "MT-2611", "Các lần xếp hạng OCOP trước", "hết hạn ngày 01/03/2025")
    )
    assert "Ha Yen shrimp paste" in client.get(fakes.PRODUCT_PAGE + "?lang=en").text


def test_participant_pages(client, fakes):
    """By GLN or by code; whoever has no GLN is shown by code, and who keeps the key is said."""
    text = client.get("/party/" + fakes.COOP.gln).text
    assert "Hợp tác xã Mắm Hà Yên" in text
    assert "do dịch vụ này giữ" in text
    text = client.get("/party/" + fakes.COLLECTOR.code).text
    assert "tự giữ khóa ký" in text
    assert client.get("/party/0000000000").status_code == 404


def test_verify_page(client):
    """How to check oneself: what is proved, what is not, and the command."""
    text = client.get("/verify").text
    assert "subjectOf(key)" in text
    assert "ocop-trace verify" in text


def test_record_to_take_away(client, fakes):
    """A lot's record is JSON with key, expected head and every submission."""
    response = client.get(fakes.LOT_PAGE + "/record.json")
    content = response.json
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert content["expected"]["sequence"] == 4
    assert len(content["key"]) == 66
    assert content["submissions"] == []
    assert client.get(fakes.stamp_page() + "/record.json").status_code == 404
    assert client.get("/p/1/record.json").status_code == 404


def test_pictures_come_small(client, settings, fakes):
    """A width asked for gives WebP, kept on disk; without one the picture itself comes."""
    path = f"/media/{fakes.PICTURE.digest}"
    small = client.get(path + "?w=480")
    assert small.content_type == "image/webp"
    assert Image.open(io.BytesIO(small.data)).width == 480
    assert len(list((settings.data_dir / "cache" / "media").iterdir())) == 1
    assert client.get(path).content_type == "image/jpeg"
    assert "immutable" in small.headers["Cache-Control"]


def test_erased_picture_leaves_no_variant(client, application, settings, fakes):
    """When a picture is erased, its variants on disk go with it."""
    path = f"/media/{fakes.PICTURE.digest}?w=160"
    assert client.get(path).status_code == 200
    application.blobs.data.clear()
    assert client.get(path).status_code == 404
    assert list((settings.data_dir / "cache" / "media").iterdir()) == []


@pytest.mark.parametrize("digest", ["b2" * 32, "c3" * 32, "A1" * 32, "..%2F..%2Fsecrets", "a1"])
def test_only_pictures_are_served(client, digest):
    """Another kind of file, an unknown one, or a name that is none: 404."""
    assert client.get(f"/media/{digest}").status_code == 404


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_card_for_previews(client, fakes, lang):
    """The card is a PNG of 1200 by 630 for lots, products and participants, never for a single stamp."""
    for path in (fakes.LOT_PAGE, fakes.PRODUCT_PAGE, "/party/" + fakes.COOP.gln):
        response = client.get(path + "/card.png", query_string={"lang": lang})
        assert response.content_type == "image/png"
        assert Image.open(io.BytesIO(response.data)).size == (1200, 630)
    assert client.get(fakes.stamp_page() + "/card.png").status_code == 404


def test_robots(client):
    """Search engines keep out of the areas of accounts."""
    assert "Disallow: /coop/" in client.get("/robots.txt").text
