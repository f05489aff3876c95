"""A crawl on many machines: its frontiers, the turns of hosts and answers to robots.txt are in one Redis.

Of scrapy-redis this takes the connection. Its queue would lose what a killed machine had taken, mark a request as seen
before it is kept, and unpickle whatever stands in Redis, which lets whoever reaches it run code here.
Every step is one script, so that it happens whole or not at all; times are Redis' own, so that no two clocks matter.
"""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from scrapy_redis import defaults
from scrapy_redis.connection import get_redis

from crawlers.crawl_control import FrontierLostError
from crawlers.frontier.frontier import Frontier, frontier_name
from crawlers.manners.turns import LONGEST_WAIT_S, HostTurns
from crawlers.register import RegisteredSource
from lurewatch.errors import ConfigurationError

_ROBOTS_S = 3_600
_LONGEST_CLOSED_S = 6 * 3_600

_NOW = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) "
_KEYS = ("waiting", "taken", "held", "order", "seen", "again", "counted", "number", "over")
_NAMES = "local waiting, taken, held, order, seen, again, counted, number, over = unpack(KEYS) "
_PUT_BACK = (
    "local function put_back(id) redis.call('ZREM', taken, id) redis.call('SADD', again, id) "
    "redis.call('ZADD', waiting, redis.call('HGET', order, id), id) end "
)
_ADD = """
if redis.call('EXISTS', over) == 1 then return 0 end
if ARGV[4] ~= '' and redis.call('SADD', seen, ARGV[4]) == 0 then return 0 end
local place = string.format('%.0f', -tonumber(ARGV[3]) * 2 ^ 40 + redis.call('INCR', number))
redis.call('HSET', held, ARGV[1], ARGV[2])
redis.call('HSET', order, ARGV[1], place)
redis.call('ZADD', waiting, place, ARGV[1])
return 1
"""
_TAKE = """
for _, id in ipairs(redis.call('ZRANGEBYSCORE', taken, '-inf', now)) do put_back(id) end
local first = redis.call('ZPOPMIN', waiting)
if #first == 0 then return false end
redis.call('ZADD', taken, now + ARGV[1], first[1])
return {first[1], redis.call('HGET', held, first[1]) or '', redis.call('SISMEMBER', again, first[1])}
"""
_DONE = """
redis.call('ZREM', taken, ARGV[1])
redis.call('ZREM', waiting, ARGV[1])
redis.call('SREM', again, ARGV[1])
redis.call('HDEL', held, ARGV[1])
redis.call('HDEL', order, ARGV[1])
"""
_RENEW = "for _, id in ipairs(ARGV) do if id ~= ARGV[1] then redis.call('ZADD', taken, 'XX', now + ARGV[1], id) end end"
# What is over has no page left for anybody.
_COUNT = """
if redis.call('EXISTS', over) == 1 then return 2 ^ 53 end
redis.call('SADD', counted, ARGV[1])
return redis.call('SCARD', counted)
"""
_LEFT = "return redis.call('ZCARD', waiting) + redis.call('ZCARD', taken)"
_GIVE_BACK = "for _, id in ipairs(ARGV) do if redis.call('ZSCORE', taken, id) then put_back(id) end end"
_END = "redis.call('DEL', unpack(KEYS)) redis.call('SET', over, 1, 'PX', ARGV[1])"
_TURN = """
local lock, free = unpack(KEYS)
local free_at = tonumber(redis.call('GET', free) or 0)
if ARGV[4] == '0' and free_at > now then return free_at - now end
if not redis.call('SET', lock, ARGV[1], 'NX', 'PX', ARGV[2]) then return 250 end
if now + ARGV[3] > free_at then
  redis.call('SET', free, string.format('%.0f', now + ARGV[3]), 'PX', ARGV[3] + 1000)
end
return 0
"""
_LEAVE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
_WAIT = """
local until_ms = now + ARGV[1]
if until_ms > tonumber(redis.call('GET', KEYS[1]) or 0) then
  redis.call('SET', KEYS[1], string.format('%.0f', until_ms), 'PX', ARGV[1] + 1000)
end
"""

_CLOSE = "redis.call('SET', KEYS[1], 1, 'PX', ARGV[1])"
_KEEP = "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])"
_READ = "return redis.call('GET', KEYS[1])"
_IS_THERE = "return redis.call('EXISTS', KEYS[1])"
# Places are whole numbers below 2^53: so many priorities, and 2^40 requests of each.
_MOST_PRIORITY = 4_000


class SharedGround:
    """The ground of a crawl on many machines; ConfigurationError when Redis cannot be reached.

    `installation` is the same on all of them and on no other's; a source that was read to its end is not begun anew
    by any of them for `rest_s`.
    """

    def __init__(self, url: str, *, installation: str, rest_s: float, lease_s: float) -> None:
        self._redis = _Redis(url)
        self._prefix = f"lurewatch:{installation}"
        self._rest_s, self._lease_s = rest_s, lease_s
        self.turns = SharedTurns(self._redis, longest_s=lease_s)
        self.robots = SharedRobots(self._redis)

    def frontier(self, source: RegisteredSource) -> Frontier:
        """The source's frontier, which every machine may take from."""
        name = f"{self._prefix}:{frontier_name(source)}"
        return SharedFrontier(self._redis, name, rest_s=self._rest_s, lease_s=self._lease_s)


