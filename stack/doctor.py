"""What ``belsendi doctor`` looks at, one finding per line; it changes nothing."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cryptography import x509
from packaging.markers import Marker

from belsendi.attachments.scanner import Clamd
from belsendi.casework.profile import load_profile
from belsendi.errors import BelsendiError
from belsendi.law import ALMATY, ParameterSet, load_calendar, local
from belsendi.settings import Settings
from stack.child import PROJECT
from stack.layout import Layout, binary, valkey_binary
from stack.local_secrets import SECRET_NAMES, TELEGRAM_TOKEN
from stack.ports import is_free

_SCANNER_SECONDS = 5.0


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Works, but somebody should know."""
    WRONG = "wrong"
    """Has to be put right before the product can be trusted."""


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing; what to do stands in it."""

    level: Level
    text: str


def ok(text: str) -> Finding:
    return Finding(Level.OK, text)


def note(text: str) -> Finding:
    return Finding(Level.NOTE, text)


def wrong(text: str) -> Finding:
    return Finding(Level.WRONG, text)


_PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*])?==(\S+)(?: ; ([^\\]+))?")


def look_at_packages(lock: str) -> Iterator[Finding]:
    """Installed packages against the lock file's text."""
    pins = [found.groups() for line in lock.splitlines() if (found := _PIN.match(line))]
    different = []
    for name, pinned, condition in pins:
        if condition and not Marker(condition.strip()).evaluate():
            continue
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "missing"
        if installed != pinned:
            different.append(f"{name} {installed} instead of {pinned}")
    if different:
        yield wrong(f"packages differ from the lock file ({', '.join(different)}); run: make up")
    else:
        yield ok(f"Python {sys.version.split()[0]}, {len(pins)} packages as locked")


def look_at_programs() -> Iterator[Finding]:
    """The two servers that come as packages."""
    for path, argument in ((binary("temporal"), "--version"), (valkey_binary(), "--version")):
        try:
            told = subprocess.run([path, argument], capture_output=True, text=True, check=True, timeout=20)
        except (OSError, subprocess.SubprocessError):
            yield wrong(f"the program {path.name} does not run; install the packages again: make clean up")
        else:
            yield ok(told.stdout.strip().splitlines()[0])


def look_at_time(today: date) -> Iterator[Finding]:
    """The zone of legal days and the working calendar."""
    offset = datetime(today.year, today.month, today.day, 12, tzinfo=ALMATY).utcoffset()
    hours = offset.total_seconds() / 3600 if offset else 0
    if hours == 5:
        yield ok(f"Asia/Almaty is UTC+5 (tzdata {version('tzdata')})")
    else:
        yield wrong(f"Asia/Almaty is UTC{hours:+g} here and must be UTC+5 since 2024-03-01; reinstall tzdata")
    calendar = load_calendar()
    if today.year not in calendar.years:
        yield wrong(
            f"the working calendar has no {today.year}; no deadline can be counted until it is entered"
        )
        return
    open_days = len(calendar.unconfirmed_days(today.year))
    if open_days:
        yield note(f"{open_days} day(s) of {today.year} in the working calendar are not confirmed yet")
    else:
        yield ok(f"the working calendar knows {min(calendar.years)} to {max(calendar.years)}")


def look_at_secrets(settings: Settings) -> Iterator[Finding]:
    """Present, and readable by their owner only."""
    missing = [name for name in SECRET_NAMES if not (settings.secrets_dir / name).is_file()]
    if missing:
        yield wrong(f"secret files are missing ({', '.join(missing)}); `make up` makes them")
        return
    loose = [
        name for name in SECRET_NAMES if stat.S_IMODE((settings.secrets_dir / name).stat().st_mode) & 0o077
    ]
    if loose and stat.S_IMODE(settings.secrets_dir.stat().st_mode) & 0o077:
        yield wrong(f"others can read secret files ({', '.join(loose)}); run: chmod 600 on them")
    else:
        yield ok(f"{len(SECRET_NAMES)} secrets, read by their owner only")


def look_at_telegram(layout: Layout) -> Iterator[Finding]:
    """Whether the stack starts the bot, and that nobody else can read its token."""
    file = layout.secrets / TELEGRAM_TOKEN
    if not layout.has_telegram:
        yield note(
            f"no Telegram bot is started; to have one write its token into {file} and start the stack again"
        )
    elif stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield wrong(f"others can read the token of the Telegram bot; run: chmod 600 {file}")
    elif not file.read_text(encoding="utf-8", errors="replace").strip():
        yield wrong(f"{file} is empty; write the token of the Telegram bot into it or remove it")
    else:
        yield ok("the stack starts the Telegram bot with its token")


