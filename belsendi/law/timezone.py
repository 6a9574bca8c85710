"""The one legal time zone: Asia/Almaty, UTC+5 since 01.03.2024 (Government resolution No. 20 of
19.01.2024)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from belsendi.errors import ConfigurationError, InvalidInput

ALMATY = ZoneInfo("Asia/Almaty")

if datetime(2024, 3, 2, tzinfo=ALMATY).utcoffset() != timedelta(hours=5):
    raise ConfigurationError(
        "the time zone data are older than 2024a and would move every deadline by an hour: "
        "update the tzdata package, or set PYTHONTZPATH to empty so that it is used"
    )


def local(instant: datetime) -> datetime:
    """Return `instant` on the clock of Asia/Almaty. Raises InvalidInput when it carries no time zone."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise InvalidInput("an instant without a time zone has no legal day: pass an aware UTC instant")
    return instant.astimezone(ALMATY)


def legal_day(instant: datetime) -> date:
    """Return the legal day (Asia/Almaty) of an aware instant."""
    return local(instant).date()


def utc_of(day: date, clock: time) -> datetime:
    """Return the UTC instant of `clock` on the Almaty day `day`."""
    return datetime.combine(day, clock, tzinfo=ALMATY).astimezone(UTC)
