"""What the doctor finds, and that it finds what is wrong."""

from __future__ import annotations

import socket
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from belsendi.records.conditions import note_condition
from belsendi.records.store import open_records
from belsendi.settings import Profile, Settings
from stack import doctor
from stack.doctor import Finding, Level
from stack.layout import Layout
from stack.ports import Ports
from stack.up import prepare
from tests.attachments.clamd_server import ClamdServer
from tests.attachments.conftest import clamd  # noqa: F401  the fixture


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path, Ports.from_base(20000), {})
    prepare(made)
    return made


@pytest.fixture
def settings(layout: Layout) -> Settings:
    return Settings(
        profile=Profile.DEVELOPMENT,
        data_dir=layout.data_dir,
        secrets_dir=layout.secrets,
        pki_dir=layout.pki,
        legal_profile=Path(__file__).parents[2] / "profiles/demonstration.yaml",
    )


def levels(findings: object) -> set[Level]:
    assert isinstance(findings, list)
    return {finding.level for finding in findings}


def text(findings: list[Finding]) -> str:
    return "\n".join(finding.text for finding in findings)


def test_packages_as_locked_are_well() -> None:
    lock = (Path(__file__).parents[2] / "requirements.txt").read_text(encoding="utf-8")
    assert levels(list(doctor.look_at_packages(lock))) == {Level.OK}


def test_a_package_that_differs_from_the_lock_is_named() -> None:
    found = list(
        doctor.look_at_packages(
            "pydantic==0.1 \\\nno-such-thing==1 \\\nwinonly==1 ; sys_platform == 'win32' \\"
        )
    )
    assert levels(found) == {Level.WRONG}
    assert "instead of 0.1" in text(found)
    assert "no-such-thing missing" in text(found)
    assert "winonly" not in text(found)


def test_both_bundled_servers_run() -> None:
    found = list(doctor.look_at_programs())
    assert levels(found) == {Level.OK}
    assert "temporal version" in text(found)
    assert "Valkey" in text(found)


def test_a_year_without_a_calendar_is_wrong() -> None:
    found = list(doctor.look_at_time(date(2031, 3, 3)))
    assert "no deadline can be counted" in text(found)
    assert Level.WRONG in levels(found)
    assert Level.WRONG not in levels(list(doctor.look_at_time(date(2026, 3, 3))))


def test_secrets_that_others_can_read_are_wrong(settings: Settings) -> None:
    assert levels(list(doctor.look_at_secrets(settings))) == {Level.OK}
    settings.secrets_dir.chmod(0o755)
    (settings.secrets_dir / "registry").chmod(0o644)
    found = list(doctor.look_at_secrets(settings))
    assert levels(found) == {Level.WRONG}
    assert "(registry)" in text(found)
    (settings.secrets_dir / "events").unlink()
    assert "missing (events)" in text(list(doctor.look_at_secrets(settings)))


def test_certificates_are_watched_to_their_end(settings: Settings) -> None:
    now = datetime.now(UTC)
    assert levels(list(doctor.look_at_certificates(settings, now))) == {Level.OK}
    late = list(doctor.look_at_certificates(settings, now + timedelta(days=1080)))
    assert [finding.level for finding in late] == [Level.OK, Level.NOTE, Level.NOTE]
    over = list(doctor.look_at_certificates(settings, now + timedelta(days=1200)))
    assert "the certificate seal.crt is not valid now" in text(over)
    (settings.pki_dir / "officer.crt").write_text("nothing")
    assert "officer.crt cannot be read" in text(list(doctor.look_at_certificates(settings, now)))


def test_a_database_that_does_not_write_ahead_is_wrong(layout: Layout, settings: Settings) -> None:
    for name, mode in (("records.db", "WAL"), ("keys.db", "DELETE")):
        connection = sqlite3.connect(layout.data_dir / name)
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("CREATE TABLE t (x)")
        connection.close()
    found = {finding.text.split()[0]: finding for finding in doctor.look_at_databases(layout, settings)}
    assert found["records.db"].level is Level.OK
    assert found["keys.db"].level is Level.WRONG
    assert found["temporal.db"].level is Level.NOTE


