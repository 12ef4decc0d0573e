"""Robots and people, by what they call themselves."""

import pytest

from traceability.domain.robots import is_robot

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A536E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Mobile"


@pytest.mark.parametrize(
    "agent",
    [
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
        "Mozilla/5.0 (compatible; ZaloBot/1.0)",
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23.20.0 A",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 SkypeUriPreview Preview/0.5",
        "curl/8.4.0",
        "python-requests/2.31.0",
        "Go-http-client/2.0",
        "",
        "   ",
    ],
)
def test_programs_are_robots(agent):
    """Search engines, previews of links, programs, and what calls itself nothing."""
    assert is_robot(agent)


@pytest.mark.parametrize(
    "agent",
    [
        f"{ANDROID} Safari/537.36",
        f"{IPHONE} Version/17.1 Mobile/15E148 Safari/604.1",
        f"{ANDROID} Safari/537.36 Zalo android/23.10.01 ZaloTheme/light ZaloLanguage/vi",
        f"{IPHONE} Mobile/15E148 Zalo iOS/494 ZaloTheme/light ZaloLanguage/vn",
        f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/438.0.0.33.118;FBBV/532127138;FBDV/iPhone12,1]",
        "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Mobile",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0",
        "Mozilla/5.0 (Linux; Android 9; Redmi) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/117 Chrome/111",
    ],
)
def test_phones_are_people(agent):
    """Browsers, and the browsers inside Zalo and Facebook in which people scan, are counted."""
    assert not is_robot(agent)


def test_a_name_of_any_length_is_read_quickly():
    """A name that goes on for ever is judged by its beginning."""
    assert not is_robot("Mozilla/5.0 " + "x" * 100_000 + " Googlebot/2.1")
