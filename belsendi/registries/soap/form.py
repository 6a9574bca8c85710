"""Questions in the envelope of the synchronous channel, and the answers that come in it (facts 6.1)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import pydantic
from cryptography import x509
from lxml import etree

from belsendi.registries.inquiry import Inquiry
from belsendi.registries.reading import Outgoing, Reading, Refused, Told, Unclear
from belsendi.registries.rest import known_code
from belsendi.registries.settings import RegistrySettings
from belsendi.registries.soap import names
from belsendi.registries.soap.security import Identity, certificate_from_pem, is_signed_by, sign
from belsendi.registries.soap.values import add, read
from belsendi.registries.systems import System

_PATH = "/soap"
_RESPONSE = f"{{{names.SOAP}}}Body/{{{names.CHANNEL}}}SendMessageResponse/response"
_CHANNEL_CODE = re.compile(r"[A-Z]+[0-9]*(-[A-Z0-9]+)*")


class SoapForm:
    """The SOAP form. Inner elements of the envelope are unqualified; ``data`` carries the type of the service.

    Messages are signed when the settings have a certificate for it, and answers must be when they name the
    gateway's: an answer that is not is no answer. Raises ConfigurationError for certificates nobody can use.
    """

    def __init__(self, settings: RegistrySettings) -> None:
        self._settings = settings
        self._identity: Identity | None = None
        if settings.signing_certificate is not None and settings.signing_key is not None:
            key = settings.signing_key.get_secret_value().encode()
            self._identity = Identity.from_pem(settings.signing_certificate.encode(), key)
        self._gateway: x509.Certificate | None = None
        if settings.gateway_certificate is not None:
            self._gateway = certificate_from_pem(settings.gateway_certificate.encode())

    def question(
        self, system: System, operation: str, data: Mapping[str, object], inquiry: Inquiry
    ) -> Outgoing:
        """One ``SendMessage``. Raises ConfigurationError when the system has no secret (the sender's password).

        Every message has an id of its own; the id of the inquiry goes as ``correlationId``.
        """
        service = f"{system.value}/{operation}"
        envelope = etree.Element(f"{{{names.SOAP}}}Envelope", nsmap={"soap": names.SOAP, "xsi": names.XSI})
        etree.SubElement(envelope, f"{{{names.SOAP}}}Header")
        body = etree.SubElement(envelope, f"{{{names.SOAP}}}Body")
        message = etree.SubElement(body, f"{{{names.CHANNEL}}}SendMessage", nsmap={"sync": names.CHANNEL})
        request = etree.SubElement(message, "request")
        password = self._settings.secret_of(system).get_secret_value()
        add(
            request,
            "requestInfo",
            {
                "messageId": str(uuid.uuid4()),
                "correlationId": inquiry.request_id,
                "serviceId": self._settings.service_ids.get(service, service),
                "messageDate": datetime.now(UTC),
                "sender": {"senderId": self._settings.sender_id, "password": password},
            },
        )
        holder = etree.SubElement(request, "requestData")
        content = etree.SubElement(holder, "data", nsmap={"s": names.SYSTEMS})
        content.set(names.XSI_TYPE, f"s:{names.type_name(system.value, operation)}Request")
        add(content, "purpose", inquiry.purpose)
        if inquiry.access_token is not None:
            add(content, "accessToken", inquiry.access_token)
        add(content, "question", data)
        if self._identity is not None:
            sign(envelope, self._identity)
        return Outgoing(
            path=_PATH,
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
            content=etree.tostring(envelope, xml_declaration=True, encoding="utf-8"),
        )

    def reading(self, http_status: int, body: bytes, answer: type[pydantic.BaseModel]) -> Reading:
        """What the response means: SCSS001 is an answer, SCSE001 and SCSE002 are final, all else is no answer.

        Codes of the gateway itself (SBF-…, VAL-…, FAULT-…) refuse nobody: they wait and are seen in the outage.
        """
        if http_status == 503:
            return Unclear("status 503", nothing_done=True)
        envelope = _envelope(body)
        response = None if envelope is None else envelope.find(_RESPONSE)
        if envelope is None or response is None:
            return Unclear(f"status {http_status} without a message of the channel")
        if self._gateway is not None and not is_signed_by(envelope, self._gateway):
            return Unclear("an answer that the gateway did not sign")
        code = response.findtext("responseInfo/status/code") or ""
        data = response.find("responseData/data")
        if code == names.SUCCESS:
            return _told(data, answer)
        if code in names.BUSINESS_REFUSALS:
            refused = known_code(None if data is None else data.findtext("code"))
            return Refused(refused, of_token=refused == "TOKEN")
        shown = code if len(code) <= 20 and _CHANNEL_CODE.fullmatch(code) else "of unknown form"
        return Unclear(f"the gateway's code {shown}")


def _told(data: etree._Element | None, answer: type[pydantic.BaseModel]) -> Reading:
    found = None if data is None else data.findtext("found")
    if data is None or found not in {"true", "false", "1", "0"}:
        return Unclear("an answer of unknown form")
    if found in {"false", "0"}:
        return Told(None)
    content = data.find("answer")
    return Told({} if content is None else read(content, answer))


def _envelope(body: bytes) -> etree._Element | None:
    """The message. None for anything that is no XML or has a document type: none is ever needed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.doctype else root
