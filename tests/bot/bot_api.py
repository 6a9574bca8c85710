"""A small Bot API server on loopback: the documented JSON of the methods the bot uses, strict where Telegram is."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "7654321:stand-in-token-of-the-tests"
CITIZEN = 7001002003
BOT = {"id": 7654321, "is_bot": True, "first_name": "Belsendi", "username": "belsendi_bot"}
_DATE = 1_795_000_000


@dataclass(frozen=True)
class Fault:
    """One refused request."""

    status: int
    description: str
    retry_after: int | None = None


class Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.description)
        self.fault = fault


@dataclass
class BotApi:
    """Updates wait here until an offset confirms them; what the bot says is kept in order."""

    token: str = TOKEN
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    open_queries: set[str] = field(default_factory=set)
    last_id: int = 0

    def __post_init__(self) -> None:
        self._changed = asyncio.Condition()
        self._polling = 0
        application = web.Application()
        application.router.add_post("/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=0.1)

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()

    async def stop(self) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    # What the outside world does

    async def write(self, chat: dict[str, Any] | None = None, **content: Any) -> int:
        """A citizen sends a message; the id of its update."""
        message = {
            "message_id": self._next(),
            "date": _DATE,
            "chat": chat or {"id": CITIZEN, "type": "private", "first_name": "Айгерім"},
            "from": {"id": CITIZEN, "is_bot": False, "first_name": "Айгерім", "language_code": "ru"},
            **content,
        }
        if str(content.get("text", "")).startswith("/"):
            length = len(str(content["text"]).split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return await self._put({"message": message})

    async def press(self, message: dict[str, Any], label: str) -> int:
        """A citizen presses the button with this label."""
        rows = message["reply_markup"]["inline_keyboard"]
        (data,) = [button["callback_data"] for row in rows for button in row if button["text"] == label]
        query = {
            "id": f"q{self._next()}",
            "from": {"id": CITIZEN, "is_bot": False, "first_name": "Айгерім"},
            "chat_instance": "1",
            "message": message,
            "data": data,
        }
        self.open_queries.add(query["id"])
        return await self._put({"callback_query": query})

    async def fail_next(self, method: str, *faults: Fault) -> None:
        self.faults.setdefault(method, deque()).extend(faults)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until what the bot has done fulfils the condition."""
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(condition)

    async def confirmed(self) -> None:
        """Waits until the bot has fetched everything and asks for more."""
        await self.until(lambda: not self.pending and self._polling > 0)

    def said(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        return [fields for name, fields in self.calls if name == method]

    def texts(self) -> list[str]:
        return [fields["text"] for fields in self.said()]

    async def answer(self, number: int) -> str:
        """The text of the bot's n-th message, waited for."""
        await self.until(lambda: len(self.said()) >= number)
        return str(self.said()[number - 1]["text"])

    def last_message(self) -> dict[str, Any]:
        return self.messages[max(self.messages)]

    # What the server does

    def _next(self) -> int:
        self.last_id += 1
        return self.last_id

    async def _put(self, update: dict[str, Any]) -> int:
        async with self._changed:
            update["update_id"] = 900_000 + self._next()
            self.pending.append(update)
            self._changed.notify_all()
        return int(update["update_id"])

    async def _serve(self, request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        try:
            result = await self._do(request.match_info["token"], request.match_info["method"], fields)
        except Refused as refused:
            fault = refused.fault
            body: dict[str, Any] = {"ok": False, "error_code": fault.status, "description": fault.description}
            if fault.retry_after is not None:
                body["parameters"] = {"retry_after": fault.retry_after}
            return web.json_response(body, status=fault.status)
        return web.json_response({"ok": True, "result": result})

    async def _do(self, token: str, method: str, fields: dict[str, Any]) -> Any:
        if token != self.token:
            raise Refused(Fault(401, "Unauthorized"))
        waiting = self.faults.get(method)
        if waiting:
            async with self._changed:
                fault = waiting.popleft()
                self._changed.notify_all()
            raise Refused(fault)
        if method == "getUpdates":
            return await self._updates(fields)
        handlers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "getMe": lambda _: BOT,
            "sendMessage": self._send,
            "editMessageText": self._edit,
            "answerCallbackQuery": self._end_query,
        }
        if method not in handlers:
            raise Refused(Fault(404, "Not Found"))
        if "reply_markup" in fields:
            fields["reply_markup"] = json.loads(fields["reply_markup"])
            _check_buttons(fields["reply_markup"])
        async with self._changed:
            result = handlers[method](fields)
            self.calls.append((method, fields))
            self._changed.notify_all()
        return result

    async def _updates(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if self._polling:
            raise Refused(Fault(409, "Conflict: terminated by other getUpdates request"))
        kinds = json.loads(fields.get("allowed_updates", "[]"))
        offset, timeout = int(fields.get("offset", 0)), int(fields.get("timeout", 0))
        async with self._changed:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
            self._polling += 1
            self._changed.notify_all()
            try:
                async with asyncio.timeout(timeout):
                    await self._changed.wait_for(lambda: bool(self._wanted(kinds)))
            except TimeoutError:
                return []
            finally:
                self._polling -= 1
            return self._wanted(kinds)

    def _wanted(self, kinds: list[str]) -> list[dict[str, Any]]:
        return [update for update in self.pending if not kinds or set(kinds) & set(update)][:100]

    def _send(self, fields: dict[str, Any]) -> dict[str, Any]:
        if not 1 <= len(fields.get("text", "")) <= 4096:
            raise Refused(Fault(400, "Bad Request: message text is empty or too long"))
        message = {
            "message_id": self._next(),
            "date": _DATE,
            "chat": {"id": int(fields["chat_id"]), "type": "private"},
            "from": BOT,
            "text": fields["text"],
            **({"reply_markup": fields["reply_markup"]} if "reply_markup" in fields else {}),
        }
        self.messages[message["message_id"]] = message
        return message

    def _edit(self, fields: dict[str, Any]) -> dict[str, Any]:
        message = self.messages.get(int(fields["message_id"]))
        if message is None:
            raise Refused(Fault(400, "Bad Request: message to edit not found"))
        changes = {"text": fields["text"], "reply_markup": fields.get("reply_markup")}
        if all(message.get(name) == value for name, value in changes.items()):
            raise Refused(Fault(400, "Bad Request: message is not modified"))
        message.update(changes)
        return message

    def _end_query(self, fields: dict[str, Any]) -> bool:
        if fields["callback_query_id"] not in self.open_queries or len(fields.get("text", "")) > 200:
            raise Refused(Fault(400, "Bad Request: query is too old or invalid"))
        self.open_queries.remove(fields["callback_query_id"])
        return True


def _check_buttons(markup: dict[str, Any]) -> None:
    for row in markup["inline_keyboard"]:
        for button in row:
            if not 1 <= len(button["callback_data"].encode()) <= 64 or not button["text"]:
                raise Refused(Fault(400, "Bad Request: BUTTON_DATA_INVALID"))
