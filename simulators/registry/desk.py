"""What every form of message leads to: the caller's question, the outage in force, the register's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from simulators.registry.operation import Operation, Rejection
from simulators.registry.people import Outage, OutageMode
from simulators.registry.store import RegistryStore
from simulators.registry.systems import OPERATIONS
from simulators.registry.systems.access_control import check_token

_NOTHING_DONE = (OutageMode.DOWN, OutageMode.ERROR, OutageMode.REFUSING)


@dataclass(frozen=True)
class Question:
    """A question as it was put, whatever its form."""

    system: str
    operation: str
    request_id: str
    purpose: str
    access_token: str | None
    data: dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """Understood and refused; ``http_status`` is that of the JSON form."""

    code: str
    message: str
    http_status: int


@dataclass(frozen=True)
class Outcome:
    """What is to be answered. Exactly one of ``refusal`` and ``data`` counts; ``data`` None means absent. With an
    ``outage`` that is no slowness the answer does not arrive as it should."""

    data: dict[str, Any] | None = None
    refusal: Refusal | None = None
    outage: Outage | None = None


def put(store: RegistryStore, question: Question) -> Outcome:
    """Meets the outage in force, asks the register, writes the call down."""
    operation = OPERATIONS.get((question.system, question.operation))
    if operation is None:
        message = "there is no such system or operation; see the contract"
        return Outcome(refusal=Refusal("OPERATION", message, 404))
    outage = store.outage_of_call(question.system, question.operation)
    if outage is not None and outage.mode in _NOTHING_DONE:
        _write_down(store, question, outage.mode)
        refusal = None
        if outage.mode is OutageMode.REFUSING:
            message = "the register refuses this operation at present; ask its operator"
            refusal = Refusal("REFUSED", message, 422)
        return Outcome(refusal=refusal, outage=outage)
    try:
        data = _answer(store, operation, question)
    except Rejection as error:
        _write_down(store, question, error.code)
        return Outcome(refusal=Refusal(error.code, str(error), error.http_status), outage=outage)
    except ValidationError as error:
        _write_down(store, question, "DATA")
        return Outcome(refusal=Refusal("DATA", fields_of(error), 422), outage=outage)
    _write_down(store, question, "absent" if data is None else "ok")
    return Outcome(data=data, outage=outage)


def fields_of(error: ValidationError) -> str:
    """Which fields are wrong and how, without their values."""
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors())


def _answer(store: RegistryStore, operation: Operation[Any], question: Question) -> dict[str, Any] | None:
    check_token(store, operation.token, question.access_token, question.data.get("iin"))
    return operation.run(store, question.data)


def _write_down(store: RegistryStore, question: Question, outcome: str) -> None:
    store.add_call(
        question.system,
        question.operation,
        question.request_id,
        question.purpose,
        question.access_token is not None,
        question.data,
        outcome,
    )
