"""Keys lie encrypted, open with one master key only, and never leave."""

import json
import secrets
import stat

import pytest
from eth_keys.datatypes import PrivateKey
from hypothesis import given, settings, strategies

from traceability.chain import keystore
from traceability.chain.keystore import FileKeyStore
from traceability.errors import ConfigurationError, InvalidInputError, NotFoundError, StorageError
from traceability.proofs.signatures import recover

SECRET = "a secret that is long enough"  # made up


@pytest.fixture
def folder(tmp_path):
    """Where the keys of this test lie."""
    return tmp_path / "keys"


@pytest.fixture
def store(folder):
    """An empty key store with a master key of its own."""
    return FileKeyStore.initialise(folder)


def test_a_signature_recovers_the_key_that_was_made(store):
    """Signing works right after creation and after a restart."""
    address = store.create()
    digest = secrets.token_bytes(32)
    assert recover(digest, store.sign(address, digest)) == address
    assert recover(digest, FileKeyStore.load(store._folder).sign(address.lower(), digest)) == address
    assert store.holds(address)
    assert len({store.create() for _ in range(5)}) == 5


def test_keys_that_lie_elsewhere_are_not_found(store):
    """A wallet's key signs in the wallet."""
    address = PrivateKey(secrets.token_bytes(32)).public_key.to_checksum_address()
    assert not store.holds(address)
    with pytest.raises(NotFoundError, match="not kept here"):
        store.sign(address, bytes(32))


@pytest.mark.parametrize("address", ["", "0x12", "../../etc/passwd", "0x" + "g" * 40, "0x" + "a" * 41])
def test_what_is_no_address_never_becomes_a_path(store, address):
    """An address names a file, so nothing else may."""
    for attempt in (store.holds, lambda value: store.sign(value, bytes(32))):
        with pytest.raises(InvalidInputError):
            attempt(address)


@pytest.mark.parametrize("digest", [b"", bytes(31), bytes(33)])
def test_only_digests_are_signed(store, digest):
    """Thirty-two bytes, nothing else."""
    with pytest.raises(InvalidInputError):
        store.sign(store.create(), digest)


def test_no_private_key_and_no_master_key_is_readable(folder):
    """Files have mode 0600 in a folder 0700, and no key is in any of them in the clear."""
    made = []
    original = PrivateKey.__init__

    def remember(self, data):
        made.append(data)
        original(self, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PrivateKey, "__init__", remember)
        store = FileKeyStore.initialise(folder, SECRET)
        store.create()
        store.create_role("operator")
    assert len(made) == 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        content = path.read_bytes()
        assert SECRET.encode() not in content
        for key in made:
            assert key not in content
            assert key.hex().encode() not in content.lower()
    assert not (folder / keystore.MASTER_FILE).exists()


def test_a_wrong_master_key_is_told_at_once(folder):
    """Not when the first key is needed, and not as a damaged file."""
    FileKeyStore.initialise(folder, SECRET)
    FileKeyStore.load(folder, SECRET)
    with pytest.raises(ConfigurationError, match="OCOP_MASTER_KEY"):
        FileKeyStore.load(folder, SECRET + "x")
    with pytest.raises(ConfigurationError, match="no master key"):
        FileKeyStore.load(folder)


def test_a_master_key_that_others_can_read_is_refused(store, folder):
    """As ssh does with a private key."""
    (folder / keystore.MASTER_FILE).chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        FileKeyStore.load(folder)


def test_a_store_is_made_once(store, folder):
    """Making it anew would lose every key."""
    before = (folder / keystore.MASTER_FILE).read_bytes()
    with pytest.raises(StorageError, match="already"):
        FileKeyStore.initialise(folder)
    assert (folder / keystore.MASTER_FILE).read_bytes() == before


def test_a_missing_store_and_another_version_are_refused(store, folder, tmp_path):
    """With a sentence that says what to do."""
    with pytest.raises(StorageError, match="init"):
        FileKeyStore.load(tmp_path / "nowhere")
    path = folder / keystore.KEYRING_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 2}))
    with pytest.raises(StorageError, match="format 2"):
        FileKeyStore.load(folder)


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"version": 1}', '{"version": 1, "salt": "?", "probe": ""}', "\x00"]
)
def test_a_damaged_keyring_is_an_error_of_ours(store, folder, content):
    """Whatever is in the file."""
    (folder / keystore.KEYRING_FILE).write_text(content)
    with pytest.raises(StorageError, match=r"damaged|format"):
        FileKeyStore.load(folder)


@settings(max_examples=60)
@given(position=strategies.integers(0, 10_000), mask=strategies.integers(1, 255))
def test_a_changed_key_file_never_signs(tmp_path_factory, position, mask):
    """Flip any bit of the file: it signs as before or not at all, and never with another key."""
    store = shared_store(tmp_path_factory)
    address = store.create()
    path = store._path(address)
    content = bytearray(path.read_bytes())
    content[position % len(content)] ^= mask
    path.write_bytes(content)
    digest = bytes(32)
    try:
        signature = store.sign(address, digest)
    except StorageError:
        return
    assert recover(digest, signature) == address


_STORES = []


def shared_store(factory):
    """One store for all examples: deriving a sealing key is slow on purpose."""
    if not _STORES:
        _STORES.append(FileKeyStore.initialise(factory.mktemp("shared") / "keys"))
    return _STORES[0]


def test_one_keys_file_does_not_pass_for_another(store):
    """A file moved into another's place does not open."""
    ours, theirs = store.create(), store.create()
    store._path(ours).write_bytes(store._path(theirs).read_bytes())
    with pytest.raises(StorageError, match="does not open"):
        store.sign(ours, bytes(32))


def test_roles_have_one_key_each(store):
    """Operator and relayer are found by name after a restart."""
    operator = store.create_role("operator")
    relayer = store.create_role("relayer")
    again = FileKeyStore.load(store._folder)
    assert (again.role("operator"), again.role("relayer")) == (operator, relayer)
    assert again.holds(operator)
    with pytest.raises(StorageError, match="already"):
        again.create_role("operator")
    with pytest.raises(NotFoundError, match="init"):
        again.role("nobody")


def test_seals_open_for_their_purpose_only(store):
    """A seed of one run is no seed of another, and no two seals look alike."""
    seed = b"seed of a run"
    sealed = store.seal(seed, purpose="lot A, run 1")
    assert seed not in sealed
    assert sealed != store.seal(seed, purpose="lot A, run 1")
    assert FileKeyStore.load(store._folder).unseal(sealed, purpose="lot A, run 1") == seed
    for wrong, purpose in (
        (sealed, "lot A, run 2"),
        (sealed[:-1], "lot A, run 1"),
        (b"", "lot A, run 1"),
        (sealed[:12] + bytes(len(sealed) - 12), "lot A, run 1"),
    ):
        with pytest.raises(StorageError, match="does not open"):
            store.unseal(wrong, purpose=purpose)


def test_a_write_that_breaks_off_leaves_the_old_file(store, folder, monkeypatch):
    """A full disk while a role is added loses nothing."""
    store.create_role("operator")
    before = (folder / keystore.KEYRING_FILE).read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keystore.os, "fsync", full)
    with pytest.raises(StorageError, match="No space"):
        store.create_role("relayer")
    assert (folder / keystore.KEYRING_FILE).read_bytes() == before
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
