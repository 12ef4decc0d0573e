"""Addresses that hold URIs are understood however much of them is encoded."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.epcis.paths import SENT, UNREADABLE, EpcisPaths, UriConverter, segment

HASHED = "ni:///sha-256;" + "ab" * 32 + "?ver=CBV2.0"


def routed(uri, script_name=""):
    """What Flask gets of an address, and whether it can be read."""
    path = unquote(uri.split("?")[0].removeprefix(script_name), encoding="latin-1")
    environ = {"REQUEST_URI": uri, "PATH_INFO": path, "SCRIPT_NAME": script_name}
    EpcisPaths(lambda environ, _: [])(environ, None)
    return environ["PATH_INFO"], UNREADABLE not in environ


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("/capture", "/capture"),
        ("/capture/", "/capture"),
        ("/capture/j1/", "/capture/j1"),
        ("/events/", "/events"),
        ("/epcs/urn:epc:id:sgtin:1.2.3/", "/epcs/" + segment("urn:epc:id:sgtin:1.2.3/")),
        ("/bizSteps/shipping/", "/bizSteps/shipping"),
        ("/bizSteps/shipping/events", "/bizSteps/shipping/events"),
        ("/bizSteps/shipping/events/", "/bizSteps/shipping/events"),
        ("/epcs/https://id.gs1.org/01/09506000100012/events", f"/epcs/{segment('https://id.gs1.org/01/09506000100012')}/events"),
        ("/epcs/https:%2f%2Fid.gs1.org%2F01%2F09506000100012", f"/epcs/{segment('https://id.gs1.org/01/09506000100012')}"),
        ("/readPoints/https%3A%2F%2Fexample.com%2Fevents", f"/readPoints/{segment('https://example.com/events')}"),
        ("/events/" + quote(HASHED, safe=""), "/events/" + segment(HASHED)),
        ("/events/ni:///sha-256;ab", "/events/" + segment("ni:///sha-256;ab")),
        ("/queries/mine/subscriptions/s1", "/queries/mine/subscriptions/s1"),
        ("/queries/mine/events", "/queries/mine/events"),
        ("/epcs/x/subscriptions", "/epcs/x%2Fsubscriptions"),
        ("/nextPageToken/a%2Bb", "/nextPageToken/a%2Bb"),
        ("/coop/a//b", "/coop/a//b"),
    ],
)  # fmt: skip
def test_what_stands_between_resource_and_events_is_the_value(uri, path):
    """A slash that was encoded belongs to the value, `/events` that was not does not."""
    assert routed(uri) == (path, True)


@pytest.mark.parametrize(
    "uri", ["/epcs/%zz", "/epcs/%", "/events/%FF", "/events/a%00b", "/epcs//events", "/events/%0D%0A"]
)
def test_an_address_that_cannot_be_read_is_marked(uri):
    """Nothing is guessed of broken escapes, control characters and values that are not there."""
    assert not routed(uri)[1]


@pytest.mark.parametrize("uri", ["/trace/events/a%2Fb", "/events/a%2Fb"])
def test_the_prefix_of_the_site_is_no_part_of_it(uri):
    """A proxy may take the prefix away or leave it."""
    environ = {"REQUEST_URI": uri, "PATH_INFO": "/events/a/b", "SCRIPT_NAME": "/trace"}
    EpcisPaths(lambda environ, _: [])(environ, None)
    assert (environ["PATH_INFO"], environ[SENT]) == ("/events/a%2Fb", "/events/a%2Fb")


def test_a_server_that_does_not_tell_the_address_as_sent_is_no_obstacle():
    """The decoded path says nearly as much."""
    environ = {"PATH_INFO": "/epcs/urn:epc:id:sgtin:1.2.3/events"}
    EpcisPaths(lambda environ, _: [])(environ, None)
    assert environ["PATH_INFO"] == f"/epcs/{segment('urn:epc:id:sgtin:1.2.3')}/events"


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_every_value_comes_back(value):
    """What is encoded as one segment is what the view gets."""
    converter = UriConverter(None)
    for rest in ("", "/events"):
        path, readable = routed(f"/epcs/{segment(value)}{rest}")
        assert readable
        assert converter.to_python(path.split("/")[2]) == value
        assert path.endswith("/events") == bool(rest)


@given(st.binary(), st.sampled_from(["events", "epcs", "queries", "capture", "nextPageToken"]))
def test_no_address_is_too_odd(octets, root):
    """Whatever bytes arrive: one segment, and what stands below."""
    path, _ = routed(f"/{root}/" + octets.decode("latin-1"))
    assert path == f"/{root}" or 3 <= len(path.split("/")) <= 5
