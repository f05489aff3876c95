import sys
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from crawlers.crawl_control import FrontierLostError
from crawlers.frontier.frontier import Frontier, shared_ground
from crawlers.frontier.shared_ground import SharedGround
from crawlers.register import RegisteredSource
from lurewatch.errors import ConfigurationError
from tests.crawlers.loopback import make_source
from tests.crawlers.test_resume import wait_until

pytestmark = pytest.mark.redis

LONG_S = 600.0
Machine = Callable[..., SharedGround]


@pytest.fixture
def machine(redis_url: str) -> Machine:
    """Makes the grounds of machines of one installation."""

    def make(*, lease_s: float = LONG_S, installation: str = "ours", rest_s: float = LONG_S) -> SharedGround:
        return SharedGround(redis_url, installation=installation, lease_s=lease_s, rest_s=rest_s)

    return make


def frontier(ground: SharedGround, **fields: Any) -> Frontier:
    return ground.frontier(RegisteredSource(**make_source(**fields)))


def add(to: Frontier, number: str, *, priority: int = 0, fingerprint: bytes | None = None) -> bool:
    return to.add(number, number.encode(), priority=priority, fingerprint=fingerprint)


def taken(ground: Frontier) -> str:
    found = ground.take()
    return found[0] if found else ""


def test_machines_take_from_one_frontier_in_its_order(machine: Machine) -> None:
    one, other = frontier(machine()), frontier(machine())
    for number, priority in (("a", 0), ("b", 5), ("c", 0), ("d", -1)):
        assert add(one, number, priority=priority)
    assert [taken(one), taken(other), taken(one), taken(other), taken(one)] == ["b", "a", "c", "d", ""]


def test_a_fingerprint_is_kept_once_on_all_machines(machine: Machine) -> None:
    one, other = frontier(machine()), frontier(machine())
    assert add(one, "a", fingerprint=b"\x00x")
    assert not add(other, "b", fingerprint=b"\x00x")
    assert add(other, "c")


def test_a_source_is_not_empty_while_any_machine_is_at_it(machine: Machine) -> None:
    one, other = frontier(machine()), frontier(machine())
    add(one, "a")
    one.take()
    assert (other.take(), other.is_empty()) == (None, False)
    one.done("a")
    assert other.is_empty()


def test_what_a_machine_does_not_renew_goes_to_another(machine: Machine) -> None:
    dead, alive = frontier(machine(lease_s=0.0)), frontier(machine())
    add(dead, "a")
    dead.take()
    assert alive.take() == ("a", b"a", True)
    assert frontier(machine()).take() is None


def test_what_is_renewed_stays(machine: Machine) -> None:
    one, other = frontier(machine(lease_s=LONG_S)), frontier(machine())
    add(one, "a")
    one.take()
    one.renew()
    assert other.take() is None


def test_a_machine_that_stops_gives_back_what_it_had(machine: Machine) -> None:
    one, other = frontier(machine()), frontier(machine())
    add(one, "a")
    one.take()
    one.close(is_over=False)
    assert other.take() == ("a", b"a", True)


def test_a_round_that_is_over_begins_anew_after_the_rest_alone(machine: Machine, redis_url: str) -> None:
    one, other = frontier(machine()), frontier(machine())
    add(one, "a", fingerprint=b"x")
    one.count_page("a")
    one.close(is_over=True)
    assert not add(other, "b", fingerprint=b"x")
    assert other.count_page("b") > 10**9
    server = Redis.from_url(redis_url)
    (over,) = server.keys("*:over")
    assert 0 < server.pttl(over) <= 1000 * LONG_S
    server.delete(over)
    assert add(other, "b", fingerprint=b"x")
    assert other.count_page("b") == 1


def test_pages_are_counted_over_all_machines(machine: Machine) -> None:
    one, other = frontier(machine()), frontier(machine())
    assert [one.count_page("a"), other.count_page("b"), other.count_page("a")] == [1, 2, 2]


