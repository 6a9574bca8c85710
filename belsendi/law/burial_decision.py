"""The draft decision on a burial payment (B-r19-1): assign or refuse, with grounds, the traced sum and the
sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum

from belsendi.contracts.personal_data import DeathDay
from belsendi.errors import InvalidInput
from belsendi.law.burial import StatusKind, StatusPeriod
from belsendi.law.catalogue import AmountParameters, Ground, RecipientType, service
from belsendi.law.parameters import Parameter, ParameterSet
from belsendi.law.product_defaults import CheckCode, Rounding
from belsendi.law.trace import Trace

_ROUNDING = {Rounding.UP: ROUND_CEILING, Rounding.DOWN: ROUND_FLOOR, Rounding.NEAREST: ROUND_HALF_UP}


class EimStatus(StrEnum):
    """What became of one datum of the electronic case file (ЭІМ)."""

    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    INCORRECT = "INCORRECT"
    UNREACHABLE = "UNREACHABLE"


@dataclass(frozen=True, slots=True)
class EimItem:
    """One datum, the system asked for it (IS-n or its name), and the result. The value itself is not here."""

    datum: str
    system: str | None
    status: EimStatus


class DecisionKind(StrEnum):
    """What the draft says."""

    ASSIGN = "ASSIGN"
    REFUSE = "REFUSE"


class AmountCategory(StrEnum):
    """By what right the deceased's burial is paid; it selects the multiple of the index."""

    PENSIONER = "PENSIONER"
    BENEFIT_RECIPIENT = "BENEFIT_RECIPIENT"


def amount_category_of(statuses: Iterable[StatusPeriod], day: date) -> AmountCategory | None:
    """Return the category of a deceased with these payments on `day`; a pension goes before a benefit."""
    kinds = {period.kind for period in statuses if period.covers(day)}
    if kinds & {StatusKind.AGE_PENSION, StatusKind.BASE_PENSION}:
        return AmountCategory.PENSIONER
    if kinds & {StatusKind.STATE_SOCIAL_BENEFIT, StatusKind.SPECIAL_STATE_BENEFIT}:
        return AmountCategory.BENEFIT_RECIPIENT
    return None


class FileNotReady(InvalidInput):
    """The electronic case file does not yet allow a decision; a source must answer first. Never a refusal
    (SIL-15)."""

    def __init__(self, data: Sequence[str], why: str) -> None:
        self.data = tuple(data)
        super().__init__(f"no decision can be drafted: {why} ({', '.join(data)}); ask the sources again")


@dataclass(frozen=True, slots=True)
class Draft:
    """The e-draft of a decision, form App. 7. `amount` is exact tenge, or None when left to the assigning
    system.

    `legal_date` is the Almaty day whose parameters apply (the day of death), `knowledge_date` the day on
    which we
    knew them.
    """

    kind: DecisionKind
    grounds: tuple[Ground, ...]
    amount: Decimal | None
    amount_explanation: str
    trace: Trace
    parameter_hash: str
    legal_date: DeathDay | None = field(repr=False)
    knowledge_date: date


def draft_decision(
    eim: Sequence[EimItem],
    data_consent: bool,
    death_date: date | None,
    veteran: bool | None,
    parameters: ParameterSet,
    knowledge_date: date,
    amount_category: AmountCategory | None,
    recipient: RecipientType = RecipientType.NATURAL_PERSON,
    rounding: Rounding | None = None,
    failed_checks: Sequence[CheckCode] = (),
) -> Draft:
    """Draft the decision from the electronic case file (B-r19-1).

    An absent necessary datum leads to G2, an incorrect one to G1, a missing data consent to G3 (SIL-18). The
    sum never
    decides: where a parameter is missing it stays None (SIL-20). Raises FileNotReady when a datum was
    unreachable or
    never asked for. ``failed_checks`` no longer hold on a second reading: requirements not met, G2 (SIL-30).
    """
    trace = Trace()
    grounds = _grounds(eim, data_consent, recipient, failed_checks, trace)
    if grounds:
        amount, explanation = None, "no sum: the draft refuses"
    else:
        amount, explanation = _amount(
            death_date, veteran, amount_category, parameters, knowledge_date, rounding, trace
        )
    return Draft(
        kind=DecisionKind.REFUSE if grounds else DecisionKind.ASSIGN,
        grounds=grounds,
        amount=amount,
        amount_explanation=explanation,
        trace=trace,
        parameter_hash=parameters.hash,
        legal_date=death_date,
        knowledge_date=knowledge_date,
    )