class _Redis:
    """A connection whose failures are those of the frontier."""

    def __init__(self, url: str) -> None:
        try:
            self._server: Redis = get_redis(url=url, **defaults.REDIS_PARAMS)
            self._server.ping()
        except (RedisError, ValueError) as error:
            raise ConfigurationError(
                f"Redis cannot be reached: {type(error).__name__}.", hint="Check `redis_url`, or leave it out."
            ) from error
        self._scripts: dict[str, Any] = {}

    def run(self, script: str, keys: Iterable[str], *arguments: str | bytes | float) -> Any:
        """What a script returns."""
        if script not in self._scripts:
            self._scripts[script] = self._server.register_script(_NOW + script)
        try:
            return self._scripts[script](keys=list(keys), args=list(arguments))
        except RedisError as error:
            raise FrontierLostError(f"Redis failed: {type(error).__name__}") from error


class SharedFrontier:
    """A `Frontier` in Redis: what a machine took and does not renew for `lease_s` seconds goes to another one."""

    def __init__(self, redis: _Redis, name: str, *, rest_s: float, lease_s: float) -> None:
        self._redis = redis
        self._keys = [f"{name}:{key}" for key in _KEYS]
        self.lease_s: float | None = lease_s
        self._rest_ms, self._lease_ms = max(1, round(1000 * rest_s)), round(1000 * lease_s)
        self._own: set[str] = set()

    def add(self, number: str, held: bytes, *, priority: int, fingerprint: bytes | None) -> bool:
        """Keep a request under its id; False when one of the same fingerprint was ever kept, or the round is over."""
        bounded = max(-_MOST_PRIORITY, min(priority, _MOST_PRIORITY))
        return bool(self._run(_ADD, number, held, bounded, fingerprint or b""))

    def take(self) -> tuple[str, bytes, bool] | None:
        """The next request's id and content, and whether it was taken before; None when none waits."""
        found = self._run(_TAKE, self._lease_ms)
        if not found:
            return None
        number = found[0].decode("latin-1")
        self._own.add(number)
        return number, found[1], bool(found[2])

    def done(self, number: str) -> None:
        """Forget a request; its fingerprint stays."""
        self._run(_DONE, number)
        self._own.discard(number)

    def count_page(self, number: str) -> int:
        """How many requests have cost a page on any machine, this one among them; each counts once.

        More than any limit when another machine has ended the round.
        """
        return int(self._run(_COUNT, number))

    def is_empty(self) -> bool:
        """Whether nothing waits and no machine has anything."""
        return not self._run(_LEFT)

    def renew(self) -> None:
        """Say that this machine is alive."""
        if self._own:
            self._run(_RENEW, self._lease_ms, *self._own)

    def close(self, *, is_over: bool) -> None:
        """Give back what is not done, or end the round for every machine."""
        if is_over:
            self._run(_END, self._rest_ms)
        elif self._own:
            self._run(_GIVE_BACK, *self._own)

    def _run(self, script: str, *arguments: str | bytes | float) -> Any:
        return self._redis.run(_NAMES + _PUT_BACK + script, self._keys, *arguments)


class SharedTurns(HostTurns):
    """Turns that hold for every machine; what a server asked for also stands in memory, should Redis be lost.

    A machine that dies in its turn has it for `longest_s` seconds in all: no answer should take so long.
    """

    def __init__(self, redis: _Redis, *, longest_s: float) -> None:
        super().__init__()
        self._redis = redis
        self._longest_ms = max(1, round(1000 * longest_s))
        self._tokens: dict[str, str] = {}

    def begin(self, host: str, pause_s: float, *, at_once: bool = False) -> float:
        """Seconds until the host is to be asked for again whether it is free; 0 when the turn has begun."""
        token = self._tokens[host] = secrets.token_hex(16)
        keys = (_key("turn", host), _key("free", host))
        return int(self._redis.run(_TURN, keys, token, self._longest_ms, _ms(pause_s), int(at_once))) / 1000

    def end(self, host: str) -> None:
        """Let the next machine have its turn."""
        with suppress(FrontierLostError):
            self._redis.run(_LEAVE, [_key("turn", host)], self._tokens[host])

    def wait_at_least(self, host: str, pause_s: float) -> None:
        """Begin no turn before `pause_s` from now, on any machine."""
        super().wait_at_least(host, pause_s)
        with suppress(FrontierLostError):
            self._redis.run(_WAIT, [_key("free", host)], _ms(pause_s))

    def close(self, host: str, wait_s: float) -> None:
        """Leave the host alone on every machine, for the wait that it asked for or as long as a crawl lasts."""
        super().close(host, wait_s)
        with suppress(FrontierLostError):
            self._redis.run(_CLOSE, [_key("closed", host)], round(1000 * min(wait_s, _LONGEST_CLOSED_S)))

    def is_closed(self, host: str) -> bool:
        """Whether any machine was told to leave the host alone."""
        return super().is_closed(host) or bool(self._redis.run(_IS_THERE, [_key("closed", host)]))


class SharedRobots:
    """Answers to robots.txt, kept for an hour; RFC 9309 section 2.4 allows a day."""

    def __init__(self, redis: _Redis) -> None:
        self._redis = redis

    def get(self, origin: str) -> tuple[int, bytes] | None:
        """Status and body, if a machine has asked within the hour."""
        with suppress(FrontierLostError, ValueError):
            if kept := self._redis.run(_READ, [_key("robots", origin)]):
                status, _space, body = kept.partition(b" ")
                return int(status), body
        return None

    def put(self, origin: str, status: int, body: bytes) -> None:
        """Leave an answer for the others."""
        with suppress(FrontierLostError):
            self._redis.run(_KEEP, [_key("robots", origin)], b"%d %b" % (status, body), 1000 * _ROBOTS_S)


def _key(kind: str, name: str) -> str:
    # Whose installation asks is the same to a site.
    return f"lurewatch:{kind}:{name}"


def _ms(pause_s: float) -> int:
    return round(1000 * min(pause_s, LONGEST_WAIT_S))
