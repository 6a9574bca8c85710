"""The draft decision of any service (B-r19-1, D-r21-1; P7 by analogy): assign or refuse, with grounds, the traced
sum and the sources. What a service needs stands in its catalogue entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum

from belsendi.contracts.personal_data import BenefitDay
from belsendi.errors import InvalidInput
from belsendi.law.catalogue import Service
from belsendi.law.catalogue_entry import Circumstance, Ground, RecipientType
from belsendi.law.clocks import Path
from belsendi.law.parameter_checks import LegalDay
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


class FileNotReady(InvalidInput):
    """The electronic case file does not yet allow a decision; a source must answer first. Never a refusal
    (SIL-15)."""

    def __init__(self, data: Sequence[str], why: str) -> None:
        self.data = tuple(data)
        super().__init__(f"no decision can be drafted: {why} ({', '.join(data)}); ask the sources again")


@dataclass(frozen=True, slots=True)
class AmountFacts:
    """What the sum hangs on besides the day. `category` is a key of the entry's `amount.multiples`, None when it is
    not known, and then `open_because` may say why; `units` counts what the multiple is paid for (children who lost
    both parents); `members` share the sum in equal parts."""

    category: str | None
    units: int = 1
    members: int = 1
    open_because: str = ""

    def __post_init__(self) -> None:
        if self.units < 1 or self.members < 1:
            raise InvalidInput("a sum is for at least one person: correct the facts of the amount")


AmountChange = tuple[BenefitDay, AmountFacts]
"""What a sum hangs on from an Almaty day on: a dependant came of age, a child turned seven."""


@dataclass(frozen=True, slots=True)
class AmountPeriod:
    """A monthly sum from a day on which its parameters, or what it hangs on, changed; None when left to the
    assigning system."""

    since: BenefitDay
    amount: Decimal | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The e-draft of a decision. `amount` is exact tenge (a month's sum where the benefit is monthly), or None when
    left to the assigning system; `share` is each member's equal part of it. `later_amounts` are the monthly sums of
    the later years that a benefit with a start in the past already reaches."""

    kind: DecisionKind
    grounds: tuple[Ground, ...]
    amount: Decimal | None
    amount_explanation: str
    trace: Trace
    parameter_hash: str
    legal_date: LegalDay | None = field(repr=False)
    knowledge_date: date
    benefit_start: BenefitDay | None = field(default=None, repr=False)
    share: Decimal | None = None
    later_amounts: tuple[AmountPeriod, ...] = field(default=(), repr=False)


def draft_decision(
    entry: Service,
    *,
    eim: Sequence[EimItem],
    data_consent: bool,
    legal_date: date | None,
    amount: AmountFacts,
    parameters: ParameterSet,
    knowledge_date: date,
    recipient: RecipientType = RecipientType.NATURAL_PERSON,
    failed_checks: Sequence[CheckCode] = (),
    benefit_start: date | None = None,
    rounding: Rounding | None = None,
    circumstances: Collection[Circumstance] = (),
    path: Path | None = None,
    amount_changes: Sequence[AmountChange] = (),
) -> Draft:
    """Draft the decision from the electronic case file (B-r19-1, D-r21-1).

    An absent necessary datum leads to G2, an incorrect one to G1, a missing data consent to G3 (SIL-18). The
    sum never decides: where a parameter is missing it stays None (SIL-20); it is that of `benefit_start`, or of
    `legal_date` where the benefit is paid once. `failed_checks` no longer hold on a second reading: requirements
    not met, G2 (SIL-30). `amount_changes` are what a monthly sum hangs on from later days on. `circumstances` say
    which conditional data are necessary (D-t8, S-t8). `path` says which rule the trace cites (DIS-06); the entry's
    own where it is None.
    Raises FileNotReady when a datum was unreachable or never asked for.
    """
    trace = Trace()
    grounds = _Grounds(entry, path or entry.path, trace).of(
        eim, data_consent, recipient, failed_checks, circumstances
    )
    total, share, explanation = None, None, "no sum: the draft refuses"
    later: tuple[AmountPeriod, ...] = ()
    if not grounds:
        computed = _Sum(entry, parameters, knowledge_date, rounding, trace)
        total, share, explanation = computed.of(amount, benefit_start or legal_date)
        later = computed.later(amount, benefit_start, amount_changes)
    return Draft(
        kind=DecisionKind.REFUSE if grounds else DecisionKind.ASSIGN,
        grounds=grounds,
        amount=total,
        amount_explanation=explanation,
        trace=trace,
        parameter_hash=parameters.hash,
        legal_date=legal_date,
        knowledge_date=knowledge_date,
        benefit_start=benefit_start,
        share=share,
        later_amounts=later,
    )


_GROUND_OF = {"G1": EimStatus.INCORRECT, "G2": EimStatus.ABSENT}


