"""Requests as JSON, the one form in which a frontier keeps them: never a pickle, which runs what it holds.

Whoever reaches Redis may have written what comes back, so `loads` takes nothing but plain requests: no class, no
method but a spider's own parsers, no header or `meta` by which a request would pass a gate (robots.txt, the site).
`scrapy_redis.queue` calls `dumps` and `loads` as its serializer.
"""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SECRET_OR_FORGED_HEADERS = frozenset({"authorization", "cookie", "host", "proxy-authorization"})
_HEADER_NAME = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")
_PARSER = r"^parse(_[a-z0-9_]+)?$"


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class KeptMeta(_Kept):
    """The entries of `Request.meta` that outlive a process; others are of one download."""

    frontier_id: str = Field(pattern="^[0-9a-f]{32}$")
    conditional: bool | None = None
    depth: int | None = None
    link_depth: int | None = None
    looked_for: list[int] | None = None
    redirect_reasons: list[int | str] | None = None
    redirect_times: int | None = None
    redirect_ttl: int | None = None
    redirect_urls: list[str] | None = None
    retry_times: int | None = None


class KeptRequest(_Kept):
    """A request as it is kept; body and header values in Latin-1, which holds every byte."""

    url: str
    method: Literal["GET", "POST"]
    headers: dict[str, list[str]]
    body: str
    meta: KeptMeta
    priority: int
    dont_filter: bool
    callback: str | None = Field(default=None, pattern=_PARSER)
    errback: None = None


def dumps(request: dict[str, Any]) -> bytes:
    """The JSON of a `Request.to_dict`; ValueError for one that cannot be kept."""
    kept = {name: request[name] for name in ("url", "method", "priority", "dont_filter", "callback", "errback")}
    headers = {
        name.decode("latin-1"): [value.decode("latin-1") for value in values]
        for name, values in request["headers"].items()
        if name.decode("latin-1").lower() not in SECRET_OR_FORGED_HEADERS
    }
    meta = {name: value for name, value in request["meta"].items() if name in KeptMeta.model_fields}
    kept |= {"headers": headers, "body": request["body"].decode("latin-1"), "meta": meta}
    return KeptRequest.model_validate(kept).model_dump_json(exclude_none=True).encode()


def loads(data: bytes) -> dict[str, Any]:
    """What `scrapy.utils.request.request_from_dict` takes; ValueError for what is not a plain request."""
    kept = KeptRequest.model_validate_json(data)
    request = kept.model_dump(exclude_none=True)
    for name in kept.headers:
        if name.lower() in SECRET_OR_FORGED_HEADERS or not _HEADER_NAME.match(name):
            raise ValueError(f"A kept request has the header {name[:100]!r}.")
    request["body"] = kept.body.encode("latin-1")
    request["headers"] = {
        name.encode(): [value.encode("latin-1") for value in values] for name, values in kept.headers.items()
    }
    return request
