"""Reading a SendMessage and writing its answer: the envelope of the synchronous channel (SyncChannel v10)."""

from __future__ import annotations

import types
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Union, get_args, get_origin

from lxml import etree
from pydantic import BaseModel

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
CHANNEL = "http://bip.bee.kz/SyncChannel/v10/Types"
SYSTEMS = "urn:belsendi:systems:v1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NIL = f"{{{XSI}}}nil"


class NotAMessage(Exception):
    """The body is no SendMessage; the text says what is missing, never what was sent."""


@dataclass(frozen=True)
class Sent:
    """A SendMessage as it arrived."""

    message_id: str
    correlation_id: str | None
    service: str
    sender: str
    password: str
    data: etree._Element


def read_message(body: bytes) -> Sent:
    """Raises NotAMessage for anything that is no SendMessage of the channel."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAMessage("the body is no XML") from error
    if root.getroottree().docinfo.doctype:
        raise NotAMessage("a document type is not accepted")
    request = root.find(f"{{{SOAP}}}Body/{{{CHANNEL}}}SendMessage/request")
    data = None if request is None else request.find("requestData/data")
    if request is None or data is None:
        raise NotAMessage("there is no SendMessage with data in the body")
    wanted = ("messageId", "serviceId", "sender/senderId", "sender/password")
    found = {name: request.findtext(f"requestInfo/{name}") for name in wanted}
    missing = sorted(name for name, value in found.items() if not value)
    if missing or request.find("requestInfo/messageDate") is None:
        raise NotAMessage(f"requestInfo lacks {', '.join(missing) or 'messageDate'}")
    message_id, service, sender, password = (found[name] or "" for name in wanted)
    return Sent(message_id, request.findtext("requestInfo/correlationId"), service, sender, password, data)


def question_of(element: etree._Element | None, model: type[BaseModel]) -> dict[str, Any]:
    """The question as the operation's input expects it; a field nobody declared stays and will be refused."""
    if element is None:
        return {}
    found: dict[str, Any] = {}
    for child in element:
        name = str(child.tag)
        info = model.model_fields.get(name)
        if info is not None and _is_list(info.annotation):
            found.setdefault(name, []).append(_value(child))
        else:
            found[name] = _value(child)
    for name, info in model.model_fields.items():
        if name not in found and _is_list(info.annotation):
            found[name] = []
    return found


def _value(element: etree._Element) -> Any:
    if element.get(_NIL) in {"true", "1"}:
        return None
    if len(element):
        return {str(child.tag): _value(child) for child in element}
    return element.text or ""


def _is_list(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _is_list(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return any(_is_list(each) for each in get_args(annotation))
    return origin is list


def answer_message(sent: Sent | None, code: str, message: str, data: etree._Element | None) -> bytes:
    """A SendMessageResponse with its status and, if there is one, its data."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "xsi": XSI, "s": SYSTEMS})
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    outer = etree.SubElement(body, f"{{{CHANNEL}}}SendMessageResponse", nsmap={"sync": CHANNEL})
    response = etree.SubElement(outer, "response")
    info = etree.SubElement(response, "responseInfo")
    _text(info, "messageId", str(uuid.uuid4()))
    if sent is not None:
        _text(info, "correlationId", sent.correlation_id or sent.message_id)
    _text(info, "responseDate", datetime.now(UTC).isoformat())
    status = etree.SubElement(info, "status")
    _text(status, "code", code)
    _text(status, "message", message)
    _text(info, "sessionId", str(uuid.uuid4()))
    holder = etree.SubElement(response, "responseData")
    if data is not None:
        holder.append(data)
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def found_data(type_stem: str, answer: Mapping[str, Any] | None) -> etree._Element:
    """``data`` of a successful answer: whether the register has it, and what."""
    data = _typed(f"{type_stem}Response")
    _text(data, "found", "false" if answer is None else "true")
    if answer is not None:
        _add(data, "answer", answer)
    return data


def refused_data(code: str, message: str) -> etree._Element:
    """``data`` of a refusal."""
    data = _typed("Rejection")
    _text(data, "code", code)
    _text(data, "message", message)
    return data


def _typed(name: str) -> etree._Element:
    data = etree.Element("data", nsmap={"s": SYSTEMS, "xsi": XSI})
    data.set(f"{{{XSI}}}type", f"s:{name}")
    return data


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text


def _add(parent: etree._Element, name: str, value: object) -> None:
    if isinstance(value, list):
        for each in value:
            _add(parent, name, each)
        return
    element = etree.SubElement(parent, name)
    if value is None:
        element.set(_NIL, "true")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _add(element, str(key), inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    else:
        element.text = str(value)
