"""Which way an application goes and which term it has: law, by service, channel and cause (D-r20-1, D-r24, S-r24)."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from belsendi.errors import NotFound
from belsendi.law.catalogue import Service
from belsendi.law.catalogue_entry import Channel, Circumstance
from belsendi.law.clocks import Path, Term


def path_for(entry: Service, channel: str, cause: str | None = None) -> Path:
    """Return P1 where the order registers and decides by itself, otherwise P7, a caseworker's path.

    P1 needs a channel the automatic rules speak of and, where the entry names causes, one of those: an unknown
    cause (None or any other code) is never P1 (6.3; invariants 10.3(7), 10.3(8)).
    Raises NotFound when the service has no such channel.
    """
    if channel not in entry.channels:
        raise NotFound(f"service {entry.code} has no channel {channel!r}: it has {', '.join(entry.channels)}")
    if entry.path is not Path.P1 or channel not in entry.automatic_channels:
        return Path.P7
    if entry.one_day_causes and cause not in entry.one_day_causes:
        return Path.P7
    return Path.P1


def channel_open(entry: Service, channel: str, circumstances: Collection[Circumstance] = ()) -> bool:
    """Tell whether an application may come by `channel` under these circumstances.

    The provider's desk takes a disability case only when disability is established for the first time (D-t2).
    """
    condition = entry.channel_conditions.get(cast(Channel, channel))
    return channel in entry.channels and (condition is None or condition in circumstances)


def term_for(entry: Service, channel: str, cause: str | None = None) -> Term:
    """Return the legal term of an application that came by `channel` for `cause` (B-t3, D-t3, D-r24, S-r24).

    `Term.start` says whether it runs from registration or from consent. Raises NotFound for an unknown channel.
    """
    return entry.term(channel, path_for(entry, channel, cause))
