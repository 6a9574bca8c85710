"""Judging expectations by what was seen. Pure: the same facts always give the same problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from belsendi.law import legal_day
from stack.scenario.expectations import (
    ActExpected,
    CallsExpected,
    ConsentExpected,
    DecisionExpected,
    DocumentExpected,
    Expectation,
    JournalExpected,
    MessageExpected,
    SpentExpected,
    TimelineExpected,
    TotalsExpected,
)
from stack.scenario.seen import CaseSeen, MessageSeen, Seen
from stack.scenario.times import almaty_text, duration

_CLOSE = timedelta(minutes=1)
_SELECTORS = frozenset({"of", "deceased", "service"})


@dataclass(frozen=True)
class Problem:
    """One field of an expectation that does not hold."""

    field: str
    expected: str
    seen: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, seen {self.seen}"


def judge(expectation: Expectation, seen: Seen) -> list[Problem]:
    """What of an expectation does not hold; empty when all of it does."""
    problems: list[Problem] = []
    wanted = {name: getattr(expectation, name) for name in sorted(expectation.model_fields_set - _SELECTORS)}
    for name, value in wanted.items():
        if name in _OVERALL:
            problems += _OVERALL[name](value, seen)
    of_case = {name: value for name, value in wanted.items() if name not in _OVERALL}
    if "no_case" in of_case:
        absent = not _cases(expectation, seen)
        problems += _equal("no_case", of_case.pop("no_case"), absent)
    if not of_case:
        return problems
    cases = _cases(expectation, seen)
    if not cases or (expectation.of is None and len({case.of for case in cases}) > 1):
        return [*problems, Problem("of", expectation.of or "the only case", f"{len(cases)} cases")]
    for name, value in of_case.items():
        problems += _OF_CASE[name](value, cases[-1], seen)
    return problems


def _cases(expectation: Expectation, seen: Seen) -> list[CaseSeen]:
    return [
        case
        for case in seen.cases
        if expectation.of in (None, case.of)
        and expectation.deceased in (None, case.deceased)
        and expectation.service in (None, case.service)
    ]


# Over everything


def _message(wanted: MessageExpected, seen: Seen) -> list[Problem]:
    like = [message for message in seen.messages if _is_like(wanted, message, seen.at)]
    enough = bool(like) if wanted.count is None else len(like) == wanted.count
    if enough:
        return []
    known = "; ".join(f"{m.id} to {m.to} {almaty_text(m.at)} {m.parts} part(s)" for m in seen.messages)
    return [Problem("message", _shown(wanted), f"{len(like)} such among: {known or 'none'}")]


def _no_message(unwanted: MessageExpected, seen: Seen) -> list[Problem]:
    like = [message for message in seen.messages if _is_like(unwanted, message, seen.at)]
    return [Problem("no_message", _shown(unwanted), f"{len(like)} such")] if like else []


def _is_like(wanted: MessageExpected, message: MessageSeen, now: datetime) -> bool:
    return (
        message.at <= now
        and wanted.to in (None, message.to)
        and wanted.id in (None, message.id)
        and wanted.language in (None, message.language)
        and wanted.parts in (None, message.parts)
        and all(words in message.text for words in wanted.contains or [])
        and not any(words in message.text for words in wanted.lacks or [])
        and (wanted.at is None or abs(message.at - wanted.at) <= _CLOSE)
        and wanted.on in (None, legal_day(message.at))
        and (wanted.by is None or message.at <= wanted.by)
    )


def _totals(wanted: TotalsExpected, seen: Seen) -> list[Problem]:
    journals = [case.journal for case in seen.cases if case.journal]
    problems = _equal("totals.cases", wanted.cases, len(seen.cases))
    problems += _equal("totals.journal_entries", wanted.journal_entries, len(journals))
    problems += _equal("totals.live_entries", wanted.live_entries, sum(j.holds_subject for j in journals))
    problems += _equal("totals.payment_orders", wanted.payment_orders, seen.orders)
    problems += _counts("totals.outcomes", wanted.outcomes, Counter(case.outcome for case in seen.cases))
    sent = Counter(message.id for message in seen.messages if message.at <= seen.at)
    problems += _counts("totals.messages", wanted.messages, sent)
    handled = Counter(message.disposition for message in seen.inbound)
    return problems + _counts("totals.inbound", wanted.inbound, handled)


def _counts(field: str, wanted: dict[Any, int] | None, seen: Counter[Any]) -> list[Problem]:
    problems: list[Problem] = []
    for key, count in (wanted or {}).items():
        problems += _equal(f"{field}.{key}", count, seen[key])
    return problems


def _office_tasks(wanted: Sequence[str], seen: Seen) -> list[Problem]:
    return _among("office_tasks", wanted, seen.office_tasks)


def _blocked(wanted: Sequence[str], seen: Seen) -> list[Problem]:
    return _in_text("blocked", wanted, "; ".join(seen.complaints))


def _act(wanted: ActExpected, seen: Seen) -> list[Problem]:
    return _equal(f"act of step {wanted.step}", wanted.result, seen.acts.get(wanted.step, "not done"))


# Of one case


def _flags(wanted: Sequence[str], case: CaseSeen, seen: Seen) -> list[Problem]:
    return _among("flags", wanted, case.flags)


def _no_flags(unwanted: Sequence[str], case: CaseSeen, seen: Seen) -> list[Problem]:
    return _not_among("no_flags", unwanted, case.flags)


def _consent(wanted: ConsentExpected, case: CaseSeen, seen: Seen) -> list[Problem]:
    consent = case.consent
    problems = _equal("consent.given", wanted.given, consent is not None)
    if consent is None or problems:
        return problems
    problems += _equal("consent.kinds", wanted.kinds, list(consent.kinds))
    problems += _equal("consent.language", wanted.language, consent.language)
    problems += _equal("consent.words", wanted.words, consent.words)
    return problems + _equal("consent.withdrawn", wanted.withdrawn, consent.withdrawn)


def _journal(wanted: JournalExpected, case: CaseSeen, seen: Seen) -> list[Problem]:
    entry = case.journal
    problems = _equal("journal.entry", wanted.entry, entry is not None)
    if entry is None or problems:
        return problems
    problems += _equal("journal.number", wanted.number, "present" if entry.number else "none")
    problems += _equal("journal.registered_on", wanted.registered_on, entry.registered_on)
    problems += _equal("journal.automatic", wanted.automatic, entry.automatic)
    problems += _equal("journal.check_result", wanted.check_result, entry.check_result)
    problems += _equal("journal.check_failures", wanted.check_failures, list(entry.check_failures))
    problems += _equal("journal.outcome", wanted.outcome, entry.outcome)
    return problems + _equal("journal.holds_subject", wanted.holds_subject, entry.holds_subject)


def _checks(wanted: dict[str, str], case: CaseSeen, seen: Seen) -> list[Problem]:
    problems: list[Problem] = []
    for code, result in wanted.items():
        problems += _equal(f"checks.{code}", result, case.checks.get(code, "not run"))
    return problems


def _first_cause(wanted: str, case: CaseSeen, seen: Seen) -> list[Problem]:
    failures = case.journal.check_failures if case.journal else ()
    return _equal("first_cause", wanted, failures[0] if failures else "none")


def _decision(wanted: DecisionExpected, case: CaseSeen, seen: Seen) -> list[Problem]:
    newest = case.decisions[0] if case.decisions else None
    if newest is None:
        asked_for_none = wanted.number == "none" and wanted.model_fields_set == {"number"}
        return [] if asked_for_none else [Problem("decision", _shown(wanted), "no draft and no decision")]
    problems = _equal("decision.number", wanted.number, "present" if newest.number else "none")
    for name in ("kind", "status", "revision", "form", "approved_on", "signed_by"):
        problems += _equal(f"decision.{name}", getattr(wanted, name), getattr(newest, name))
    problems += _equal("decision.grounds", wanted.grounds, [code for code, *_ in newest.grounds])
    words = " ".join(f"{kk} {ru}" for _, kk, ru, _ in newest.grounds)
    problems += _in_text("decision.verbatim", wanted.verbatim or [], words)
    cited = " ".join(citation for *_, citation in newest.grounds)
    problems += _in_text("decision.citations", wanted.citations or [], cited)
    return problems + _equal(
        "decision.amount", wanted.amount, "none" if newest.amount is None else newest.amount
    )


def _document(wanted: DocumentExpected, case: CaseSeen, seen: Seen) -> list[Problem]:
    found = [document for document in case.documents if document.kind == wanted.kind]
    if not found:
        return [Problem("document.kind", wanted.kind, ", ".join(d.kind for d in case.documents) or "none")]
    newest = found[-1]
    problems = _in_text("document.contains", wanted.contains or [], newest.text)
    for words in wanted.lacks or []:
        if words in newest.text:
            problems.append(Problem("document.lacks", words, "stands in it"))
    if wanted.signed_by is not None:
        problems += _equal("document.signed_by", wanted.signed_by, ", ".join(newest.seals) or "none")
    return problems


def _no_document(unwanted: str, case: CaseSeen, seen: Seen) -> list[Problem]:
    return _not_among("no_document", [unwanted], [document.kind for document in case.documents])


def _payment_orders(wanted: int, case: CaseSeen, seen: Seen) -> list[Problem]:
    return _equal("payment_orders", wanted, len(case.orders))


def _paid_to(wanted: str, case: CaseSeen, seen: Seen) -> list[Problem]:
    return _equal("paid_to", wanted, ", ".join(case.orders) or "nobody")


def _tasks(wanted: Sequence[str], case: CaseSeen, seen: Seen) -> list[Problem]:
    return _among("tasks", wanted, case.tasks)


def _no_tasks(unwanted: Sequence[str], case: CaseSeen, seen: Seen) -> list[Problem]:
    return _not_among("no_tasks", unwanted, case.tasks)


def _timeline(wanted: TimelineExpected, case: CaseSeen, seen: Seen) -> list[Problem]:
    like = [
        line
        for line in case.timeline
        if line.kind == wanted.kind
        and all(any(rule in cited for cited in line.rules) for rule in wanted.rules or [])
        and wanted.on in (None, legal_day(line.at))
        and (wanted.at is None or abs(line.at - wanted.at) <= _CLOSE)
    ]
    enough = bool(like) if wanted.count is None else len(like) == wanted.count
    if enough:
        return []
    lines = "; ".join(f"{line.kind} {almaty_text(line.at)} {','.join(line.rules)}" for line in case.timeline)
    return [Problem("timeline", _shown(wanted), f"{len(like)} such among: {lines}")]


def _no_timeline(unwanted: str, case: CaseSeen, seen: Seen) -> list[Problem]:
    return _not_among("no_timeline", [unwanted], [line.kind for line in case.timeline])


def _calls(wanted: CallsExpected, case: CaseSeen, seen: Seen) -> list[Problem]:
    like = _like(wanted, case)
    return [] if like >= wanted.at_least else [Problem("calls", _shown(wanted), str(like))]


def _like(wanted: CallsExpected, case: CaseSeen) -> int:
    return sum(
        call.system == wanted.system
        and wanted.operation in (None, call.operation)
        and wanted.result in (None, call.result)
        for call in case.calls
    )


def _no_calls(unwanted: str, case: CaseSeen, seen: Seen) -> list[Problem]:
    return _not_among("no_calls", [unwanted], [call.system for call in case.calls])


def _spent(wanted: SpentExpected, case: CaseSeen, seen: Seen) -> list[Problem]:
    waits = [s.length for s in case.spent if s.party == wanted.party and wanted.system in (None, s.system)]
    length = sum(waits, timedelta(0))
    if length + _CLOSE >= duration(wanted.at_least):
        return []
    return [Problem("spent", _shown(wanted), str(length))]


def _no_refusal(wanted: bool, case: CaseSeen, seen: Seen) -> list[Problem]:
    refused = (
        case.outcome in ("REFUSED", "NOT_ACCEPTED")
        or any(decision.kind == "REFUSE" for decision in case.decisions)
        or any(m.to == case.of and m.id.startswith(("M-06-", "M-08-")) for m in seen.messages)
    )
    return _equal("no_refusal", wanted, not refused)


def _plain(name: str) -> Callable[[Any, CaseSeen, Seen], list[Problem]]:
    """A field that is compared as it is; nothing there reads ``none``."""

    def compare(wanted: Any, case: CaseSeen, seen: Seen) -> list[Problem]:
        found = getattr(case, name)
        return _equal(name, wanted, "none" if found is None else found)

    return compare


_OVERALL: dict[str, Callable[[Any, Seen], list[Problem]]] = {
    "message": _message,
    "no_message": _no_message,
    "totals": _totals,
    "office_tasks": _office_tasks,
    "blocked": _blocked,
    "act": _act,
}
_OF_CASE: dict[str, Callable[[Any, CaseSeen, Seen], list[Problem]]] = {
    **{
        name: _plain(name)
        for name in (
            "state",
            "outcome",
            "channel",
            "waiting_for",
            "attempt",
            "recipient_type",
            "account_mode",
            "due_on",
            "strict_due_on",
        )
    },
    "flags": _flags,
    "no_flags": _no_flags,
    "consent": _consent,
    "journal": _journal,
    "checks": _checks,
    "first_cause": _first_cause,
    "decision": _decision,
    "document": _document,
    "no_document": _no_document,
    "payment_orders": _payment_orders,
    "paid_to": _paid_to,
    "tasks": _tasks,
    "no_tasks": _no_tasks,
    "timeline": _timeline,
    "no_timeline": _no_timeline,
    "calls": _calls,
    "no_calls": _no_calls,
    "spent": _spent,
    "no_refusal": _no_refusal,
}


# Comparing


def _equal(field: str, wanted: Any, found: Any) -> list[Problem]:
    """A field that is not given is not compared."""
    if wanted is None or wanted == found:
        return []
    return [Problem(field, str(wanted), str(found))]


def _among(field: str, wanted: Iterable[str], found: Sequence[str]) -> list[Problem]:
    missing = [str(each) for each in wanted if each not in found]
    return [Problem(field, ", ".join(missing), ", ".join(found) or "none")] if missing else []


def _not_among(field: str, unwanted: Iterable[str], found: Sequence[str]) -> list[Problem]:
    there = [str(each) for each in unwanted if each in found]
    return [Problem(field, f"no {', '.join(there)}", ", ".join(found))] if there else []


def _in_text(field: str, wanted: Iterable[str], text: str) -> list[Problem]:
    missing = [words for words in wanted if words not in text]
    return [Problem(field, " | ".join(missing), text[:300] or "nothing")] if missing else []


def _shown(wanted: Any) -> str:
    given = {name: getattr(wanted, name) for name in sorted(wanted.model_fields_set)}
    return ", ".join(f"{name} {_value(value)}" for name, value in given.items())


def _value(value: object) -> str:
    if isinstance(value, datetime):
        return almaty_text(value.astimezone(UTC))
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value)
