"""Clients of the systems about payments: recipients, bank accounts and the payment system."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from belsendi.registries import answers
from belsendi.registries.gateway import Effect, RegistryGateway
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.systems import System


class RecipientsClient:
    """Port ``Recipients``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def status_on(
        self, iin: str, on: date, inquiry: Inquiry
    ) -> RegistryAnswer[answers.RecipientStatus]:
        """What the person received on the day (CK4 asks for the day of death)."""
        return await self._gateway.ask(
            System.RECIPIENTS,
            "status_on",
            {"iin": iin, "on": on},
            inquiry=inquiry,
            answer=answers.RecipientStatus,
        )

    async def account_on_file(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.AccountOnFile]:
        """The account to which the person is already paid."""
        return await self._gateway.ask(
            System.RECIPIENTS, "account_on_file", {"iin": iin}, inquiry=inquiry, answer=answers.AccountOnFile
        )

    async def burial_assigned(
        self, deceased_iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.BurialAssigned]:
        """Whether the burial payment was already assigned (CK2)."""
        return await self._gateway.ask(
            System.RECIPIENTS,
            "burial_assigned",
            {"deceased_iin": deceased_iin},
            inquiry=inquiry,
            answer=answers.BurialAssigned,
        )

    async def benefit_assigned(
        self, iin: str, benefit: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.BenefitAssigned]:
        """Whether the benefit is assigned to the person and not ended."""
        return await self._gateway.ask(
            System.RECIPIENTS,
            "benefit_assigned",
            {"iin": iin, "benefit": benefit},
            inquiry=inquiry,
            answer=answers.BenefitAssigned,
        )


class BankAccountsClient:
    """Port ``BankAccounts``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def owner(self, iban: str, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.AccountOwner]:
        """Whether the account belongs to the person."""
        return await self._gateway.ask(
            System.BANK_ACCOUNTS,
            "owner",
            {"iban": iban, "iin": iin},
            inquiry=inquiry,
            answer=answers.AccountOwner,
        )

    async def entity_owner(
        self, iban: str, bin_number: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.AccountOwner]:
        """Whether the account belongs to the legal entity."""
        return await self._gateway.ask(
            System.BANK_ACCOUNTS,
            "entity_owner",
            {"iban": iban, "bin": bin_number},
            inquiry=inquiry,
            answer=answers.AccountOwner,
        )


class PaymentSystemClient:
    """Port ``PaymentSystem``. The only client with a call that must not be repeated blindly."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def place(
        self,
        *,
        idempotency_key: str,
        decision_no: str,
        iban: str,
        recipient_iin: str,
        amount: Decimal | None,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.OrderPlaced]:
        """Place the e-draft of the decision for payment (B-r19-1)."""
        return await self._gateway.ask(
            System.ODQ,
            "place",
            {
                "idempotency_key": idempotency_key,
                "decision_no": decision_no,
                "iban": iban,
                "recipient_iin": recipient_iin,
                "amount": None if amount is None else format(amount, "f"),
            },
            inquiry=inquiry,
            answer=answers.OrderPlaced,
            effect=Effect.ONCE,
        )

    async def placement(self, idempotency_key: str, inquiry: Inquiry) -> RegistryAnswer[answers.OrderPlaced]:
        """What was placed under the key, if anything."""
        return await self._gateway.ask(
            System.ODQ,
            "placement",
            {"idempotency_key": idempotency_key},
            inquiry=inquiry,
            answer=answers.OrderPlaced,
        )
