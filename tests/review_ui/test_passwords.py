"""Hashes, and what never reaches argon2."""

import time

import pytest

from lurewatch.errors import DataError
from review_ui.passwords import MAX_CHARACTERS, PasswordCost, Passwords
from tests.review_ui.office import CHEAP

PASSWORDS = Passwords(CHEAP)


def test_a_password_matches_its_hash_alone() -> None:
    kept = PASSWORDS.hash("mật khẩu của tôi")
    assert PASSWORDS.matches(kept, "mật khẩu của tôi")
    assert not PASSWORDS.matches(kept, "mật khẩu của tao")


def test_the_default_is_argon2id_with_64_mib() -> None:
    assert Passwords(PasswordCost()).hash("pw").startswith("$argon2id$v=19$m=65536,t=4,p=2$")


def test_both_ways_to_type_an_accent_are_one_password() -> None:
    assert PASSWORDS.matches(PASSWORDS.hash("\u00e9t\u00e9"), "e\u0301te\u0301")


@pytest.mark.parametrize("password", ["", "x" * (MAX_CHARACTERS + 1)], ids=["empty", "too long"])
def test_a_password_that_cannot_be_kept(password: str) -> None:
    with pytest.raises(DataError, match=f"has {len(password)} characters"):
        PASSWORDS.hash(password)


def test_an_overlong_password_is_refused_before_it_is_hashed() -> None:
    slow = Passwords(PasswordCost(memory_kib=64 * 1024, time_cost=8, parallelism=1))
    kept = slow.hash("right")
    started = time.process_time()
    slow.matches(kept, "wrong")
    verified = time.process_time()
    assert not slow.matches(kept, "x" * 10_000_000)
    assert time.process_time() - verified < (verified - started) / 2


@pytest.mark.parametrize("kept", [None, "not a hash", "$argon2id$v=19$m=8,t=1,p=1$$"])
def test_nothing_matches_what_is_no_hash(kept: str | None) -> None:
    assert not PASSWORDS.matches(kept, "whatever")


def test_a_name_without_an_account_costs_a_verification() -> None:
    passwords = Passwords(PasswordCost(memory_kib=16 * 1024, time_cost=4, parallelism=1))
    kept = passwords.hash("right")

    def cost(password_hash: str | None) -> float:
        started = time.perf_counter()
        passwords.matches(password_hash, "wrong")
        return time.perf_counter() - started

    known, unknown = (min(cost(password_hash) for _ in range(5)) for password_hash in (kept, None))
    assert 0.4 < unknown / known < 2.5
