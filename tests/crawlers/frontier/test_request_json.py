import json
import pickle
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from scrapy import Request
from scrapy.utils.request import request_from_dict

from crawlers.frontier.request_json import KeptMeta, dumps, loads

SPIDERS = Path(__file__).parents[3] / "crawlers" / "spiders"


def kept(**fields: Any) -> bytes:
    """The JSON of a plain request, with what the test changes."""
    whole = json.loads(dumps(make_request().to_dict()))
    return json.dumps(whole | fields).encode()


def make_request(**fields: Any) -> Request:
    known = {"url": "https://jobs.example.test/a?b=%C3%A9", "meta": {"frontier_id": uuid4().hex, "link_depth": 2}}
    return Request(**(known | fields))


def test_a_request_comes_back_as_it_went() -> None:
    request = make_request(
        method="POST", body=b"\x00\xff", headers={"Accept": "application/json"}, priority=-3, dont_filter=True
    )
    back = request_from_dict(loads(dumps(request.to_dict())))
    for name in ("url", "method", "body", "headers", "meta", "priority", "dont_filter"):
        assert getattr(back, name) == getattr(request, name), name


def test_what_belongs_to_one_download_stays_behind() -> None:
    request = make_request()
    request.meta.update(capture_id=5, download_latency=0.1, robots="allowed", was_taken=True)
    assert set(loads(dumps(request.to_dict()))["meta"]) == {"frontier_id", "link_depth"}


class Marker:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_a_pickle_is_refused_and_does_not_run(tmp_path: Path) -> None:
    evil = pickle.dumps(Marker(tmp_path / "ran"))
    with pytest.raises(ValueError, match="json"):
        loads(evil)
    assert not (tmp_path / "ran").exists()
    pickle.loads(evil)
    assert (tmp_path / "ran").exists(), "the pickle of this test does nothing"


@pytest.mark.parametrize(
    "change",
    [
        {"_class": "subprocess.Popen"},
        {"callback": "context"},
        {"callback": "__init__"},
        {"errback": "parse"},
        {"method": "DELETE"},
        {"cb_kwargs": {"x": 1}},
        {"headers": {"Authorization": ["Bearer x"]}},
        {"headers": {"hoST": ["elsewhere.example.test"]}},
        {"headers": {"X\r\nHost": ["elsewhere.example.test"]}},
        {"body": "\u1000"},
        {"meta": {"frontier_id": "0" * 32, "is_robots_request": True}},
        {"meta": {"frontier_id": "0" * 32, "proxy": "http://127.0.0.1"}},
        {"meta": {"frontier_id": "../../etc"}},
        {"priority": "9"},
        {"url": 5},
    ],
    ids=str,
)
def test_what_a_spider_would_not_write_is_refused(change: dict[str, Any]) -> None:
    loads(kept())
    with pytest.raises(ValueError):  # noqa: PT011  pydantic's and our own
        loads(kept(**change))


@pytest.mark.parametrize("junk", [b"", b"null", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"url": NaN}'], ids=repr)
def test_junk_is_refused(junk: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        loads(junk)


def test_secrets_are_not_written() -> None:
    request = make_request(headers={"Authorization": "Bearer s3cret", "Cookie": "s3cret", "Accept": "text/html"})
    assert b"s3cret" not in dumps(request.to_dict())


def test_every_entry_that_spiders_put_into_meta_is_kept() -> None:
    import ast

    used = set()
    for path in SPIDERS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "meta" and isinstance(node.value, ast.Dict):
                used |= {ast.literal_eval(key) for key in node.value.keys if key}
    assert {"conditional", "link_depth"} <= used <= set(KeptMeta.model_fields)