def test_installations_and_sources_are_kept_apart(machine: Machine) -> None:
    add(frontier(machine()), "a")
    assert frontier(machine(installation="theirs")).is_empty()
    assert frontier(machine(), name="another").is_empty()
    assert frontier(machine(), url="https://moved.example.test/").is_empty()
    assert not frontier(machine()).is_empty()


def test_a_host_is_asked_by_one_machine_at_a_time_and_after_the_pause(machine: Machine) -> None:
    one, other = machine().turns, machine(installation="theirs").turns
    assert one.begin("a.example", 0.0) == 0
    assert other.begin("a.example", 0.0) > 0
    assert other.begin("b.example", 0.0) == 0
    one.end("a.example")
    assert other.begin("a.example", 100.0) == 0
    other.end("a.example")
    assert 50 < one.begin("a.example", 0.0) <= 100


def test_a_part_of_a_page_waits_for_other_machines_and_for_no_pause(machine: Machine) -> None:
    one, other = machine().turns, machine().turns
    assert one.begin("a.example", 100.0) == 0
    assert other.begin("a.example", 0.0, at_once=True) > 0
    one.end("a.example")
    assert other.begin("a.example", 0.0, at_once=True) == 0
    other.end("a.example")
    assert 50 < one.begin("a.example", 0.0) <= 100


def test_a_turn_is_ended_by_whoever_has_it(machine: Machine) -> None:
    one, other = machine().turns, machine().turns
    one.begin("a.example", 0.0)
    other.begin("a.example", 0.0)
    other.end("a.example")
    assert other.begin("a.example", 0.0) > 0


def test_a_turn_of_a_machine_that_died_passes_on(machine: Machine) -> None:
    dead, alive = machine(lease_s=0.001).turns, machine().turns
    assert dead.begin("a.example", 0.0) == 0
    wait_until(lambda: alive.begin("a.example", 0.0) == 0)


def test_what_a_server_asks_for_holds_for_all_machines(machine: Machine) -> None:
    one, other = machine().turns, machine().turns
    one.wait_at_least("a.example", 60.0)
    one.wait_at_least("a.example", 1.0)
    assert 50 < other.begin("a.example", 0.0) <= 60
    assert not other.is_closed("b.example")
    one.close("b.example", 3_600.0)
    assert other.is_closed("b.example")


def test_one_machine_asks_for_robots_txt_for_all(machine: Machine, redis_url: str) -> None:
    one, other = machine().robots, machine().robots
    assert other.get("https://a.example") is None
    one.put("https://a.example", 200, b"User-agent: *\nDisallow: /\xff")
    assert other.get("https://a.example") == (200, b"User-agent: *\nDisallow: /\xff")
    Redis.from_url(redis_url).set("lurewatch:robots:https://b.example", b"junk")
    assert other.get("https://b.example") is None


def test_redis_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(ConfigurationError, match="Redis cannot be reached") as raised:
        SharedGround("redis://:s3cret@127.0.0.1:1/0", installation="ours", lease_s=1, rest_s=1)
    assert "s3cret" not in str(raised.value)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "crawlers.frontier.shared_ground", None)
    with pytest.raises(ConfigurationError, match="extra `redis` is not installed") as raised:
        shared_ground("unix:///nowhere", installation="ours", lease_s=1, rest_s=1)
    assert "pip install" in raised.value.hint


def test_redis_that_is_lost_is_the_frontier_lost(machine: Machine, redis_url: str) -> None:
    ground = machine()
    found = frontier(ground)
    Redis.from_url(redis_url).shutdown(nosave=True)
    with pytest.raises(FrontierLostError):
        found.take()
    with pytest.raises(FrontierLostError):
        ground.turns.begin("a.example", 0.0)
    # What is asked for where nothing may fail stands in memory.
    ground.turns.close("a.example", 5.0)
    assert ground.turns.is_closed("a.example")
    assert ground.robots.get("https://a.example") is None
