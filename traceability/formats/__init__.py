"""Adapters that turn records into things people hold: pictures, QR codes and printable sheets of stamps.

Nothing here reads the chain or the database. Each function takes plain values and gives bytes, or writes them to a
file it is handed, so that a page, a command and a test use the same one.
"""
