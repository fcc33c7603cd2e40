"""The vault gives back what it was given, or says that it cannot; never anything else."""

from __future__ import annotations

import base64
import secrets
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr

from assistant.attachments.vault import BadKey, Damaged, Vault, WrongKey, load_key, open_vault
from assistant.errors import Unavailable
from assistant.settings import Settings

KEY = bytes(range(32))
CONTENT = "身份证（示例）".encode()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "files", KEY)


def file_of(vault: Vault, stored_as: str) -> Path:
    return vault.folder / stored_as[:2] / stored_as


@given(content=st.binary(max_size=5_000), about=st.binary(max_size=50))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_open_gives_what_was_sealed(vault: Vault, content: bytes, about: bytes) -> None:
    stored_as = vault.seal(content, about)
    assert vault.open(stored_as, about) == content


def test_stored_file_tells_nothing_and_is_for_its_owner_only(vault: Vault) -> None:
    first, second = vault.seal(CONTENT, b"a"), vault.seal(CONTENT, b"a")
    file = file_of(vault, first)
    assert CONTENT not in file.read_bytes()
    assert file.read_bytes()[24:] != file_of(vault, second).read_bytes()[24:]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700
    assert len(first) == 48


def test_every_single_altered_byte_is_noticed(vault: Vault) -> None:
    stored_as = vault.seal(CONTENT, b"a")
    file = file_of(vault, stored_as)
    whole = file.read_bytes()
    for at in range(len(whole)):
        altered = bytearray(whole)
        altered[at] ^= 1
        file.write_bytes(altered)
        with pytest.raises(Damaged):
            vault.open(stored_as, b"a")
    file.write_bytes(whole)
    assert vault.open(stored_as, b"a") == CONTENT


def test_file_cut_anywhere_or_grown_is_noticed(vault: Vault) -> None:
    stored_as = vault.seal(CONTENT, b"a")
    file = file_of(vault, stored_as)
    whole = file.read_bytes()
    for torn in [*(whole[:length] for length in range(len(whole))), whole + b"\0"]:
        file.write_bytes(torn)
        with pytest.raises(Damaged):
            vault.open(stored_as, b"a")


def test_file_in_anothers_place_does_not_open(vault: Vault) -> None:
    mine, other = vault.seal(b"mine", b"case=1"), vault.seal(b"other", b"case=1")
    file_of(vault, mine).write_bytes(file_of(vault, other).read_bytes())
    with pytest.raises(Damaged):
        vault.open(mine, b"case=1")


def test_file_of_another_case_does_not_open(vault: Vault) -> None:
    stored_as = vault.seal(CONTENT, b"case=1")
    with pytest.raises(Damaged):
        vault.open(stored_as, b"case=2")


def test_wrong_key_says_so(vault: Vault) -> None:
    stored_as = vault.seal(CONTENT, b"a")
    with pytest.raises(WrongKey) as caught:
        Vault(vault.folder, secrets.token_bytes(32)).open(stored_as, b"a")
    assert "密钥" in caught.value.message


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ab", "A" * 48, "0" * 47 + "/", "0" * 49])
def test_name_that_leads_elsewhere_is_refused(vault: Vault, name: str) -> None:
    with pytest.raises(Damaged):
        vault.open(name, b"a")
    with pytest.raises(Damaged):
        vault.erase(name)


def test_missing_file_says_so(vault: Vault) -> None:
    with pytest.raises(Damaged, match="不在"):
        vault.open("0" * 48, b"a")


def test_erased_file_is_gone_and_erasing_twice_is_erasing_once(vault: Vault) -> None:
    stored_as = vault.seal(CONTENT, b"a")
    unfinished = file_of(vault, stored_as).with_name(f"{stored_as}.part")
    unfinished.write_bytes(b"half")
    vault.erase(stored_as)
    vault.erase(stored_as)
    assert list(vault.names()) == []
    with pytest.raises(Damaged):
        vault.open(stored_as, b"a")


def test_names_tell_all_files_and_no_others(vault: Vault) -> None:
    stored = {vault.seal(b"x", b"a") for _ in range(5)}
    half = "f" * 48
    file_of(vault, half).parent.mkdir(exist_ok=True)
    file_of(vault, half).with_name(f"{half}.part").write_bytes(b"half")
    file_of(vault, half).with_name("README").write_bytes(b"of somebody else")
    assert set(vault.names()) == stored | {half}
    assert set(vault.names(written_before=0)) == set()


def test_full_or_missing_disk_is_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    with pytest.raises(Unavailable):
        Vault(tmp_path / "files", KEY).seal(CONTENT, b"a")
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


@pytest.mark.parametrize("key", [b"", b"x" * 16, b"x" * 33])
def test_key_of_another_length_is_refused(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(BadKey):
        Vault(tmp_path, key)


def settings_in(folder: Path, key: str = "") -> Settings:
    return Settings(data_dir=folder, attachment_key=SecretStr(key))


def test_key_of_the_environment_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNDA_ATTACHMENT_KEY", base64.b64encode(KEY).decode())
    assert load_key(Settings(data_dir=tmp_path)) == KEY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["not base64 !", base64.b64encode(b"short").decode(), "钥匙"])
def test_key_of_the_environment_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadKey, match="XUNDA_ATTACHMENT_KEY"):
        load_key(settings_in(tmp_path, text))


def test_key_file_is_drawn_once_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    key = load_key(settings_in(folder))
    assert len(key) == 32
    assert stat.S_IMODE((folder / "attachment.key").stat().st_mode) == 0o600
    assert load_key(settings_in(folder)) == key
    assert [path.name for path in folder.iterdir()] == ["attachment.key"]


def test_key_drawn_by_many_at_once_is_one(tmp_path: Path) -> None:
    start, keys = threading.Barrier(8), []

    def draw() -> None:
        start.wait()
        keys.append(load_key(settings_in(tmp_path)))

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    load_key(settings_in(tmp_path))
    (tmp_path / "attachment.key").chmod(0o640)
    with pytest.raises(BadKey, match="chmod 600"):
        load_key(settings_in(tmp_path))


def test_lost_key_file_is_not_replaced_while_files_need_it(tmp_path: Path) -> None:
    stored_as = open_vault(settings_in(tmp_path)).seal(CONTENT, b"a")
    key_file = tmp_path / "attachment.key"
    kept = key_file.read_bytes()
    key_file.unlink()
    with pytest.raises(BadKey, match="找不到"):
        open_vault(settings_in(tmp_path))
    key_file.touch(mode=0o600)
    key_file.write_bytes(kept)
    assert open_vault(settings_in(tmp_path)).open(stored_as, b"a") == CONTENT


def test_key_is_a_secret_wherever_settings_are_shown(tmp_path: Path) -> None:
    secret = base64.b64encode(KEY).decode()
    configuration = settings_in(tmp_path, secret)
    assert secret not in configuration.model_dump_json()
    assert secret not in repr(configuration)
