"""Every code we write fits its column: PostgreSQL refuses what is longer, SQLite would keep it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import String

from belsendi.contracts.case import CaseOrigin
from belsendi.contracts.states import CaseState, Outcome, Party, TaskKind
from belsendi.law import RecipientType, load_services
from belsendi.records.models import Case, CaseStep, Consent, JournalEntry, Task, Wait
from belsendi.records.upsert import table_of

_CHANNELS = {channel for entry in load_services().values() for channel in entry.channels}


@pytest.mark.parametrize(
    ("model", "column", "codes"),
    [
        (Case, "channel", _CHANNELS),
        (Consent, "channel", _CHANNELS),
        (JournalEntry, "channel", _CHANNELS),
        (Case, "origin", CaseOrigin),
        (Case, "state", CaseState),
        (CaseStep, "state", CaseState),
        (Case, "outcome", Outcome),
        (JournalEntry, "outcome", Outcome),
        (Case, "waiting_for", Party),
        (Wait, "party", Party),
        (Case, "recipient_type", RecipientType),
        (Case, "service", load_services()),
        (Task, "kind", TaskKind),
    ],
)
def test_every_code_fits_its_column(model: type, column: str, codes: Iterable[str]) -> None:
    kind = table_of(model).c[column].type
    assert isinstance(kind, String) and kind.length is not None
    assert [code for code in codes if len(code) > kind.length] == []
