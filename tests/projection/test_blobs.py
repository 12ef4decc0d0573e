"""The content-addressed store for pictures and files."""

from hashlib import sha256

import pytest

from traceability.errors import NotFoundError, StorageError
from traceability.projection.blobs import FileBlobs


def test_what_goes_in_comes_out(tmp_path):
    """Bytes and media type, under the SHA-256 of the bytes; the same bytes twice are kept once."""
    blobs = FileBlobs(tmp_path / "blobs")
    digest = blobs.put(b"data", "image/png")
    assert digest == sha256(b"data").hexdigest() == blobs.put(b"data", "image/png")
    assert blobs.get(digest) == (b"data", "image/png")
    assert sorted(path.name for path in (tmp_path / "blobs" / digest[:2]).iterdir()) == [digest, f"{digest}.type"]


def test_what_is_erased_is_gone(tmp_path):
    """Nothing is left on disk, and erasing twice is no error."""
    blobs = FileBlobs(tmp_path)
    digest = blobs.put(b"data", "image/png")
    blobs.erase(digest)
    blobs.erase(digest)
    with pytest.raises(NotFoundError):
        blobs.get(digest)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "/", "a" * 64])
def test_a_name_leads_nowhere_else(tmp_path, name):
    """Only a digest names a file, and only one that is there."""
    with pytest.raises(NotFoundError):
        FileBlobs(tmp_path).get(name)


def test_a_full_disk_is_our_error(tmp_path):
    """No OSError comes out."""
    (tmp_path / "blobs").write_text("a file where a folder should be")
    with pytest.raises(StorageError):
        FileBlobs(tmp_path / "blobs").put(b"data", "image/png")
