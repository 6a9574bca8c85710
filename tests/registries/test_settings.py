"""How an office says in which form, how patiently and with which secret each system is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from belsendi.errors import ConfigurationError
from belsendi.registries import Conduct, MessageForm, System, registry_settings
from belsendi.settings import Settings


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    (tmp_path / "registry").write_text("shared", encoding="utf-8")
    (tmp_path / "registry-odq").write_text("own of odq", encoding="utf-8")
    monkeypatch.setenv("BELSENDI_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("BELSENDI_REGISTRY_URL", "https://gateway.example")
    return monkeypatch


def test_without_a_word_everything_is_asked_in_json_with_the_shared_secret(
    environment: pytest.MonkeyPatch,
) -> None:
    made = registry_settings(Settings())
    assert {made.form_of(system) for system in System} == {MessageForm.REST}
    assert made.conduct_of(System.ODQ) == Conduct()
    assert made.secret_of(System.INDIVIDUALS).get_secret_value() == "shared"
    assert made.secret_of(System.ODQ).get_secret_value() == "own of odq"


def test_a_system_has_its_own_form_and_conduct(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BELSENDI_REGISTRY_FORMS", '{"individuals": "SOAP"}')
    environment.setenv("BELSENDI_REGISTRY_CONDUCTS", '{"odq": {"total_seconds": 9, "attempts": 2}}')
    environment.setenv("BELSENDI_REGISTRY_SERVICE_IDS", '{"individuals/person": "GBDFLUniversal_token"}')
    environment.setenv("BELSENDI_REGISTRY_SENDER_ID", "egov-7")
    made = registry_settings(Settings())
    assert made.form_of(System.INDIVIDUALS) is MessageForm.SOAP
    assert made.form_of(System.ODQ) is MessageForm.REST
    assert made.conduct_of(System.ODQ) == Conduct(total_seconds=9, attempts=2)
    assert (made.sender_id, made.service_ids) == ("egov-7", {"individuals/person": "GBDFLUniversal_token"})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("FORM", "CORBA", "form"),
        ("FORMS", '{"nobody": "SOAP"}', "forms.nobody"),
        ("CONDUCTS", '{"odq": {"attempts": 99}}', "conducts.odq.attempts"),
        ("URL", "http://gateway.example", "https"),
    ],
)
def test_what_cannot_be_used_is_named(
    environment: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    environment.setenv(f"BELSENDI_REGISTRY_{name}", value)
    with pytest.raises(ConfigurationError, match=told) as caught:
        registry_settings(Settings())
    assert "shared" not in str(caught.value)
