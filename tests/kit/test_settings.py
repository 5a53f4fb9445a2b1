"""Settings are read once, and what cannot be used is said."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orderloom.kit import settings


def test_the_environment_is_read(tmp_path: Path) -> None:
    chosen = settings.read(
        {"ORDERLOOM_DATA": str(tmp_path), "ORDERLOOM_PORT": "9000", "ORDERLOOM_DATABASE_URL": "postgresql:///mine"}
    )
    assert (chosen.data, chosen.port, chosen.database_url) == (tmp_path, 9000, "postgresql:///mine")


def test_an_empty_environment_means_the_embedded_server_in_the_default_folder() -> None:
    chosen = settings.read({})
    assert chosen.database_url is None and chosen.secret_key is None
    assert chosen.data == settings.default_data() and chosen.data.is_absolute()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "", "8750.0", "٣"])
def test_a_wrong_port_is_said(port: str) -> None:
    with pytest.raises(settings.SettingWrong, match="ORDERLOOM_PORT"):
        settings.read({"ORDERLOOM_PORT": port})


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    chosen = settings.Settings(data=tmp_path / "data")
    key = settings.master_key(chosen)
    assert len(key) == settings.SECRET_KEY_BYTES
    assert settings.master_key(chosen) == key
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]


def test_processes_that_make_the_key_at_once_get_the_same(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from orderloom.kit import settings; "
        "print(settings.master_key(settings.Settings(data=Path(sys.argv[1]))).hex())"
    )
    makers = [subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE) for _ in range(6)]
    assert len({maker.communicate(timeout=60)[0] for maker in makers}) == 1


def test_a_given_key_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    key = os.urandom(32)
    chosen = settings.Settings(data=tmp_path / "none", secret_key=base64.b64encode(key).decode())
    assert settings.master_key(chosen) == key
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("text", ["short", "not base64 at all!", base64.b64encode(b"x" * 31).decode()])
def test_a_key_that_is_none_is_said(text: str, tmp_path: Path) -> None:
    with pytest.raises(settings.SettingWrong, match="ORDERLOOM_SECRET_KEY"):
        settings.master_key(settings.Settings(data=tmp_path, secret_key=text))


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(settings.SettingWrong, match="ORDERLOOM_DATA"):
        settings.make_data_folder(settings.Settings(data=tmp_path / "file" / "below"))


def test_a_nats_server_is_named_with_its_replicas() -> None:
    chosen = settings.read({"ORDERLOOM_NATS_URL": "nats://one:4222,nats://two:4222", "ORDERLOOM_NATS_REPLICAS": "3"})
    assert (chosen.nats_url, chosen.nats_replicas) == ("nats://one:4222,nats://two:4222", 3)
    assert settings.read({}).nats_url is None
    with pytest.raises(settings.SettingWrong, match="ORDERLOOM_NATS_REPLICAS"):
        settings.read({"ORDERLOOM_NATS_REPLICAS": "2"})
