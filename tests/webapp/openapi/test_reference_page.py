"""The page that explains the API: everything is on it, in both languages, and it needs no script."""

import re

import pytest


@pytest.fixture(params=["vi", "en"])
def page(client, request):
    """The page in one language."""
    response = client.get("/docs/api", headers={"Accept-Language": request.param})
    assert response.status_code == 200
    return response.text


def test_every_operation_is_on_the_page(page, client):
    """Each operation stands under its own anchor, and the contents lead there."""
    document = client.get("/openapi.json").json
    for item in document["paths"].values():
        for one in item.values():
            assert f'id="{one["operationId"]}"' in page
            assert f'href="#{one["operationId"]}"' in page


def test_links_within_the_page_lead_somewhere(page):
    """A link to a schema, parameter or operation names an anchor that is there, once."""
    anchors = re.findall(r'\bid="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    assert sorted(set(re.findall(r'href="#([^"]+)"', page)) - set(anchors)) == []


def test_page_needs_no_script_and_no_other_site(page):
    """The content security policy stays as strict as it is: nothing inline, nothing from elsewhere."""
    assert "<script" not in page
    assert "<style" not in page
    assert 'style="' not in page
    assert re.findall(r'(?:src|href)="(https?:)?//(?!trace\.example\.vn)[^"]*"', page) == []


def test_page_is_found(client):
    """Every page leads there from its foot."""
    assert 'href="/docs/api"' in client.get("/verify").text


def test_commands_name_what_they_send(page):
    """Each operation shows a command for a terminal with its method and address."""
    commands = re.findall(r"<pre[^>]*><code>curl ([^<]*)</code>", page)
    assert commands
    assert all("https://trace.example.vn/" in one for one in commands)
