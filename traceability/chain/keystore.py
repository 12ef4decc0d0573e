"""Private keys encrypted at rest: one small file a key, all under one master key.

By default participants' keys lie here and the server signs for them; the pages say so. Each key is sealed with
AES-256-GCM and bound to its own address, so that a file that was changed, or moved into another's place, does not
open. The sealing key is derived (scrypt, RFC 7914) from a master key, which is a file of its own with mode 0600 or
comes from the setting `OCOP_MASTER_KEY` and then never touches this disk. The same seal keeps other small secrets,
such as the seeds of stamp runs.
"""

import json
import os
import re
import secrets
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from eth_keys.datatypes import PrivateKey
from eth_utils.address import to_checksum_address

from traceability.errors import ConfigurationError, InvalidInputError, NotFoundError, StorageError

FORMAT_VERSION: Final = 1
SALT_BYTES = MASTER_BYTES = DIGEST_BYTES = 32
NONCE_BYTES: Final = 12
"""AES-GCM takes 96-bit nonces (NIST SP 800-38D); drawn at random, they are good for 2^32 secrets under one key."""

SCRYPT_COST: Final = {"n": 1 << 15, "r": 8, "p": 3}
"""What OWASP asks for where a person may have thought the secret up; about 0.2 s and 32 MiB, once a start."""