@dataclass(frozen=True, slots=True)
class _Grounds:
    entry: Service
    path: Path
    trace: Trace

    def of(
        self,
        eim: Sequence[EimItem],
        data_consent: bool,
        recipient: RecipientType,
        failed_checks: Sequence[CheckCode],
        circumstances: Collection[Circumstance],
    ) -> tuple[Ground, ...]:
        entry, trace = self.entry, self.trace
        if not data_consent:
            trace.add("G3", entry.ground("G3").citation, "no consent to the data", product_default="SIL-18")
            return (entry.ground("G3"),)  # without it no datum may be asked for, so none can be absent
        items = _standing_for(entry, eim)
        required = [needed.datum for needed in entry.required_data(recipient, circumstances)]
        if missing := [datum for datum in required if datum not in items]:
            raise FileNotReady(missing, "a necessary datum was never asked for")
        if waiting := [item.datum for item in eim if item.status is EimStatus.UNREACHABLE]:
            raise FileNotReady(waiting, "a source could not be reached")
        found = {
            code: [datum for datum in required if items[datum].status is status]
            for code, status in _GROUND_OF.items()
        }
        rule = entry.decision_citation(self.path)
        for datum in required:
            trace.add("EIM", rule, items[datum].status.value, {"datum": datum}, "SIL-50")
        if failed_checks:
            # The requirements were met at the check and are not any more: the record changed since (SIL-30).
            found["G2"] = [*found["G2"], *failed_checks]
        codes = sorted(code for code, data in found.items() if data)
        for code in codes:
            trace.add(code, entry.ground(code).citation, "ground", {"data": ", ".join(found[code])}, "SIL-18")
        return tuple(entry.ground(code) for code in codes)


def _standing_for(entry: Service, eim: Sequence[EimItem]) -> dict[str, EimItem]:
    """Return the file by datum; a present datum also stands for the one it replaces (S-r7(1), COM-05)."""
    items = {item.datum: item for item in eim}
    for needed in entry.needed_data:
        found = items.get(needed.datum)
        if needed.instead_of and found is not None and found.status is EimStatus.PRESENT:
            items[needed.instead_of] = found
    return items


_Amount = tuple[Decimal | None, Decimal | None, str]


@dataclass(frozen=True, slots=True)
class _Sum:
    entry: Service
    parameters: ParameterSet
    knowledge_date: date
    rounding: Rounding | None
    trace: Trace

    def of(self, facts: AmountFacts, day: date | None) -> _Amount:
        rule = self.entry.amount
        if rule is None:
            return self._left("the catalogue names no parameters of a sum for this service")
        if day is None or facts.category is None:
            unknown = "legal date" if day is None else "category"
            why = "" if day is None else facts.open_because
            return self._left(why or f"the {unknown} that the sum hangs on is not known")
        if facts.category not in rule.multiples:
            return self._left(f"the law data have no sum for the category {facts.category}")
        values: list[Parameter] = []
        for name in (rule.base, rule.multiples[facts.category]):
            parameter = self.parameters.value(name, day, self.knowledge_date)
            if parameter is None:
                who = self.parameters.who_sets(name)
                return self._left(
                    f"parameter {name} is not set for the legal date of the case; it is set by {who}",
                    {"missing_parameter": name, "set_by": who},
                )
            detail = {"name": name, "value": str(parameter.value), "confidence": parameter.confidence}
            self.trace.add("amount parameter", parameter.citation, "used", detail, "SIL-20")
            values.append(parameter)
        return self._product(values, facts)

    def later(
        self, facts: AmountFacts, start: date | None, changes: Sequence[AmountChange]
    ) -> tuple[AmountPeriod, ...]:
        """The sums from each later day on which a parameter, or what the sum hangs on, changes (S-r7, SIL-20)."""
        rule = self.entry.amount
        if rule is None or not rule.monthly or start is None:
            return ()
        on = {start: facts, **{day: then for day, then in changes if start < day <= self.knowledge_date}}
        names = {rule.multiples[each.category] for each in on.values() if each.category in rule.multiples}
        of_law = self.parameters.changes((rule.base, *names), start, self.knowledge_date) if names else []
        periods = []
        for day in sorted({*of_law, *on} - {start}):
            apart = replace(self, trace=Trace())
            amount, share, _ = apart.of(on[max(since for since in on if since <= day)], day)
            detail = {"since": day.isoformat(), "sum": str(amount)}
            self.trace.add(
                "later amount", apart.trace[-1].citation, apart.trace[-1].outcome, detail, "SIL-20"
            )
            periods.append(AmountPeriod(day, amount, share))
        return tuple(periods)

    def _product(self, values: list[Parameter], facts: AmountFacts) -> _Amount:
        base, multiple = values
        assert base.value is not None, "a usable parameter has a value"
        assert multiple.value is not None, "a usable parameter has a value"
        exact = base.value * multiple.value * facts.units
        how = "not rounded: the rounding rule is not set, the assigning system rounds"
        if self.rounding is not None:
            how = f"rounded {self.rounding.value}"
        total = self._rounded(exact)
        share = self._share(exact, facts.members) if facts.members > 1 else None
        times = f" x {facts.units} persons" if facts.units > 1 else ""
        detail = {"sum": str(total), "rounding": how}
        if facts.units > 1:
            detail["units"] = str(facts.units)
        if facts.members > 1:
            detail |= {"members": str(facts.members), "share": str(share)}
        self.trace.add("amount", multiple.citation, "drafted", detail, "SIL-20")
        said = f"{multiple.value} x {base.value} tenge{times} = {total} tenge ({how})"
        return total, share, said

    def _share(self, exact: Decimal, members: int) -> Decimal:
        if self.rounding is None:
            # a third of a sum has no last digit: shown to the tiyn, the assigning system sets the exact one
            return (exact / members).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        return self._rounded(exact / members)

    def _rounded(self, exact: Decimal) -> Decimal:
        return (
            exact if self.rounding is None else exact.quantize(Decimal(1), rounding=_ROUNDING[self.rounding])
        )

    def _left(self, why: str, detail: dict[str, str] | None = None) -> _Amount:
        self.trace.add(
            "amount", "SIL-20", "left to the assigning system", detail or {"reason": why}, "SIL-20"
        )
        return None, None, f"left to the assigning system: {why}"