def look_at_certificates(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The seal of the body and the officer's certificate."""
    for name in ("authority", "seal", "officer"):
        try:
            content = (settings.pki_dir / f"{name}.crt").read_bytes()
            certificate = x509.load_pem_x509_certificate(content)
        except (OSError, ValueError):
            yield wrong(f"the certificate {name}.crt cannot be read; without it nothing can be signed")
            continue
        left = (certificate.not_valid_after_utc - now).days
        if left < 0 or certificate.not_valid_before_utc > now:
            yield wrong(f"the certificate {name}.crt is not valid now; replace it")
        elif left < 30:
            yield note(f"the certificate {name}.crt ends in {left} days; replace it in time")
        else:
            yield ok(f"certificate {name}: valid for {left} days")


def look_at_databases(layout: Layout, settings: Settings) -> Iterator[Finding]:
    """SQLite files must write ahead: the default journal halves the throughput and blocks readers."""
    files = [layout.data_dir / "temporal.db"] if layout.own_temporal else []
    for url in (settings.database_url, settings.keys_database_url):
        if url.startswith("sqlite"):
            files.append(Path(url.partition("///")[2]))
    for file in files:
        if not file.is_file():
            yield note(f"{file.name} is not there yet; `make up` makes it")
            continue
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        if mode == "wal":
            yield ok(f"{file.name} writes ahead (journal_mode WAL)")
        else:
            yield wrong(
                f"{file.name} has journal_mode {mode}, it must be WAL; stop the stack and start it again"
            )


def look_at_registers(settings: Settings) -> Iterator[Finding]:
    """Which of the state's systems the records say are out since when. A case waits for them; nobody is refused."""
    file = Path(settings.database_url.partition("///")[2])
    if not settings.database_url.startswith("sqlite") or not file.is_file():
        return
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            rows = connection.execute(
                "SELECT system, since, problem FROM registry_conditions WHERE state = 'OUT' ORDER BY since"
            ).fetchall()
        except sqlite3.OperationalError:
            return
    for system, since, problem in rows:
        began = local(datetime.fromisoformat(since).replace(tzinfo=UTC))
        yield note(
            f"{system} is out since {began:%d.%m.%Y %H:%M} Almaty ({problem}); cases that need it wait"
        )
    if not rows:
        yield ok("no system of the state is known to be out")


def look_at_scanner(settings: Settings) -> Iterator[Finding]:
    """Whether brought documents are scanned for harmful software: an empty file is given to the scanner."""
    if not settings.scanner_address:
        yield note(
            "no scanner looks at brought documents, so the head of the unit releases each; "
            "name a clamd in BELSENDI_SCANNER_ADDRESS"
        )
        return
    try:
        clean = asyncio.run(Clamd(settings.scanner_address, seconds=_SCANNER_SECONDS).scan(b"")).clean
    except BelsendiError as error:
        yield wrong(str(error))
        return
    yield (
        ok("the scanner of brought documents answers")
        if clean
        else wrong("the scanner finds fault with an empty file; look into clamd's own log")
    )


def look_at_law(settings: Settings, today: date) -> Iterator[Finding]:
    """What the law leaves to the operator, and the values of amounts for this year and the next."""
    try:
        profile = load_profile(settings)
        if profile.demonstration:
            yield note(
                "the demonstration legal profile is in use; it is not law and is refused in production"
            )
        profile.defaults.require_effective(today)
        yield ok("the legal profile says since when order 509 applies")
    except BelsendiError as error:
        yield wrong(str(error))
    parameters = ParameterSet.load()
    for year in (today.year, today.year + 1):
        for name in sorted({entry.name for entry in parameters.entries}):
            day = today if year == today.year else date(year, 1, 1)
            if parameters.value(name, day) is None:
                yield note(f"{name} of {year} is not set; it is for {parameters.who_sets(name)}")


def look_at_ports(layout: Layout, *, running: bool) -> Iterator[Finding]:
    """Taken by the running stack, or free for the next one."""
    taken = {name: port for name, port in layout.ports_we_use().items() if not is_free(port)}
    if running:
        silent = sorted(set(layout.ports_we_use()) - set(taken))
        if silent:
            yield wrong(f"the stack runs but nobody listens for: {', '.join(silent)}; look at its logs")
        else:
            yield ok("the stack runs and every port of it answers")
    elif taken:
        places = ", ".join(f"{port} ({name})" for name, port in taken.items())
        yield wrong(f"ports are in use by others: {places}; choose others: make up BASE_PORT=9600")
    else:
        yield ok("no stack is running, its ports are free")


def examine(layout: Layout, settings: Settings, now: datetime, *, running: bool) -> Iterable[Finding]:
    """Everything, in the order a person would look. ``now`` is an aware instant."""
    today = now.astimezone(ALMATY).date()
    yield from look_at_packages((PROJECT / "requirements.txt").read_text(encoding="utf-8"))
    yield from look_at_programs()
    yield from look_at_time(today)
    yield from look_at_ports(layout, running=running)
    yield from look_at_secrets(settings)
    yield from look_at_telegram(layout)
    yield from look_at_certificates(settings, now)
    yield from look_at_databases(layout, settings)
    yield from look_at_registers(settings)
    yield from look_at_scanner(settings)
    yield from look_at_law(settings, today)