GROUP_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Order of secp256k1 (SEC 2): a private key lies between 0 and this."""

MASTER_FILE: Final = "master.key"
KEYRING_FILE: Final = "keyring.json"
SECRET_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700

_PROBE: Final = b"ocop-trace"
"""A known text, sealed when the store is made, that tells a wrong master key from a damaged file."""


class FileKeyStore:
    """Keys in a folder. Implements `ports.KeyStore`; safe for threads, since a file is written whole and never changed.

    Make it with `initialise`, later `load` it.
    """

    def __init__(self, folder: Path, sealing_key: bytes) -> None:
        self._folder = folder
        self._cipher = AESGCM(sealing_key)

    @classmethod
    def initialise(cls, folder: Path, secret: str = "") -> "FileKeyStore":
        """Make an empty key store.

        Args:
            folder: made here with mode 0700 unless it exists.
            secret: the setting `OCOP_MASTER_KEY`; empty means that a master key is made at random and kept in the
                folder, mode 0600.

        Raises:
            StorageError: there is a key store already.
        """
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if (folder / KEYRING_FILE).exists():
            raise StorageError("There is a key store in {folder} already.", folder=str(folder))
        if not secret:
            _write(folder / MASTER_FILE, b64encode(secrets.token_bytes(MASTER_BYTES)) + b"\n")
        salt = secrets.token_bytes(SALT_BYTES)
        store = cls(folder, _sealing_key(folder, secret, salt))
        probe = store.seal(_PROBE, purpose="probe")
        _write_json(
            folder / KEYRING_FILE, {"version": FORMAT_VERSION, "salt": _text(salt), "probe": _text(probe), "roles": {}}
        )
        return store

    @classmethod
    def load(cls, folder: Path, secret: str = "") -> "FileKeyStore":
        """Open a key store that `initialise` made.

        Raises:
            ConfigurationError: the master key is missing, readable by others, or not the one that these keys were
                encrypted with.
            StorageError: there is no key store, or it is damaged or of another version.
        """
        path = folder / KEYRING_FILE
        keyring = _read_json(path)
        if keyring.get("version") != FORMAT_VERSION:
            template = "The key store in {folder} has format {found}, and this program reads format {expected}."
            raise StorageError(template, folder=str(folder), found=keyring.get("version"), expected=FORMAT_VERSION)
        store = cls(folder, _sealing_key(folder, secret, _field(keyring, "salt", path)))
        try:
            store.unseal(_field(keyring, "probe", path), purpose="probe")
        except StorageError as error:
            template = (
                "The master key is not the one that sealed the keys in {folder}. Set OCOP_MASTER_KEY to that one."
            )
            raise ConfigurationError(template, field="master_key", folder=str(folder)) from error
        return store

    # ----------------------------------------------------------------------------------------------- ports.KeyStore
    def create(self) -> str:
        """Make a new secp256k1 key at random, keep it encrypted, and return its checksummed address."""
        key = PrivateKey((secrets.randbelow(GROUP_ORDER - 1) + 1).to_bytes(32, "big"))
        address: str = key.public_key.to_checksum_address()
        sealed = self.seal(key.to_bytes(), purpose=address)
        _write_json(self._path(address), {"version": FORMAT_VERSION, "address": address, "sealed": _text(sealed)})
        return address

    def holds(self, address: str) -> bool:
        """Tell whether this store can sign for an address."""
        return self._path(address).is_file()

    def sign(self, address: str, digest: bytes) -> bytes:
        """Sign a 32-byte digest and return r || s || v, 65 bytes, v 27 or 28, s in the lower half (EIP-2).

        Raises:
            NotFoundError: the key lies elsewhere.
            StorageError: the key's file was changed.
        """
        if len(digest) != DIGEST_BYTES:
            raise InvalidInputError("A digest is 32 bytes long, not {length}.", field="digest", length=len(digest))
        signature = self._key(address).sign_msg_hash(digest).to_bytes()
        return signature[:64] + bytes([signature[64] + 27])

    def _key(self, address: str) -> PrivateKey:
        path = self._path(address)
        if not path.is_file():
            raise NotFoundError("The key {address} is not kept here; sign with it where it is.", address=address)
        key = PrivateKey(self.unseal(_field(_read_json(path), "sealed", path), purpose=to_checksum_address(address)))
        if key.public_key.to_checksum_address() != to_checksum_address(address):
            raise StorageError("The key file {path} holds another key than it says.", path=str(path))
        return key

    # -------------------------------------------------------------------------------------------------------- roles
    def create_role(self, name: str) -> str:
        """Make a key for a named role of the program's own (`operator`, `relayer`) and return its address.

        Raises:
            StorageError: the role has a key already.
        """
        keyring = _read_json(self._folder / KEYRING_FILE)
        if name in keyring["roles"]:
            raise StorageError("There is a key for the role {role} already.", role=name)
        keyring["roles"][name] = self.create()
        _write_json(self._folder / KEYRING_FILE, keyring)
        return str(keyring["roles"][name])

    def role(self, name: str) -> str:
        """Return the address of a named role. Raises NotFoundError when it has no key."""
        address = _read_json(self._folder / KEYRING_FILE).get("roles", {}).get(name)
        if not address:
            raise NotFoundError("There is no key for the role {role}. Run `ocop-trace init`.", role=name)
        return str(address)

    # -------------------------------------------------------------------------------------------------------- seals
    def seal(self, secret: bytes, *, purpose: str) -> bytes:
        """Encrypt a small secret, which opens for the same purpose only, so that none can be passed off as another.

        Args:
            secret: what to keep.
            purpose: what it is for, in words that identify it, e.g. an address or a lot's URI and a run's number.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, purpose.encode())

    def unseal(self, sealed: bytes, *, purpose: str) -> bytes:
        """Return what `seal` encrypted.

        Raises:
            StorageError: it was changed, or sealed for another purpose or under another master key.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise StorageError(
                "An encrypted secret does not open ({purpose}): it was changed.", purpose=purpose
            ) from error

    def _path(self, address: str) -> Path:
        if not re.fullmatch(r"0x[0-9a-fA-F]{40}", address):
            raise InvalidInputError("{address} is no address.", field="address", address=address)
        return self._folder / f"{address.lower()}.json"


def _sealing_key(folder: Path, secret: str, salt: bytes) -> bytes:
    """Derive the key that seals from the master key."""
    return Scrypt(salt=salt, length=MASTER_BYTES, **SCRYPT_COST).derive(
        secret.encode() or _master_file(folder / MASTER_FILE)
    )


def _master_file(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            template = "The master key {path} can be read by others. Run `chmod 600` on it."
            raise ConfigurationError(template, field="master_key", path=str(path))
        return path.read_bytes().strip()
    except OSError as error:
        template = "There is no master key at {path}. Put it back, or set OCOP_MASTER_KEY if that was used."
        raise ConfigurationError(template, field="master_key", path=str(path)) from error


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _field(values: dict[str, Any], name: str, path: Path) -> bytes:
    try:
        return b64decode(values[name], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError("The key file {path} is damaged.", path=str(path)) from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise StorageError(
            "There is no key store: {path} is missing. Run `ocop-trace init`.", path=str(path)
        ) from error
    except (OSError, ValueError) as error:
        raise StorageError("The key file {path} is damaged.", path=str(path)) from error
    if not isinstance(values, dict):
        raise StorageError("The key file {path} is damaged.", path=str(path))
    return values


def _write_json(path: Path, values: dict[str, Any]) -> None:
    _write(path, json.dumps(values, indent=1).encode() + b"\n")


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, mode 0600, and on the disk when this returns."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name, too, must be on the disk
        finally:
            os.close(folder)
    except OSError as error:
        raise StorageError("{path} cannot be written: {reason}.", path=str(path), reason=str(error)) from error
