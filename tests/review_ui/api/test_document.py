"""The API does what its OpenAPI document says: calls that schemathesis makes of the document, within bounds."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from review_ui.api import intake, reading, work
from store import tokens
from store.database import Store
from tests.conftest import AUDIT_KEY
from tests.review_ui.api.client import token_of
from tests.review_ui.office import Office

EXAMPLES = 4


@pytest.fixture(scope="module")
def furnished(empty_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with something of everything, whose API may be called without end."""
    path = shutil.copy(empty_tables, tmp_path_factory.mktemp("api") / "lurewatch.db")
    with Store(f"sqlite:///{path}", audit_key=AUDIT_KEY) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "CALLS_ALLOWED", 1_000_000)
        office = Office(store, allowed_hosts=("testserver",))
        office.employ("sup", "supervisor")
        for lane in ("urgent", "likely"):
            office.post(lane=lane)
        yield office


@pytest.mark.slow
def test_every_call_keeps_to_the_document(furnished: Office) -> None:
    document = schemathesis.openapi.from_asgi("/api/openapi.json", furnished.app)
    headers = {"Authorization": f"Bearer {token_of(furnished, 'sup')}"}
    checked = 0
    for found in document.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def call(case: Any) -> None:
            # What a schema cannot say, that a day is still to come for instance, is refused with 400, as documented.
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        call()
        checked += 1
    served = [*work.router.routes, *reading.router.routes, *intake.router.routes]
    assert checked == len([route for route in served if isinstance(route, APIRoute)])
