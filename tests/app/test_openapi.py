"""Requests that nobody thought of, drawn from the OpenAPI document: none is a server error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from evoscope.app.examples import answer_examples

EXAMPLES = 4
# Each of these takes a worker and seconds: tests of their own send them what is odd.
SLOW = (
    *("/api/v1/analyze", "/api/v1/generate"),
    *("/api/v1/export/report.html", "/api/v1/export/results.zip"),
)


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(document["components"]["schemas"])


def test_every_operation_says_what_it_does_and_how_it_fails(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            assert {"404", "422", "429"} <= set(operation["responses"])


def examples_of(content: dict[str, Any], schemas: dict[str, Any]) -> list[Any]:
    """Examples that the document shows: beside a schema, or of what it is made of."""
    schema = content.get("schema", {})
    schema = schemas.get(schema.get("$ref", "").split("/")[-1], schema)
    here = [content["example"]] if "example" in content else schema.get("examples", [])
    parts = [*schema.get("properties", {}).values(), schema]
    inner = [part["items"] for part in parts if "items" in part]
    return [*here, *(one for item in inner for one in examples_of({"schema": item}, schemas))]


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that is sent or answered, with what it is of."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            sent = operation.get("requestBody", {}).get("content", {})
            yield from ((f"to {method} {path}", content) for content in sent.values())
            for status, answer in operation["responses"].items():
                if status.startswith("2") and "application/json" in answer.get("content", {}):
                    told = answer["content"]["application/json"]
                    yield f"{status} of {method} {path}", told


def test_requests_and_answers_have_examples(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    bare = [what for what, content in contents(document) if not examples_of(content, schemas)]
    assert bare == []


def test_examples_of_answers_are_what_the_server_answers(document: dict[str, Any]) -> None:
    for name, example in answer_examples().items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        Draft202012Validator(schema).validate(example)


def test_a_file_is_said_to_be_of_its_kind(document: dict[str, Any]) -> None:
    kinds = {
        path.removeprefix("/api/v1/export/"): list(operations["get"]["responses"]["200"]["content"])
        for path, operations in document["paths"].items()
        if "/export/" in path
    }
    assert kinds == {
        "findings.json": ["application/json"],
        "tables/{table}.csv": ["text/csv"],
        "report.html": ["text/html"],
        "results.zip": ["application/zip"],
        "cohort.zip": ["application/zip"],
    }


@pytest.mark.timeout(300)  # some hundred requests: 20 s, and several times that on a busy machine
def test_no_request_is_a_server_error(
    client: TestClient, document: dict[str, Any], stored: str
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in SLOW:
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def attempt(case: Any) -> None:
            nonlocal tried
            arguments = case.as_transport_kwargs(base_url=str(client.base_url))
            # What no client can send is not asked.
            url, method = arguments.pop("url"), arguments.pop("method")
            answer = client.request(
                method,
                url,
                params=arguments.get("params"),
                json=arguments.get("json"),
                headers={"content-type": "application/json"} if "json" in arguments else None,
            )
            tried += 1
            assert answer.status_code < 500, (method, url, answer.text)

        attempt()
    assert tried > 50


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/api/v1/series/" + "0" * 31, None),
        ("/api/v1/series/" + "0" * 32, 404),
        ("/api/v1/series/%00", None),
        ("/api/v1/series?text=%00", None),
        ("/api/v1/series?offset=99999999999999999999", None),
        ("/api/v1/series?limit=0", None),
        ("/api/v1/series/" + "0" * 32 + "?version=99999999999999", None),
        ("/api/v1/compare?a=machine", None),
        ("/api/v1/export/tables/x.csv", None),
        ("/api/v1/export/cohort.zip", None),
    ],
)
def test_odd_paths_and_queries_are_client_errors(
    client: TestClient, path: str, value: int | None
) -> None:
    answer = client.get(path)
    assert 200 <= answer.status_code < 500
    if value is not None:
        assert answer.status_code == value
