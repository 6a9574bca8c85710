"""Requests made up from the description, against the process itself: it answers as it says, and never breaks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounded
from hypothesis.strategies import integers
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.v1.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from belsendi.intake.openings import DEATH_REGISTERED
from belsendi.settings import Settings
from tests.api.conftest import CENTRE_TOKEN, TOKEN, given_settings
from tests.api.sender import iin
from tests.api.test_process import running

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# What is sent, well-formed or deliberately wrong, and answers that must be among those that come.
TRIED = [
    ("POST", "/v1/events", POSITIVE, {401, 422}),  # an IIN with a right check digit is not found by chance
    ("POST", "/v1/events", NEGATIVE, {401, 422}),
    ("POST", "/v1/applications", POSITIVE, {401, 422}),
    ("POST", "/v1/applications", NEGATIVE, {401, 422}),
    ("POST", "/v1/parameter-checks", POSITIVE, {401, 422}),
    ("GET", "/v1/cases", POSITIVE, {200, 401}),
    ("GET", "/v1/cases", NEGATIVE, {401, 422}),
    ("GET", "/v1/cases/{case_id}", POSITIVE, {401, 404}),
    ("GET", "/v1/cases/{case_id}", NEGATIVE, {401, 422}),
    ("POST", "/v1/cases/{case_id}/placement-attempts", POSITIVE, {401, 404}),
    ("POST", "/v1/cases/{case_id}/placement-attempts", NEGATIVE, {401, 422}),
    ("POST", "/v1/cases/{case_id}/documents", POSITIVE, {401, 404}),
    ("POST", "/v1/cases/{case_id}/documents", NEGATIVE, {401, 422}),
    ("GET", "/v1/cases/{case_id}/documents", POSITIVE, {401, 404}),
    ("GET", "/v1/cases/{case_id}/documents", NEGATIVE, {401, 422}),
    ("POST", "/v1/cases/{case_id}/digital-documents", POSITIVE, {401, 404}),
    ("POST", "/v1/cases/{case_id}/digital-documents", NEGATIVE, {401, 422}),
    ("GET", "/v1/cases/{case_id}/digital-documents", POSITIVE, {401, 404}),
    ("GET", "/v1/cases/{case_id}/papers", POSITIVE, {401, 404}),
    ("GET", "/v1/cases/{case_id}/papers/{paper_id}", POSITIVE, {401, 404}),
    ("GET", "/v1/cases/{case_id}/cabinet", POSITIVE, {401, 404}),
    ("GET", "/v1/information-requests/{request_id}/document", POSITIVE, {401, 404}),
    ("POST", "/v1/information-requests", POSITIVE, {401, 422}),
    ("POST", "/v1/information-requests", NEGATIVE, {401, 422}),
    ("GET", "/v1/information-requests/{request_id}", POSITIVE, {401, 404}),
    ("POST", "/v1/standings", POSITIVE, {401, 422}),
    ("GET", "/v1/standings/{reference}", POSITIVE, {401, 404}),
    ("POST", "/v1/education-notices", POSITIVE, {401, 422}),
    ("POST", "/v1/education-notices", NEGATIVE, {401, 422}),
    ("POST", "/v1/home-visits", POSITIVE, {401, 422}),
    ("POST", "/v1/home-visits", NEGATIVE, {401, 422}),
    ("POST", "/v1/home-visits/{visit_id}/settlement", POSITIVE, {401, 404}),
    ("POST", "/v1/counter-visits", POSITIVE, {401, 422}),
    ("POST", "/v1/counter-visits", NEGATIVE, {401, 422}),
    ("GET", "/v1/counter-visits/figures", POSITIVE, {401, 422}),
    ("GET", "/v1/cases/{case_id}/obligations", POSITIVE, {401, 404}),
    ("POST", "/v1/obligations/{obligation_id}/years", POSITIVE, {401, 404}),
    ("POST", "/v1/obligations/{obligation_id}/years", NEGATIVE, {401, 422}),
    ("GET", "/v1/problems/{name}", POSITIVE, {404}),
    ("GET", "/health/live", POSITIVE, {200}),
]
FEW = bounded(
    max_examples=80,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Service:
    """The running process, its description, and what a caller needs."""

    url: str
    schema: BaseSchema
    secret: bytes
    http: requests.Session


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, secrets_dir: Path, migrated_files: dict[str, Path]
) -> Iterator[Service]:
    settings: Settings = given_settings(tmp_path_factory.mktemp("service"), secrets_dir, migrated_files)
    with running(settings) as process, requests.Session() as http:
        process.wait_until_live()
        http.trust_env = False
        schema = schemathesis.openapi.from_dict(http.get(f"{process.url}/v1/openapi.json", timeout=60).json())
        yield Service(process.url, schema, settings.secret("events").get_secret_value().encode(), http)


def exchange(service: Service, case: schemathesis.Case, *, authorised: bool) -> requests.Response:
    """Sends a made-up request, signed and with the token if ``authorised``."""
    wanted = case.as_transport_kwargs(base_url=service.url)
    names = {"method", "url", "headers", "params", "data", "json", "cookies", "files"}
    request = requests.Request(**{name: value for name, value in wanted.items() if name in names})
    prepared = service.http.prepare_request(request)
    for name in (TIMESTAMP_HEADER, SIGNATURE_HEADER, "Authorization"):
        prepared.headers.pop(name, None)
    if authorised:
        body = prepared.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)
        prepared.headers.update(sign(service.secret, int(time.time()), content))
        centre = case.path in ("/v1/standings", "/v1/standings/{reference}", "/v1/home-visits")
        prepared.headers["Authorization"] = f"Bearer {CENTRE_TOKEN if centre else TOKEN}"
    return service.http.send(prepared, timeout=60, allow_redirects=False)


@pytest.mark.parametrize(("method", "path", "mode", "among"), TRIED)
def test_every_operation_answers_as_it_is_described(
    service: Service, method: str, path: str, mode: schemathesis.GenerationMode, among: set[int]
) -> None:
    """From known callers and unknown ones; to the latter nothing but a refusal is said."""
    statuses: set[int] = set()

    @FEW
    @given(case=service.schema[path][method].as_strategy(generation_mode=mode))
    def answers(case: schemathesis.Case) -> None:
        for authorised in (True, False):
            response = exchange(service, case, authorised=authorised)
            statuses.add(response.status_code)
            case.validate_response(response, checks=CHECKS)
            guarded = path.startswith("/v1/") and not path.startswith("/v1/problems")
            assert authorised or not guarded or response.status_code in (401, 404, 405, 415)

    answers()
    assert among <= statuses


def test_events_about_possible_people_are_taken_or_refused_by_their_names_only(service: Service) -> None:
    """Ids, sources and attributes are made up; what is refused is refused for one of them."""
    statuses: set[int] = set()

    @FEW
    @given(
        case=service.schema["/v1/events"]["POST"].as_strategy(generation_mode=POSITIVE),
        number=integers(10, 500),
    )
    def answers(case: schemathesis.Case, number: int) -> None:
        about = {"deceased_iin": iin(number), "date_of_death": "2026-11-18", "recipients": [iin(number + 1)]}
        case.headers = {}  # the bodies differ, so no two of them may come with one key
        attributes = {"type": DEATH_REGISTERED, "time": "2026-11-20T10:00:00+05:00", "data": about}
        case.body = case.body | attributes
        response = exchange(service, case, authorised=True)
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)
        if response.status_code == 422:
            assert {each["pointer"] for each in response.json()["errors"]} <= {"/id", "/source", "/subject"}

    answers()
    assert 202 in statuses


def test_every_operation_is_tried(service: Service) -> None:
    described = {(r.ok().method.upper(), r.ok().path) for r in service.schema.get_all_operations()}
    assert described - {("GET", "/health/ready")} == {(method, path) for method, path, *_ in TRIED}
