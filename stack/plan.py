"""The services of the one-command stack and the order they start in."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from belsendi.contracts.case import TASK_QUEUE
from stack.layout import Layout, binary, valkey_binary
from stack.probes import HttpProbe, PortProbe, RedisProbe, TaskQueueProbe
from stack.supervisor import Service, Stage, Step


def stages(layout: Layout) -> list[Stage]:
    """Servers and the outside world first, then the schema, then our own processes."""
    outside: list[Service | Step] = [_simulators(layout)]
    if layout.own_redis:
        outside.append(_valkey(layout))
    if layout.own_temporal:
        outside.append(_temporal(layout))
    schema = Step("database migration", _python("belsendi.records.migrate"), layout.environment())
    return [[*outside, schema], _ours(layout)]


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _valkey(layout: Layout) -> Service:
    folder = layout.data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    return Service(
        "valkey",
        (
            str(valkey_binary()),
            *("--port", str(layout.ports.valkey), "--bind", "127.0.0.1", "--dir", str(folder)),
            *("--appendonly", "yes", "--save", "", "--daemonize", "no"),
        ),
        layout.given,
        RedisProbe(layout.ports.valkey),
    )


def temporal_command(layout: Layout) -> tuple[str, ...]:
    """The real server on a file. WAL with synchronous NORMAL doubles its throughput and survives kill -9."""
    ports = layout.ports
    return (
        str(binary("temporal")),
        *("server", "start-dev", "--ip", "127.0.0.1", "--port", str(ports.temporal)),
        *("--ui-ip", "127.0.0.1", "--ui-port", str(ports.temporal_ui), "--ui-disable-news-fetch"),
        *("--ui-codec-endpoint", f"{layout.api_url}/console/codec"),
        *("--http-port", str(ports.temporal_http), "--metrics-port", str(ports.temporal_metrics)),
        *("--log-level", "error", "--namespace", layout.temporal_namespace),
        *("--db-filename", str(layout.data_dir / "temporal.db")),
        *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"),
    )


def _temporal(layout: Layout) -> Service:
    return Service(
        "temporal", temporal_command(layout), _quiet(layout.given), PortProbe(layout.ports.temporal)
    )


def _quiet(given: Mapping[str, str]) -> dict[str, str]:
    """The server's command line reads TEMPORAL_* as options of its own; ours are not meant for it."""
    return {name: value for name, value in given.items() if not name.startswith("TEMPORAL_")}


def _simulators(layout: Layout) -> Service:
    ports = layout.ports
    command = _python(
        "simulators",
        *("--data-dir", str(layout.data_dir / "simulators"), "--smpp-port", str(ports.smpp)),
        *("--smsc-http-port", str(ports.phones), "--registry-port", str(ports.registries)),
    )
    probe = HttpProbe(f"{layout.phones_url}/counters")
    return Service("simulators", command, layout.simulator_environment(), probe)


def _ours(layout: Layout) -> list[Service | Step]:
    told = layout.environment()
    queue = TaskQueueProbe(layout.temporal_address, layout.temporal_namespace, TASK_QUEUE)
    services: list[Service | Step] = [
        Service("worker", _python("workflows.worker"), told, queue),
        Service("sms", _python("sms"), told, HttpProbe(f"http://127.0.0.1:{layout.ports.sms_health}/")),
        Service("api", _python("api"), told, HttpProbe(f"{layout.api_url}/health")),
    ]
    if layout.has_telegram:
        # Its page tells whether Telegram answers; the stack starts without the internet all the same.
        services.append(Service("bot", _python("bot"), told, PortProbe(layout.ports.bot_health)))
    return services