def test_values_nobody_has_set_are_named_with_who_sets_them(settings: Settings) -> None:
    found = list(doctor.look_at_law(settings, date(2026, 11, 20)))
    assert Level.WRONG not in levels(found)
    assert "mci of 2027 is not set; it is for the operator" in text(found)
    assert "demonstration legal profile" in text(found)


def test_the_demonstration_profile_is_refused_in_production(settings: Settings) -> None:
    production = settings.model_copy(update={"profile": Profile.PRODUCTION})
    found = list(doctor.look_at_law(production, date(2026, 11, 20)))
    assert found[0].level is Level.WRONG
    assert "refused in production" in found[0].text


def test_a_silent_service_of_a_running_stack_is_named(layout: Layout) -> None:
    found = list(doctor.look_at_ports(layout, running=True))
    assert levels(found) == {Level.WRONG}
    assert "api" in text(found)


def test_foreign_listeners_are_found_before_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        layout = Layout(tmp_path, Ports(*[port] * 11), {})
        found = list(doctor.look_at_ports(layout, running=False))
    assert levels(found) == {Level.WRONG}
    assert f"{port} (api)" in text(found)


def test_everything_is_looked_at(layout: Layout, settings: Settings) -> None:
    found = list(doctor.examine(layout, settings, datetime(2026, 11, 20, 6, tzinfo=UTC), running=False))
    assert len(found) > 12
    assert not [finding.text for finding in found if "officer-passphrase" in finding.text]


def test_the_bot_is_started_only_with_a_token_nobody_else_reads(layout: Layout) -> None:
    token = layout.secrets / "telegram-token"
    assert levels(list(doctor.look_at_telegram(layout))) == {Level.NOTE}
    token.touch(mode=0o600)
    assert "is empty" in text(list(doctor.look_at_telegram(layout)))
    token.write_text("1:a")
    assert levels(list(doctor.look_at_telegram(layout))) == {Level.OK}
    token.chmod(0o644)
    assert "run: chmod 600" in text(list(doctor.look_at_telegram(layout)))


def test_a_scanner_that_is_missing_or_out_is_named(
    settings: Settings,
    clamd: ClamdServer,  # noqa: F811
) -> None:
    assert levels(list(doctor.look_at_scanner(settings))) == {Level.NOTE}
    for address, level in (
        (clamd.address, Level.OK),
        ("127.0.0.1:1", Level.WRONG),
        ("clamd", Level.WRONG),
    ):
        named = settings.model_copy(update={"scanner_address": address})
        assert levels(list(doctor.look_at_scanner(named))) == {level}, address


async def test_a_system_of_the_state_that_is_out_is_named_with_since_when(
    settings: Settings, sqlite_settings: Settings
) -> None:
    assert list(doctor.look_at_registers(settings)) == [], "no records yet"
    at = datetime(2026, 11, 20, 20, 5, tzinfo=UTC)
    database = open_records(sqlite_settings).database
    await note_condition(database, "odq", out=True, at=at, problem="status 500")
    await note_condition(database, "courts", out=True, at=at + timedelta(hours=1), problem="no answer")
    await note_condition(database, "courts", out=False, at=at + timedelta(hours=2))
    await database.close()
    (found,) = doctor.look_at_registers(sqlite_settings)
    assert found.level == Level.NOTE
    assert "odq is out since 21.11.2026 01:05 Almaty (status 500)" in found.text
    database = open_records(sqlite_settings).database
    await note_condition(database, "odq", out=False, at=at + timedelta(hours=3))
    await database.close()
    assert levels(list(doctor.look_at_registers(sqlite_settings))) == {Level.OK}
