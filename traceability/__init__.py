"""ocop-trace: provenance of OCOP goods on an EVM chain, and stamps that anyone can check.

This package is the library; it needs no Flask.
"""

__version__ = "0.1.0"
