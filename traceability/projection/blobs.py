"""Pictures and files, kept on disk under the SHA-256 of their bytes: erasable, and never on a chain.

`blobs/ab/abcdef...` holds the bytes and a file of the same name with `.type` the media type. A file appears whole or
not at all: it is written beside its place and moved there.
"""

import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

from traceability.errors import NotFoundError, StorageError

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileBlobs:
    """A content-addressed store in a folder (`ports.Blobs`)."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it is made when the first blob comes."""
        self._folder = folder

    def put(self, data: bytes, media_type: str) -> str:
        """Keep bytes and return their SHA-256 in hexadecimal. Raises StorageError when the disk refuses."""
        digest = sha256(data).hexdigest()
        path = self._path(digest)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path.with_suffix(".type"), media_type.encode())
            _write(path, data)
        except OSError as error:
            raise StorageError("A file could not be kept: {reason}.", reason=error.strerror or str(error)) from error
        return digest

    def get(self, digest: str) -> tuple[bytes, str]:
        """Return bytes and media type. Raises NotFoundError when erased or unknown."""
        path = self._path(digest)
        try:
            return path.read_bytes(), path.with_suffix(".type").read_text(encoding="utf-8")
        except OSError as error:
            raise NotFoundError("There is no file {digest} here, or no more.", digest=digest) from error

    def erase(self, digest: str) -> None:
        """Delete the bytes for good. What is not there is erased already."""
        path = self._path(digest)
        path.unlink(missing_ok=True)
        path.with_suffix(".type").unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise NotFoundError("{digest} is not the name of a file here.", digest=digest)
        return self._folder / digest[:2] / digest


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
