"""What an answer tells besides the moment at which it was given, so that two answers can be compared."""


def told(response):
    """Return status line, sorted headers without Date, and body of a test client's answer."""
    return response.status, sorted(header for header in response.headers if header[0] != "Date"), response.data
