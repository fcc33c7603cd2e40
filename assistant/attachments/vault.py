"""Where the files lie: encrypted, each bound to its own place, whole or not at all.

One file is `magic ‖ key id ‖ nonce ‖ AES-256-GCM ciphertext with tag`. What is authenticated besides the content
are its random name and `about`, so that a file put in another's place does not open. The file is on the disk before
`seal` returns: the row that names it is committed after it, and a crash between the two leaves a stray file,
never a row without one.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.errors import Refused, Unavailable
from assistant.settings import Settings

KEY_BYTES = 32
KEY_FILE = "attachment.key"
FOLDER = "attachments"

_MAGIC = b"XDV1"
_KEY_ID_BYTES, _NONCE_BYTES, _TAG_BYTES = 8, 12, 16
_HEAD_BYTES = len(_MAGIC) + _KEY_ID_BYTES
_HEADER_BYTES = _HEAD_BYTES + _NONCE_BYTES
_NAME = re.compile(r"[0-9a-f]{48}")
_UNFINISHED = ".part"


class Damaged(Refused):
    """A stored file that is not what was stored: torn, altered, put in another's place, or gone."""

    status, code = 500, "damaged_file"
    message = "这份文件已经损坏，不能打开，请联系管理员从备份恢复。"


class WrongKey(Damaged):
    """Stored with another key than the one in force."""

    code = "wrong_key"
    message = "这份文件不是用现在的密钥加密的，不能打开，请联系管理员检查附件密钥。"


class BadKey(RuntimeError):
    """There is no key to work with; the message tells an administrator why."""


class Vault:
    """The folder of encrypted files, and the key to it (32 bytes)."""

    def __init__(self, folder: Path, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise BadKey(f"附件密钥应为{KEY_BYTES}字节，现在是{len(key)}字节")
        self.folder = folder
        self._cipher = AESGCM(key)
        self._key_id = hashlib.sha256(b"xunda attachment key\0" + key).digest()[:_KEY_ID_BYTES]

    def seal(self, content: bytes, about: bytes) -> str:
        """Store `content` and return the random name it is kept under; on the disk when this returns.

        `open` needs the same `about` again: it says whose file this is. Raises `Unavailable` when the disk is full.
        """
        stored_as = secrets.token_hex(24)
        head = _MAGIC + self._key_id
        # 96 random bits a file: with one key good for far more files than a bureau will ever take in.
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, content, _bound(head, stored_as, about))
        self._write(stored_as, head + nonce + sealed)
        return stored_as

    def open(self, stored_as: str, about: bytes) -> bytes:
        """The content again; `Damaged` unless it is, to the last bit, what `seal` was given."""
        try:
            data = self._path(stored_as).read_bytes()
        except FileNotFoundError:
            raise Damaged("这份文件已经不在，请联系管理员从备份恢复。") from None
        if len(data) < _HEADER_BYTES + _TAG_BYTES or not data.startswith(_MAGIC):
            raise Damaged
        head, nonce = data[:_HEAD_BYTES], data[_HEAD_BYTES:_HEADER_BYTES]
        if head != _MAGIC + self._key_id:
            raise WrongKey
        try:
            return self._cipher.decrypt(nonce, data[_HEADER_BYTES:], _bound(head, stored_as, about))
        except InvalidTag:
            raise Damaged from None

    def erase(self, stored_as: str) -> None:
        """Remove a file and what is left of writing it; nothing there is no error."""
        path = self._path(stored_as)
        path.unlink(missing_ok=True)
        _unfinished(path).unlink(missing_ok=True)
        if path.parent.exists():
            _flush_folder(path.parent)

    def names(self, written_before: float | None = None) -> Iterator[str]:
        """The names of all stored files, unfinished ones too; `written_before` is in seconds since 1970."""
        found = set()
        for path in self.folder.glob("??/*"):
            name = path.name.removesuffix(_UNFINISHED)
            if _NAME.fullmatch(name) and _is_older(path, written_before):
                found.add(name)
        yield from sorted(found)

    def _write(self, stored_as: str, data: bytes) -> None:
        path = self._path(stored_as)
        draft = _unfinished(path)
        try:
            _make_folder(path.parent)
            _write_new(draft, data)
            draft.rename(path)
            _flush_folder(path.parent)
        except OSError as error:  # a full disk, most likely
            with contextlib.suppress(OSError):
                draft.unlink()
            raise Unavailable from error

    def _path(self, stored_as: str) -> Path:
        if not _NAME.fullmatch(stored_as):  # a tampered row may not lead out of the folder
            raise Damaged
        return self.folder / stored_as[:2] / stored_as


def open_vault(settings: Settings) -> Vault:
    """The vault of this installation; `BadKey` when its key is missing or wrong."""
    folder = settings.data_dir / FOLDER
    return Vault(folder, load_key(settings))


def load_key(settings: Settings) -> bytes:
    """`XUNDA_ATTACHMENT_KEY`, else the key file, drawn at the first use.

    No new key is drawn while files of an old one are there: they would be lost without a word.
    """
    given = settings.attachment_key.get_secret_value().strip()
    if given:
        return _decoded(given, "XUNDA_ATTACHMENT_KEY")
    file = settings.data_dir / KEY_FILE
    if not file.exists():
        if any((settings.data_dir / FOLDER).glob("??/*")):
            raise BadKey(f"找不到附件密钥 {file}，而已有加密的附件。请从备份恢复密钥文件")
        _draw_key(file)
    return _read_key(file)


def _bound(head: bytes, stored_as: str, about: bytes) -> bytes:
    return b"\0".join((head, stored_as.encode(), about))


def _read_key(file: Path) -> bytes:
    if file.stat().st_mode & 0o077:
        raise BadKey(f"附件密钥 {file} 别人也能读，请先执行 chmod 600 {file}")
    return _decoded(file.read_text(encoding="ascii", errors="replace").strip(), str(file))


def _decoded(text: str, origin: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BadKey(f"{origin} 应为{KEY_BYTES}字节的 base64")
    return key


def _draw_key(file: Path) -> None:
    """Write a fresh key; whoever comes second finds the first one's."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}{_UNFINISHED}")
    _write_new(draft, base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
    try:
        # A link, unlike a rename, replaces nothing: two processes end up with one key.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _flush_folder(file.parent)


def _write_new(path: Path, data: bytes) -> None:
    """A new file of mode 0600, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    """The folder, and its name on the disk with it."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + _UNFINISHED)


def _is_older(path: Path, moment: float | None) -> bool:
    try:
        return moment is None or path.stat().st_mtime < moment
    except FileNotFoundError:  # erased meanwhile
        return False
