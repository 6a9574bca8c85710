"""A route's settings are refused at start when they cannot work."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from belsendi.errors import ConfigurationError
from sms.smpp import SmppSettings

GOOD: dict[str, object] = {"host": "127.0.0.1", "port": 2775, "system_id": "belsendi", "password": "secret08"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 0},
        {"port": 65536},
        {"system_id": ""},
        {"system_id": "x" * 16},
        {"window": 0},
        {"parts_per_second": 0},
        {"route": "Big Route"},
        {"enquire_link_seconds": 0},
        {"unknown_setting": 1},
    ],
)
def test_a_value_that_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SmppSettings.model_validate(GOOD | wrong)


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"password": "nine-char"}, "password"),
        ({"reconnect_min_seconds": 5, "reconnect_max_seconds": 1}, "reconnect_min_seconds"),
    ],
)
def test_a_contradiction_names_the_setting_and_the_route(wrong: dict[str, object], names: str) -> None:
    with pytest.raises(ConfigurationError, match=names) as caught:
        SmppSettings.model_validate(GOOD | wrong)
    assert "smpp-main" in str(caught.value)
    assert "nine-char" not in str(caught.value)


def test_the_password_is_not_shown() -> None:
    assert "secret08" not in repr(SmppSettings.model_validate(GOOD))
