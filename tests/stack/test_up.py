"""What `up` prepares before it starts anything."""

from __future__ import annotations

import asyncio
import socket
import stat
from pathlib import Path

import pytest

from belsendi.registries.signature import create_local_authority
from belsendi.settings import Profile, Settings
from stack.layout import Layout, valkey_binary
from stack.local_secrets import OFFICER_PASSPHRASE, SECRET_NAMES, ensure_secrets, read_secret
from stack.plan import stages, temporal_command
from stack.ports import Ports
from stack.state import RunningStack, claim, find_running, is_running, remember
from stack.supervisor import StackError
from stack.up import prepare, run, where_to_go


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "var", Ports.from_base(20000), {"PATH": "/usr/bin"})


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    first = {name: read_secret(tmp_path, name) for name in SECRET_NAMES}
    (tmp_path / "smpp").unlink()
    ensure_secrets(tmp_path)
    second = {name: read_secret(tmp_path, name) for name in SECRET_NAMES}
    assert {name for name in SECRET_NAMES if first[name] != second[name]} == {"smpp"}
    assert all(first.values())
    for name in SECRET_NAMES:
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(SECRET_NAMES)


def test_the_smpp_password_fits_the_protocol(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    assert len(read_secret(tmp_path, "smpp").encode()) <= 8


def test_the_authority_is_made_with_the_passphrase_that_is_printed(layout: Layout) -> None:
    prepare(layout)
    prepare(layout)  # a second start keeps everything
    passphrase = read_secret(layout.secrets, OFFICER_PASSPHRASE)
    assert passphrase in where_to_go(layout)
    from datetime import UTC, datetime

    assert create_local_authority(layout.pki, passphrase, datetime.now(UTC)).serials


def test_two_stacks_never_share_a_data_directory(tmp_path: Path) -> None:
    with claim(tmp_path), pytest.raises(StackError, match=r"already runs on .*; stop it with Ctrl-C"):
        claim(tmp_path)
    assert not is_running(tmp_path)
    claim(tmp_path).close()


async def test_a_taken_port_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        base = min(port, 65000)
        assert await asyncio.wait_for(run(tmp_path, base, said.append), 60) == 1
    assert len(said) == 1
    assert said[0].startswith("Belsendi could not start: ")
    assert "\n" not in said[0]


def test_a_given_address_wins_over_our_own_server(tmp_path: Path) -> None:
    given = {
        "REDIS_URL": "redis://redis.example:6379/1",
        "DATABASE_URL": "postgresql+asyncpg://db.example/belsendi",
        "TEMPORAL_ADDRESS": "temporal.example:7233",
    }
    layout = Layout(tmp_path, Ports.from_base(20000), given)
    ensure_secrets(layout.secrets)
    names = {part.name for stage in stages(layout) for part in stage}
    assert not names & {"valkey", "temporal"}
    assert {"simulators", "worker", "sms", "api"} <= names
    told = layout.environment()
    assert {name: told[name] for name in given} == given
    assert not {"valkey", "temporal", "temporal ui"} & set(layout.ports_we_use())


def test_the_bot_runs_only_where_somebody_put_its_token(layout: Layout) -> None:
    ensure_secrets(layout.secrets)
    assert "bot" not in {part.name for stage in stages(layout) for part in stage}
    assert "bot health" not in layout.ports_we_use()
    (layout.secrets / "telegram-token").write_text("1:a")
    assert "bot" in {part.name for stage in stages(layout) for part in stage}
    assert layout.ports_we_use()["bot health"] == int(layout.environment()["BELSENDI_BOT_HEALTH_PORT"])


def test_our_processes_are_told_what_the_settings_read(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in layout.environment().items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
    ensure_secrets(layout.secrets)
    settings = Settings()
    assert settings.profile is Profile.DEVELOPMENT
    assert settings.database_url == f"sqlite+aiosqlite:///{layout.data_dir}/records.db"
    assert settings.redis_url == "redis://127.0.0.1:20006/0"
    assert settings.temporal_address == "127.0.0.1:20005"
    assert (settings.api_port, settings.smpp_port) == (20000, 20004)
    assert settings.secret("events").get_secret_value() == read_secret(layout.secrets, "events")


def test_the_simulators_get_none_of_our_keys(layout: Layout) -> None:
    ensure_secrets(layout.secrets)
    ours = {read_secret(layout.secrets, name) for name in ("master-keys", "index-key", "events", "session")}
    assert not ours & set(layout.simulator_environment().values())
    assert "BELSENDI_SECRETS_DIR" not in layout.simulator_environment()


def test_a_service_never_shows_its_environment(layout: Layout) -> None:
    ensure_secrets(layout.secrets)
    assert read_secret(layout.secrets, "registry") not in repr(stages(layout))


def test_the_temporal_server_listens_on_loopback_and_writes_ahead(layout: Layout) -> None:
    command = " ".join(temporal_command(layout))
    assert "--ip 127.0.0.1" in command
    assert "journal_mode=WAL" in command
    assert "TimeSkipping" not in command  # never outside tests (engineering notes)


def test_the_pages_of_the_temporal_server_ask_the_console_what_payloads_hold(layout: Layout) -> None:
    command = temporal_command(layout)
    endpoint = command[command.index("--ui-codec-endpoint") + 1]
    assert f"{endpoint}/decode" == f"{layout.api_url}/console/codec/decode"
    assert layout.environment()["BELSENDI_TEMPORAL_UI_URL"] == layout.temporal_ui_url


def test_the_bundled_servers_are_there(layout: Layout) -> None:
    assert valkey_binary().is_file()
    assert Path(temporal_command(layout)[0]).is_file()


def test_a_running_stack_is_found_by_its_data_directory(layout: Layout) -> None:
    layout.data_dir.mkdir(parents=True)
    with claim(layout.data_dir), remember(layout.data_dir, RunningStack.of(layout)):
        assert is_running(layout.data_dir)
        found = find_running(layout.data_dir)
        assert found.api_url == "http://127.0.0.1:20000"
        assert "PATH" not in found.environment
    with pytest.raises(StackError, match=r"no stack is running on .*: make up"):
        find_running(layout.data_dir)
