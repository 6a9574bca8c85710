"""The compose file: valid by its schema, complete in its references, true to the settings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from belsendi.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("belsendi:")}
OTHER_PEOPLES_VARIABLES = {"PGPASSFILE"}  # read by the PostgreSQL driver, not by our settings


def variables_of_settings() -> set[str]:
    names = set()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        names.add(alias if isinstance(alias, str) else f"BELSENDI_{name.upper()}")
    return names


def sources(service: dict[str, Any]) -> list[str]:
    """The left side of every mount, with variables that have no default removed."""
    return [re.sub(r"\$\{[^}]*\}", "", mount).split(":")[0] for mount in service.get("volumes", [])]


def check_schema(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_file_is_valid_by_the_compose_specification() -> None:
    result = check_schema(ROOT / "docker-compose.yml")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_schema_check_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(yaml.safe_dump({"services": {"api": {"image": "a", "comand": ["x"]}}}), encoding="utf-8")
    assert check_schema(wrong).returncode == 1


def test_every_volume_network_and_secret_is_declared_and_used() -> None:
    used: dict[str, set[str]] = {"volumes": set(), "networks": set(), "secrets": set()}
    for service in SERVICES.values():
        used["volumes"] |= {source for source in sources(service) if re.fullmatch(r"[a-z-]+", source)}
        used["networks"] |= set(service["networks"])
        used["secrets"] |= set(service.get("secrets", []))
    assert {kind: set(COMPOSE[kind]) for kind in used} == used


def test_every_dependency_exists_and_can_be_met() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, f"{name} depends on {other}"
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for the health of {other}"
            else:
                assert SERVICES[other]["restart"] == "on-failure", f"{other} must be able to end"


def test_every_mounted_file_exists() -> None:
    mounted = {
        source for service in SERVICES.values() for source in sources(service) if source.startswith("./")
    }
    assert mounted
    assert [source for source in sorted(mounted) if not (ROOT / source).is_file()] == []


def test_every_secret_is_made_by_the_script_and_the_application_finds_it(tmp_path: Path) -> None:
    subprocess.run([ROOT / "deploy/make-secrets", tmp_path], check=True, timeout=60)
    first = {path.name: path.read_text() for path in tmp_path.iterdir()}
    subprocess.run([ROOT / "deploy/make-secrets", tmp_path], check=True, timeout=60)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == first
    for name, secret in COMPOSE["secrets"].items():
        assert Path(secret["file"]).name == name
        assert first[name].strip(), name
    settings = Settings(secrets_dir=tmp_path)
    for name in OURS["worker"]["secrets"]:
        assert settings.secret(name).get_secret_value()
    hosts = {line.split(":")[0] for line in first["pgpass"].splitlines()}
    assert hosts == {"records-db", "keys-db"} <= set(SERVICES)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_of_ours_is_a_setting(name: str) -> None:
    unknown = set(OURS[name]["environment"]) - variables_of_settings() - OTHER_PEOPLES_VARIABLES
    assert unknown == set()


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_process_of_ours_exists(name: str) -> None:
    command = OURS[name]["command"]
    assert command[:2] == ["python", "-m"]
    place = ROOT.joinpath(*command[2].split("."))
    assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()


def test_the_pages_of_the_engine_ask_the_console_with_the_officers_session() -> None:
    told, api = SERVICES["temporal-ui"]["environment"], SERVICES["api"]
    assert told["TEMPORAL_CODEC_INCLUDE_CREDENTIALS"] == "true"
    assert told["TEMPORAL_CODEC_ENDPOINT"].endswith(":-http://127.0.0.1:8080/console/codec}")
    assert api["ports"][0].startswith("127.0.0.1:8080:")
    assert (
        f"{SERVICES['temporal-ui']['ports'][0].rpartition(':')[0]}}}"
        in api["environment"]["BELSENDI_TEMPORAL_UI_URL"]
    )


def test_every_process_that_stays_is_watched() -> None:
    for name, service in SERVICES.items():
        if service["restart"] != "on-failure" and name != "temporal-ui":
            assert "healthcheck" in service, name


def test_no_secret_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY|PWD|TOKEN", variable):
                assert str(value).startswith(("/run/secrets", "postgresql+asyncpg://belsendi@")), (
                    name,
                    variable,
                )


def test_nothing_listens_beyond_the_machine() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_our_image_runs_without_privileges_and_copies_what_exists() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER 10001:10001" in lines
    assert any("--require-hashes" in line for line in lines)
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [path for path in kept if not (ROOT / path).exists()] == []
    assert "simulators" not in kept
