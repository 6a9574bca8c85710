"""The SOAP form against its published schema, read and written by an independent library."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
import requests
import zeep
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import BaseModel, SecretStr

from belsendi.errors import InvalidInput
from belsendi.registries import Inquiry, MessageForm, Registries, RegistryAnswer, RegistrySettings, System
from belsendi.registries.answers import DeathRecord
from belsendi.registries.reading import Refused, Told, Unclear
from belsendi.registries.soap import SoapForm, names
from simulators.registry.soap.channel import type_stem
from simulators.registry.soap.envelope import answer_message, found_data, refused_data
from tests.registries.outside import DECEASED, DECLARANT, Outside, with_token
from tests.registries.soap_schema import FILE, FOLDER, answer_models, schema
from tests.registries.stand_in import NOW
from tests.registries.test_registry_clients import CALLS

FORM = SoapForm(
    RegistrySettings(base_url="https://gateway.example", secret=SecretStr("word"), sender_id="belsendi")
)
INQUIRY = Inquiry(purpose="BUR", asked_at=NOW, access_token="token-1", request_id="request-1")


@pytest.fixture(scope="module")
def published() -> zeep.Client:
    return zeep.Client(str(FOLDER / "sync_channel.wsdl"))


@pytest.fixture(scope="module")
def xsd() -> etree.XMLSchema:
    """Both schemas at once, so that the type named by ``data`` is checked too."""
    both = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f'<xs:import namespace="{names.CHANNEL}" schemaLocation="{FOLDER / "sync_channel.xsd"}"/>'
        f'<xs:import namespace="{names.SYSTEMS}" schemaLocation="{FILE}"/></xs:schema>'
    )
    return etree.XMLSchema(etree.fromstring(both))


class Recorder:
    """Takes the place of the gateway and keeps what a client asked."""

    async def ask(
        self, system: System, operation: str, data: Mapping[str, object], *, inquiry: Inquiry, **_: Any
    ) -> RegistryAnswer[BaseModel]:
        self.asked = (system, operation, data)
        return RegistryAnswer(system, operation, inquiry.asked_at, inquiry.request_id, None)


async def message_of(operation: str) -> etree._Element:
    """The message that our client sends for a call, from ``SendMessage`` down."""
    recorder = Recorder()
    await CALLS[operation][0](Registries.over(recorder), INQUIRY)  # type: ignore[arg-type]
    outgoing = FORM.question(*recorder.asked, INQUIRY)
    assert outgoing.headers["SOAPAction"] == '""'
    (message,) = etree.fromstring(outgoing.content).findall(f"{{{names.SOAP}}}Body/*")
    return message


def test_the_published_schema_is_that_of_the_ports() -> None:
    assert FILE.read_text(encoding="utf-8") == schema(), "python -m tests.registries.soap_schema"


@pytest.mark.parametrize("operation", CALLS)
async def test_what_we_send_is_what_the_schema_says_and_another_library_reads(
    operation: str, published: zeep.Client, xsd: etree.XMLSchema
) -> None:
    message = await message_of(operation)

    xsd.assertValid(message)
    request = published.get_element(f"{{{names.CHANNEL}}}SendMessage").parse(message, published.wsdl.types)
    request = request.request
    assert request.requestInfo.serviceId == operation
    assert request.requestInfo.correlationId == "request-1"
    assert (request.requestInfo.sender.senderId, request.requestInfo.sender.password) == ("belsendi", "word")
    data = request.requestData.data
    assert (data.purpose, data.accessToken) == ("BUR", "token-1")
    sent = CALLS[operation][1]
    read = zeep.helpers.serialize_object(data.question, dict)
    assert set(read) == set(sent)
    texts = {key: value for key, value in read.items() if isinstance(value, str)}
    assert texts == {key: sent[key] for key in texts}


@pytest.mark.parametrize("operation", CALLS)
async def test_an_answer_says_the_same_in_soap_as_in_json(
    operation: str, published: zeep.Client, xsd: etree.XMLSchema
) -> None:
    system, _, name = operation.partition("/")
    model, received = answer_models()[system, name], CALLS[operation][2]
    body = answer_message(None, names.SUCCESS, "processed", found_data(type_stem(system, name), received))

    reading = FORM.reading(200, body, model)

    assert isinstance(reading, Told) and reading.data is not None
    assert model.model_validate(reading.data) == model.model_validate(received)
    (message,) = etree.fromstring(body).findall(f"{{{names.SOAP}}}Body/*")
    xsd.assertValid(message)
    read = published.get_element(f"{{{names.CHANNEL}}}SendMessageResponse").parse(
        message, published.wsdl.types
    )
    assert read.response.responseInfo.status.code == names.SUCCESS
    assert read.response.responseData.data.found is True


def test_absent_is_none_and_a_refusal_has_its_code() -> None:
    absent = answer_message(None, names.SUCCESS, "processed", found_data("CivilRegistryDeathRecord", None))
    assert FORM.reading(200, absent, DeathRecord) == Told(None)
    for code in names.BUSINESS_REFUSALS:
        closed = answer_message(
            None, code, "business error", refused_data("KEY_REUSED", "words with 850101300123")
        )
        assert FORM.reading(200, closed, DeathRecord) == Refused("KEY_REUSED")
        token = answer_message(None, code, "business error", refused_data("TOKEN", "expired"))
        assert FORM.reading(200, token, DeathRecord) == Refused("TOKEN", of_token=True)
        bare = answer_message(None, code, "850101300123", None)
        assert FORM.reading(200, bare, DeathRecord) == Refused("UNSPECIFIED")


FAULT = (
    f'<s:Envelope xmlns:s="{names.SOAP}"><s:Body><s:Fault><faultcode>s:Server</faultcode>'
    "<faultstring>850101300123</faultstring></s:Fault></s:Body></s:Envelope>"
).encode()
BOMB = b'<!DOCTYPE e [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><e>&b;</e>'
UNCLEAR = {
    "unhandled exception": (200, answer_message(None, "SCSE003", "x", None), False),
    "the gateway's own code": (200, answer_message(None, "SBF-VE-8", "x", None), False),
    "a code that is none": (200, answer_message(None, "850101300123 Тегі", "x", None), False),
    "success without data": (200, answer_message(None, names.SUCCESS, "x", None), False),
    "a fault": (500, FAULT, False),
    "a page": (502, b"<html>bad gateway</html>", False),
    "no XML": (200, b"\xff\xfe", False),
    "nothing": (200, b"", False),
    "a document type": (200, BOMB, False),
    "unavailable": (503, b"", True),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_whatever_is_no_answer_refuses_nobody_and_shows_nothing(case: str) -> None:
    status, body, nothing_done = UNCLEAR[case]
    reading = FORM.reading(status, body, DeathRecord)
    assert isinstance(reading, Unclear)
    assert reading.nothing_done is nothing_done
    assert "850101300123" not in reading.what and "Тегі" not in reading.what


def test_an_entity_of_a_message_is_never_expanded() -> None:
    """A message with a document type is no message, whatever stands below it."""
    inner = answer_message(None, names.SUCCESS, "x", found_data("CivilRegistryDeathRecord", None))
    declared = inner.replace(b"<soap:Envelope", b'<!DOCTYPE x [<!ENTITY e "true">]><soap:Envelope', 1)
    assert isinstance(FORM.reading(200, declared, DeathRecord), Unclear)


_XML_TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff"))


@given(text=_XML_TEXT)
def test_any_text_survives_the_envelope(text: str) -> None:
    outgoing = FORM.question(System.PORTAL, "put_notice", {"text": text}, INQUIRY)
    read = etree.fromstring(outgoing.content).find(".//question/text")
    assert read is not None and (read.text or "") == text


def test_a_control_character_is_refused_before_sending_and_not_repeated() -> None:
    with pytest.raises(InvalidInput) as caught:
        FORM.question(System.PORTAL, "put_notice", {"text": "Құпия\x00"}, INQUIRY)
    assert "Құпия" not in str(caught.value)


def test_every_message_has_an_id_of_its_own() -> None:
    sent = [FORM.question(System.PORTAL, "consent", {"consent_ref": "DOC-1"}, INQUIRY) for _ in range(2)]
    ids = {etree.fromstring(each.content).findtext(".//messageId") for each in sent}
    assert len(ids) == 2
    assert "word" not in repr(sent) and "token-1" not in repr(sent)


def test_the_operators_service_ids_are_used() -> None:
    settings = RegistrySettings(
        base_url="https://gateway.example",
        secret=SecretStr("word"),
        sender_id="egov-7",
        service_ids={"individuals/person": "GBDFLUniversal_token"},
    )
    sent = etree.fromstring(SoapForm(settings).question(System.INDIVIDUALS, "person", {}, INQUIRY).content)
    assert sent.findtext(".//serviceId") == "GBDFLUniversal_token"
    assert sent.findtext(".//senderId") == "egov-7"


@pytest.mark.parametrize("outside", [MessageForm.SOAP], indirect=True)
async def test_another_library_asks_the_registers_by_the_description_they_publish(outside: Outside) -> None:
    inquiry = await with_token(outside)
    answer = await asyncio.to_thread(_ask_with_zeep, outside.url, inquiry.access_token or "")
    person, refused = answer
    assert (person["status"], person["found"], person["surname"]) == (names.SUCCESS, True, "Сынақова")
    assert (refused["status"], refused["code"]) == ("SCSE001", "TOKEN")


def _ask_with_zeep(url: str, token: str) -> tuple[dict[str, object], dict[str, object]]:
    session = requests.Session()
    session.trust_env = False
    client = zeep.Client(f"{url}/soap?wsdl", transport=zeep.Transport(session=session))
    asked = client.get_type(f"{{{names.SYSTEMS}}}IndividualsPersonRequest")

    def send(iin: str) -> Any:
        content = asked(purpose="BUR", accessToken=token, question={"iin": iin})
        info = {
            "messageId": "m-1",
            "serviceId": "individuals/person",
            "messageDate": NOW,
            "sender": {"senderId": "belsendi", "password": "secret"},
        }
        return client.service.SendMessage({"requestInfo": info, "requestData": {"data": content}})

    own, others = send(DECLARANT), send(DECEASED)
    told = own.responseData.data
    return (
        {"status": own.responseInfo.status.code, "found": told.found, "surname": told.answer.surname},
        {"status": others.responseInfo.status.code, "code": others.responseData.data.code},
    )


@pytest.mark.parametrize("outside", [MessageForm.SOAP], indirect=True)
async def test_a_wrong_password_and_an_unknown_service_open_nothing(outside: Outside) -> None:
    session = requests.Session()
    session.trust_env = False

    def post(content: bytes) -> bytes:
        return session.post(f"{outside.url}/soap", data=content, timeout=60).content

    wrong = SoapForm(RegistrySettings(base_url=outside.url, secret=SecretStr("wrong")))
    sent = wrong.question(System.RECIPIENTS, "account_on_file", {"iin": DECLARANT}, INQUIRY)
    reading = FORM.reading(200, await asyncio.to_thread(post, sent.content), DeathRecord)
    assert reading == Refused("SECRET")
    right = SoapForm(RegistrySettings(base_url=outside.url, secret=SecretStr("secret")))
    unknown = right.question(System.RECIPIENTS, "nothing", {}, INQUIRY)
    assert isinstance(FORM.reading(200, await asyncio.to_thread(post, unknown.content), DeathRecord), Unclear)
    assert isinstance(FORM.reading(200, await asyncio.to_thread(post, b"<x/>"), DeathRecord), Unclear)
    assert [call.outcome for call in await outside.control.calls("recipients")] == []