def _grounds(
    eim: Sequence[EimItem],
    data_consent: bool,
    recipient: RecipientType,
    failed_checks: Sequence[CheckCode],
    trace: Trace,
) -> tuple[Ground, ...]:
    burial = service("BUR")
    if not data_consent:
        trace.add("G3", burial.ground("G3").citation, "no consent to the data", product_default="SIL-18")
        return (burial.ground("G3"),)  # without it no datum may be asked for, so none can be absent
    items = {item.datum: item for item in eim}
    required = [needed.datum for needed in burial.required_data(recipient)]
    if missing := [datum for datum in required if datum not in items]:
        raise FileNotReady(missing, "a necessary datum was never asked for")
    if waiting := [item.datum for item in eim if item.status is EimStatus.UNREACHABLE]:
        raise FileNotReady(waiting, "a source could not be reached")
    found = {code: [d for d in required if items[d].status is status] for code, status in _GROUND_OF.items()}
    for datum in required:
        trace.add("EIM", "B-r19-1", items[datum].status.value, {"datum": datum}, "SIL-50")
    if failed_checks:
        # The requirements were met at the check and are not any more: the record changed since (SIL-30).
        found["G2"] = [*found["G2"], *failed_checks]
    codes = sorted(code for code, data in found.items() if data)
    for code in codes:
        trace.add(code, burial.ground(code).citation, "ground", {"data": ", ".join(found[code])}, "SIL-18")
    return tuple(burial.ground(code) for code in codes)


_GROUND_OF = {"G1": EimStatus.INCORRECT, "G2": EimStatus.ABSENT}


def _amount(
    legal_date: date | None,
    veteran: bool | None,
    category: AmountCategory | None,
    parameters: ParameterSet,
    knowledge_date: date,
    rounding: Rounding | None,
    trace: Trace,
) -> tuple[Decimal | None, str]:
    multiple_name = _multiple_name(veteran, category)
    names = service("BUR").amount_parameters
    if legal_date is None or multiple_name is None or names is None:
        unknown = "the date of death" if legal_date is None else "the category of the deceased"
        return _left_to_assigning_system(f"{unknown} is not known", trace)
    values: list[Parameter] = []
    for name in (names.base, multiple_name):
        parameter = parameters.value(name, legal_date, knowledge_date)
        if parameter is None:
            who = parameters.who_sets(name)
            return _left_to_assigning_system(
                f"parameter {name} is not set for the legal date of the case; it is set by {who}",
                trace,
                {"missing_parameter": name, "set_by": who},
            )
        trace.add(
            "amount parameter",
            parameter.citation,
            "used",
            {"name": name, "value": str(parameter.value), "confidence": parameter.confidence},
            "SIL-20",
        )
        values.append(parameter)
    return _product(values, rounding, trace)


def _product(values: list[Parameter], rounding: Rounding | None, trace: Trace) -> tuple[Decimal, str]:
    base, multiple = values
    assert base.value is not None, "a usable parameter has a value"
    assert multiple.value is not None, "a usable parameter has a value"
    exact = base.value * multiple.value
    if rounding is None:
        amount, how = exact, "not rounded: the rounding rule is not set, the assigning system rounds"
    else:
        amount, how = exact.quantize(Decimal(1), rounding=_ROUNDING[rounding]), f"rounded {rounding.value}"
    trace.add("amount", multiple.citation, "drafted", {"sum": str(amount), "rounding": how}, "SIL-20")
    return amount, f"{multiple.value} x {base.value} tenge = {amount} tenge ({how})"


def _multiple_name(veteran: bool | None, category: AmountCategory | None) -> str | None:
    names: AmountParameters | None = service("BUR").amount_parameters
    if names is None or veteran is None:
        return None
    if veteran:
        return names.veteran
    return {
        AmountCategory.PENSIONER: names.pensioner,
        AmountCategory.BENEFIT_RECIPIENT: names.benefit_recipient,
        None: None,
    }[category]


def _left_to_assigning_system(
    why: str, trace: Trace, detail: dict[str, str] | None = None
) -> tuple[Decimal | None, str]:
    trace.add("amount", "SIL-20", "left to the assigning system", detail or {"reason": why}, "SIL-20")
    return None, f"left to the assigning system: {why}"
