"""The tests' own PostgreSQL: the newest one is taken, and its absence names the command that brings it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres_server import PostgresAbsent, PostgresServer, newest_programs


def test_without_the_programs_the_command_that_installs_them_is_named(tmp_path: Path) -> None:
    with pytest.raises(PostgresAbsent, match=r"apt-get install .* postgresql"):
        newest_programs(tmp_path)


def test_the_newest_installed_version_is_taken(tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        programs = tmp_path / version / "bin"
        programs.mkdir(parents=True)
        (programs / "postgres").touch()
    assert newest_programs(tmp_path) == tmp_path / "17" / "bin"


def test_it_listens_on_loopback_only(postgres: PostgresServer) -> None:
    assert "@127.0.0.1:" in postgres.url("any")
