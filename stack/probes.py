"""How the supervisor learns that a service is ready: by asking it what its users will ask."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass
from typing import Protocol

import httpx


class Probe(Protocol):
    """Asks once; True when the service serves."""

    async def ready(self) -> bool: ...


@dataclass(frozen=True)
class PortProbe:
    """Somebody accepts connections on a TCP port of this machine."""

    port: int
    host: str = "127.0.0.1"

    async def ready(self) -> bool:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(self.host, self.port), 1)
        except (OSError, TimeoutError):
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True


@dataclass(frozen=True)
class HttpProbe:
    """An address answers a GET with a status below 400."""

    url: str

    async def ready(self) -> bool:
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                return (await client.get(self.url)).status_code < 400
        except httpx.HTTPError:
            return False


@dataclass(frozen=True)
class RedisProbe:
    """A Redis or Valkey on this machine answers PING (it refuses while it loads its file)."""

    port: int

    async def ready(self) -> bool:
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.port), 1)
        except (OSError, TimeoutError):
            return False
        try:
            writer.write(b"PING\r\n")
            return (await asyncio.wait_for(reader.readline(), 1)).startswith(b"+PONG")
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()


@dataclass(frozen=True)
class TaskQueueProbe:
    """A worker polls a task queue of the Temporal server for workflows.

    With ``own_host`` only a worker of this machine counts; the client names itself ``pid@host``.
    """

    address: str
    namespace: str
    queue: str
    own_host: bool = False

    async def ready(self) -> bool:
        from temporalio.api.enums.v1 import TaskQueueType
        from temporalio.api.taskqueue.v1 import TaskQueue
        from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
        from temporalio.client import Client
        from temporalio.service import RPCError

        request = DescribeTaskQueueRequest(
            namespace=self.namespace,
            task_queue=TaskQueue(name=self.queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        try:
            client = await Client.connect(self.address, namespace=self.namespace)
            answer = await client.workflow_service.describe_task_queue(request)
        except (RPCError, RuntimeError):
            return False
        return any(self._counts(poller.identity) for poller in answer.pollers)

    def _counts(self, identity: str) -> bool:
        return not self.own_host or identity.endswith(f"@{socket.gethostname()}")
