"""The documents of a case, filled from its records: notices, electronic case file, decision, consent receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.profile import LegalProfile
from belsendi.casework.programmes import Reading, record_number, subject_name
from belsendi.documents import (
    AcceptanceNotice,
    AccountMode,
    Bilingual,
    CaseFileItem,
    Channel,
    ChosenBenefit,
    DecisionAssign,
    DecisionBasis,
    DecisionRefuse,
    ElectronicCaseFile,
    LaterAmount,
    NonAcceptanceNotice,
    Party,
    ProductDefault,
    TraceRow,
)
from belsendi.law import (
    Draft,
    EimItem,
    Path,
    Service,
    Verdict,
    defaults_used_by,
    law_version,
    legal_day,
    load_systems,
)
from belsendi.law.product_defaults import CheckCode
from belsendi.records.models import Account, JournalEntry, ParameterCheck


@dataclass(frozen=True)
class Papers:
    """Fills the documents of one service for one installation."""

    service: Service
    profile: LegalProfile

    def acceptance_notice(
        self, identity: CaseIdentity, name: str, entry: JournalEntry, now: datetime
    ) -> AcceptanceNotice:
        assert identity.case.due_at is not None
        return AcceptanceNotice(
            **self.head(identity, now, "SIL-13", "INC-15"),
            applicant=Party(name=name, number=identity.recipient_iin),
            recipient_type=identity.recipient_type,
            registration_no=entry.registration_no,
            registered_at=entry.registered_at,
            due_on=legal_day(identity.case.due_at),
            channel=Channel(identity.case.channel),
        )

    def non_acceptance_notice(
        self,
        identity: CaseIdentity,
        name: str,
        entry: JournalEntry,
        checks: list[ParameterCheck],
        cause: Bilingual,
        now: datetime,
    ) -> NonAcceptanceNotice:
        return NonAcceptanceNotice(
            **self.head(identity, now, "INC-15"),
            applicant=Party(name=name, number=identity.recipient_iin),
            recipient_type=identity.recipient_type,
            registration_no=entry.registration_no,
            registered_at=entry.registered_at,
            channel=Channel(identity.case.channel),
            failed=tuple(_code(check) for check in checks if check.result != "PASS"),
            first_cause=cause,
        )

    def electronic_case_file(
        self,
        identity: CaseIdentity,
        name: str,
        entry: JournalEntry,
        items: list[EimItem],
        revision: int,
        now: datetime,
    ) -> ElectronicCaseFile:
        return ElectronicCaseFile(
            **self.head(identity, now),
            file_id=f"{identity.case.reference}-{revision}",
            revision=revision,
            registration_no=entry.registration_no,
            recipient=Party(name=name, number=identity.recipient_iin),
            recipient_type=identity.recipient_type,
            items=tuple(
                CaseFileItem(
                    datum=item.datum,
                    system=_system_name(item.system),
                    asked_at=now,
                    status=item.status,
                )
                for item in items
            ),
        )

    def decision_to_assign(
        self,
        identity: CaseIdentity,
        reading: Reading,
        name: str,
        entry: JournalEntry,
        draft: Draft,
        checks: list[ParameterCheck],
        *,
        revision: int,
        now: datetime,
    ) -> DecisionAssign:
        account, iban = identity.account, identity.iban
        assert account is not None
        assert iban is not None
        assert draft.legal_date is not None, "a decision to assign has the day of the right"
        return DecisionAssign(
            **self.head(identity, now, "INC-15", "SIL-20"),
            **self._decision(identity, reading, name, entry, draft, checks, revision, now),
            legal_day=draft.legal_date,
            record_no=record_number(self.service, reading),
            benefit_start=draft.benefit_start,
            account=iban,
            account_mode=_account_mode(account),
            amount=draft.amount,
            amount_explanation=_amount_words(draft),
            monthly=self.service.amount is not None and self.service.amount.monthly,
            share=draft.share,
            later_amounts=tuple(
                LaterAmount(since=later.since, amount=later.amount, share=later.share)
                for later in draft.later_amounts
            ),
        )

    def decision_to_refuse(
        self,
        identity: CaseIdentity,
        reading: Reading,
        name: str,
        entry: JournalEntry,
        draft: Draft,
        checks: list[ParameterCheck],
        *,
        revision: int,
        now: datetime,
    ) -> DecisionRefuse:
        return DecisionRefuse(
            **self.head(identity, now, "INC-15", "SIL-18"),
            **self._decision(identity, reading, name, entry, draft, checks, revision, now),
            legal_day=draft.legal_date if subject_name(self.service, reading) else None,
            grounds=tuple(ground.code for ground in draft.grounds),
            complaint=self._complaint(),
        )

    def _complaint(self) -> Bilingual | None:
        """The right to complain, where the order restates it (D-r34, S-r34; not for the burial payment, SIL-37)."""
        right = self.service.complaint
        return None if right is None else Bilingual(kk=right.kk, ru=right.ru)

    def head(self, identity: CaseIdentity, now: datetime, *defaults: str) -> dict[str, Any]:
        """What every document of the case bears; ``defaults`` are the product decisions it rests on."""
        return self.head_of(identity.case.reference, now, *defaults) | {
            "casework": identity.case.path == Path.P7
        }

    def head_of(self, reference: str, now: datetime, *defaults: str) -> dict[str, Any]:
        """The same for a paper known by its reference only."""
        return {
            "case_reference": reference,
            "service": self.service.code,
            "provider": Bilingual(kk=self.service.provider.kk, ru=self.service.provider.ru),
            "issued_at": now,
            "demonstration": self.profile.demonstration,
            "product_defaults": self._defaults(defaults),
        }

    def _decision(
        self,
        identity: CaseIdentity,
        reading: Reading,
        name: str,
        entry: JournalEntry,
        draft: Draft,
        checks: list[ParameterCheck],
        revision: int,
        now: datetime,
    ) -> dict[str, Any]:
        return {
            "revision": revision,
            "registration_no": entry.registration_no,
            "registered_at": entry.registered_at,
            "recipient": Party(name=name, number=identity.recipient_iin),
            "recipient_type": identity.recipient_type,
            "subject": self._subject(identity, reading),
            "benefits": self._benefits(identity),
            "basis": DecisionBasis(
                legal_date=draft.legal_date or legal_day(now),
                knowledge_date=draft.knowledge_date,
                law_version=law_version(),
                parameter_hash=draft.parameter_hash,
                checks={_code(check): Verdict(check.result) for check in checks},
                trace=tuple(
                    TraceRow(
                        rule=step.rule,
                        citation=step.citation,
                        outcome=step.outcome or "-",
                        detail=dict(step.detail),
                        product_default=step.product_default,
                    )
                    for step in draft.trace
                ),
            ),
        }

    def _benefits(self, identity: CaseIdentity) -> tuple[ChosenBenefit, ...]:
        """What was chosen with "one application", each benefit by its full name (D-t10)."""
        chosen = identity.case.one_application
        return tuple(
            ChosenBenefit(
                name=Bilingual(kk=benefit.kk, ru=benefit.ru), own=benefit.service == self.service.code
            )
            for benefit in self.service.one_application
            if benefit.code in chosen
        )

    def _subject(self, identity: CaseIdentity, reading: Reading) -> Party | None:
        """Whom the right hangs on, where that is not the recipient and a record names the person."""
        name = subject_name(self.service, reading)
        if name is None or identity.subject_iin == identity.recipient_iin:
            return None
        return Party(name=name, number=identity.subject_iin)

    def _defaults(self, sources: tuple[str, ...]) -> tuple[ProductDefault, ...]:
        """The product decisions a document rests on, shown as ours and never as law."""
        return tuple(
            ProductDefault(source=used.source, setting=used.setting, value=used.value)
            for used in defaults_used_by(self.service.code, self.profile.defaults)
            if used.source in sources
        )


def _code(check: ParameterCheck) -> CheckCode:
    return check.code


def _account_mode(account: Account) -> AccountMode:
    return AccountMode.PROVIDED if account.source == "provided" else AccountMode.CONFIRMED


def _amount_words(draft: Draft) -> Bilingual:
    if draft.amount is None:
        return Bilingual(
            kk="мөлшерін тағайындайтын жүйе айқындайды", ru="размер определяет назначающая система"
        )
    values = [step.detail["value"] for step in draft.trace if step.rule == "amount parameter"]
    units = [step.detail["units"] for step in draft.trace if step.rule == "amount" and "units" in step.detail]
    sum_of = f"{' × '.join([*reversed(values), *units])} = {draft.amount}"
    return Bilingual(
        kk=f"есептің жобасы: {sum_of} теңге; түпкілікті мөлшерді тағайындайтын жүйе айқындайды",
        ru=f"проект расчёта: {sum_of} тенге; окончательный размер определяет назначающая система",
    )


def _system_name(code: str | None) -> str:
    systems = load_systems()
    if code in systems:
        return systems[code].kk
    return "банктік шоттарды тексеру" if code else "құжат қоса беріледі"
