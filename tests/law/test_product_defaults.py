"""What the product decides where the order is silent, and how it is shown."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from pydantic import ValidationError

from belsendi.errors import NotFound, UnknownLegalValue
from belsendi.law import ProductDefaults, RetryWindow, SendWindow, Trace, defaults_used_by, load_services

DEFAULTS = ProductDefaults()


def test_the_defaults_of_the_specification() -> None:
    """Section 9.1, product_defaults."""
    assert (DEFAULTS.offer_ttl_wd, DEFAULTS.offer_reminder_wd) == (10, 3)
    assert (DEFAULTS.account_attempts, DEFAULTS.account_ttl_wd) == (3, 1)
    assert (DEFAULTS.sign_alert_after, DEFAULTS.escalate_before_due) == (
        timedelta(hours=2),
        timedelta(hours=4),
    )
    assert DEFAULTS.gateway_retry == RetryWindow(first=timedelta(minutes=1), longest=timedelta(minutes=15))
    assert (DEFAULTS.sms_attempts, DEFAULTS.sms_attempts_within) == (3, timedelta(hours=24))
    assert DEFAULTS.sms_window == SendWindow(time(9), time(21))
    assert not DEFAULTS.approves_automatically("BUR")
    assert not DEFAULTS.approves_automatically("XYZ")
    assert not DEFAULTS.hearing_before_refusal


def test_without_an_effective_day_the_automatic_path_does_not_start() -> None:
    """AC-C05: blocked with an error that says what is missing and who sets it."""
    with pytest.raises(UnknownLegalValue, match=r"effective_from.*operator"):
        DEFAULTS.require_effective(date(2025, 3, 11))


def test_an_earlier_consent_is_not_processed() -> None:
    set_up = ProductDefaults(effective_from=date(2025, 1, 11))
    assert set_up.require_effective(date(2025, 1, 11)) == date(2025, 1, 11)
    with pytest.raises(UnknownLegalValue, match="2025-01-11"):
        set_up.require_effective(date(2025, 1, 10))


def test_every_setting_names_its_source_and_says_what_it_does() -> None:
    used = defaults_used_by("BUR")
    shown = {item.setting for code in load_services() for item in defaults_used_by(code)}
    assert shown >= set(ProductDefaults.model_fields)
    assert all(item.source.startswith(("SIL-", "INC-")) and item.description for item in used)
    assert len({item.setting for item in used}) == len(used)


def test_the_console_sees_present_values() -> None:
    changed = ProductDefaults(automatic_approval={"BUR": True}, offer_ttl_wd=7)
    shown = {item.setting: item for item in defaults_used_by("BUR", changed)}
    assert shown["automatic_approval"].value == "true"
    assert shown["offer_ttl_wd"].value == "7"
    assert shown["effective_from"].value == "not set"
    assert shown["sms_window"].value == "09:00-21:00"
    assert shown["check_order"].value == "CK2, CK3, CK4, CK5, CK1"
    assert shown["offer_ttl_wd"].configurable
    assert not shown["register_before_check"].configurable
    assert not shown["due_time"].configurable
    with pytest.raises(NotFound):
        defaults_used_by("XYZ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"offer_reminder_wd": 10},
        {"check_order": ("CK1", "CK1", "CK2", "CK3", "CK4")},
        {"offer_ttl": 5},
        {"saturday_is_working_day": True},
        {"account_attempts": 0},
    ],
)
def test_an_impossible_or_misspelt_setting_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ProductDefaults.model_validate(wrong)


def test_a_profile_file_may_write_the_forms_of_the_specification() -> None:
    loaded = ProductDefaults.model_validate(
        {"sms_window": "08:00-20:30", "sign_alert_after": "PT3H", "effective_from": "2025-01-11"}
    )
    assert loaded.sms_window == SendWindow(time(8), time(20, 30))
    assert loaded.sign_alert_after == timedelta(hours=3)
    assert loaded.effective_from == date(2025, 1, 11)


def test_waits_between_attempts_double_and_stop_growing() -> None:
    minutes = [DEFAULTS.gateway_retry.delay(attempt) // timedelta(minutes=1) for attempt in range(1, 8)]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]
    assert DEFAULTS.gateway_retry.delay(10_000) == timedelta(minutes=15)
    with pytest.raises(ValidationError):
        RetryWindow(first=timedelta(minutes=20))


def test_a_trace_is_a_list_of_steps() -> None:
    trace = Trace()
    trace.add("CK1", "B-r13(1)", "PASS", product_default="INC-15")
    trace.add("CK2", "B-r13(2)", "FAIL", {"reason": "x"}, "INC-15")
    assert len(trace) == 2
    assert trace[-1].outcome == "FAIL"
    assert [step.rule for step in trace[:1]] == ["CK1"]
    assert trace.product_defaults() == ["INC-15"]
    assert trace.as_json()[1]["detail"] == {"reason": "x"}


def test_a_service_shows_its_own_decisions_only() -> None:
    shown = {code: {item.setting for item in defaults_used_by(code)} for code in load_services()}
    assert "study_reminders" in shown["SUR"] - shown["BUR"] - shown["DIS"]
    assert "second_offer" in shown["DIS"] - shown["SUR"]
    assert "deceased_lock" in shown["BUR"] - shown["DIS"]
    assert {"due_time", "offer_ttl_wd"} <= shown["BUR"] & shown["DIS"] & shown["SUR"]
    assert {"extension", "two_benefits"} <= shown["DIS"] & shown["SUR"] - shown["BUR"]
    sources = {item.setting: item.source for item in defaults_used_by("SUR")}
    assert (sources["study_age"], sources["right_arose"]) == ("SIL-48", "SIL-27")


@pytest.mark.parametrize("day", ["02-30", "9-1", "13-01", "02-29"])
def test_a_yearly_day_must_exist_every_year(day: str) -> None:
    with pytest.raises(ValidationError):
        ProductDefaults.model_validate({"study_reminders": [day]})
    assert ProductDefaults.model_validate({"study_reminders": ["09-15"]}).study_reminders == ("09-15",)
