"""What travels between processes: immutable, closed, and the same after a journey through the converter."""

from __future__ import annotations

import inspect
import types
import typing
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from temporalio.contrib.pydantic import pydantic_data_converter

from belsendi.contracts import case as contract
from belsendi.contracts.case import CaseReply, CaseStart, Contract, OfficerAct, Reply, StepInput
from belsendi.contracts.conversation import Meaning
from belsendi.contracts.states import CaseState, Flag, Outcome, Party, TaskKind

CONTRACTS = sorted(
    (each for _, each in inspect.getmembers(contract, inspect.isclass) if issubclass(each, Contract)),
    key=lambda each: each.__name__,
)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12),
    bool: st.booleans(),
    int: st.integers(-(2**31), 2**31),
    datetime: st.datetimes(timezones=st.just(UTC)),
    timedelta: st.timedeltas(timedelta(days=-900), timedelta(days=900)),
    type(None): st.none(),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of this type may hold."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([values_of(inner) for inner in typing.get_args(hint)])
    if origin is list:
        return st.lists(values_of(typing.get_args(hint)[0]), max_size=3)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and issubclass(hint, Contract):
        return contracts_of(hint)
    return _PLAIN[hint]


def contracts_of(model: type[Contract]) -> st.SearchStrategy[Contract]:
    fields = {name: values_of(field.annotation) for name, field in model.model_fields.items()}
    return st.builds(model, **fields)


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_a_contract_is_the_same_after_its_journey(model: type[Contract]) -> None:
    converter = pydantic_data_converter.payload_converter

    @given(contracts_of(model))
    @settings(max_examples=30)
    def journey(sent: Contract) -> None:
        (payload,) = converter.to_payloads([sent])
        (received,) = converter.from_payloads([payload], [model])
        assert received == sent
        assert type(received) is model

    journey()


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_a_contract_is_immutable_and_closed(model: type[Contract]) -> None:
    assert model.model_config.get("frozen") is True
    assert model.model_config.get("extra") == "forbid"


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="surprise"):
        CaseStart.model_validate({"case_id": "c", "service": "BUR", "surprise": 1})


def test_the_clock_of_a_case_is_the_engines_unless_it_is_moved() -> None:
    assert CaseStart(case_id="c", service="BUR").clock_shift == timedelta(0)


def test_every_step_brings_its_case_its_key_and_its_present() -> None:
    steps = [model for model in CONTRACTS if model.__name__.endswith(("Input", "Step"))]
    assert len(steps) > 8
    for model in steps:
        assert issubclass(model, StepInput)
        assert {"case_id", "key", "now"} <= set(model.model_fields)


@pytest.mark.parametrize("codes", [CaseState, Outcome, Flag, Party, TaskKind, Meaning, CaseReply, OfficerAct])
def test_codes_are_their_own_names(codes: type[Enum]) -> None:
    """They stand in histories for years: a member may be added, never renamed without a patch."""
    assert {member.name: member.value for member in codes} == {name: name for name in codes.__members__}


def test_only_three_meanings_of_a_message_give_consent() -> None:
    consents = {name for name in Meaning.__members__ if name.startswith("CONSENT")}
    assert consents == {"CONSENT", "CONSENT_OTHER_ACCOUNT", "CONSENT_WITH_ACCOUNT"}
    answered = {CaseReply.CONSENT_ACCOUNT_INVALID.name} | consents
    assert {name for name in CaseReply.__members__ if name.startswith("CONSENT")} == answered


def test_a_reply_carries_references_and_codes_only() -> None:
    assert set(Reply.model_fields) == {"inbound_id", "question_id", "meaning", "received_at", "account_id"}
