"""Time stamps: what an authority may answer, and what its pinned certificates make of it."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence import timestamps
from evidence.timestamps import NoStampError, ask, in_der_order, opinion_of, renewal_of
from evidence.verify_standalone import (
    MAX_STAMP_BYTES,
    AlteredError,
    UncheckedError,
    der_values,
    read_query,
    read_response,
    signed_data,
)
from tests.evidence.authorities import POLICY, Answer, Stamper, give_certificate, make_stamper, serving

MESSAGE = b"the tag manifest"
NOW = datetime.now(UTC)


@pytest.fixture
def stamper(tmp_path: Path) -> Iterator[Stamper]:
    with serving(make_stamper(tmp_path / "one")) as stamper:
        yield stamper


def _judge(stamper: Stamper, response: bytes, message: bytes = MESSAGE, **changes: object) -> str:
    opinion = opinion_of([stamper.as_authority(**changes)], now=datetime.now(UTC))
    assert opinion is not None
    return opinion(response, message)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_stamp_keeps_query_response_and_chain(stamper: Stamper, algorithm: str) -> None:
    stamp = ask(stamper.as_authority(algorithm=algorithm), MESSAGE)
    imprint, at = read_response(stamp.response)
    assert stamper.queries == [stamp.query]
    assert read_query(stamp.query) == imprint
    assert imprint.algorithm == algorithm
    assert imprint.nonce
    assert abs(datetime.fromtimestamp(at, UTC) - datetime.now(UTC)) < timedelta(minutes=1)
    assert (stamp.stamped_at.timestamp(), stamp.good_until) == (at, stamper.signer.not_valid_after_utc)
    assert stamp.chain.count("BEGIN CERTIFICATE") == 3


def test_only_the_digest_leaves(stamper: Stamper) -> None:
    ask(stamper.as_authority(), MESSAGE)
    assert MESSAGE not in stamper.queries[0]


def test_certificates_out_of_order_are_put_in_order_and_nothing_else_changes(stamper: Stamper) -> None:
    response = ask(stamper.as_authority(), MESSAGE).response
    ordered = in_der_order(response)
    certificates = [[one.whole for one in der_values(signed_data(each)[3].content)] for each in (response, ordered)]
    assert certificates[0] != certificates[1] == sorted(certificates[0])
    assert len(response) == len(ordered)
    assert _judge(stamper, response).startswith("signed by one, whose certificate holds until")


def test_the_pinned_certificate_and_policy_are_demanded(stamper: Stamper) -> None:
    stamp = ask(stamper.as_authority(certificates=(stamper.signer,), policy=POLICY), MESSAGE)
    with pytest.raises(AlteredError, match="not signed by one: Policy ID mismatch"):
        _judge(stamper, stamp.response, policy="1.2.3.4")
    old = stamper.signer
    give_certificate(stamper, ends=timedelta(days=9))
    with pytest.raises(NoStampError, match="by its pinned certificates: Embedded certificate does not match"):
        ask(stamper.as_authority(certificates=(old,)), MESSAGE)
    assert ask(stamper.as_authority(certificates=(old, stamper.signer)), MESSAGE)


def test_another_message_is_not_what_was_stamped(stamper: Stamper) -> None:
    response = ask(stamper.as_authority(), MESSAGE).response
    with pytest.raises(AlteredError, match="Mismatch between messages"):
        _judge(stamper, response, b"another")


def test_another_authority_is_not_the_one_that_is_trusted(stamper: Stamper, tmp_path: Path) -> None:
    other = make_stamper(tmp_path / "other")
    response = ask(stamper.as_authority(), MESSAGE).response
    with pytest.raises(UncheckedError, match="by no authority whose certificates you gave"):
        _judge(other, response)


def test_who_only_bears_the_name_of_the_trusted_one_is_found_out(stamper: Stamper, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    namesake = make_stamper(tmp_path / "real" / "one")
    response = ask(stamper.as_authority(), MESSAGE).response
    with pytest.raises(AlteredError, match="not signed by one: Verify error"):
        _judge(namesake, response)


@pytest.mark.parametrize("place", [-3, -20], ids=["last byte of the signature", "within the signature"])
def test_a_signature_that_was_changed_is_found_out(stamper: Stamper, place: int) -> None:
    response = bytearray(ask(stamper.as_authority(), MESSAGE).response)
    response[place] ^= 1
    with pytest.raises(AlteredError, match="not signed by one"):
        _judge(stamper, bytes(response))


def test_a_time_that_was_changed_is_found_out(stamper: Stamper) -> None:
    response = ask(stamper.as_authority(), MESSAGE).response
    year = datetime.now(UTC).strftime("%Y%m").encode()
    with pytest.raises(AlteredError, match="not signed by one"):
        _judge(stamper, response.replace(year, b"2019" + year[4:], 1))


def test_a_certificate_that_has_ended_since_held_when_it_stamped(stamper: Stamper) -> None:
    give_certificate(stamper, ends=timedelta(seconds=3))
    response = ask(stamper.as_authority(), MESSAGE).response
    time.sleep(3.5)
    assert "whose certificate held then and ended at" in _judge(stamper, response)


def test_a_certificate_that_had_ended_before_it_stamped_is_refused(stamper: Stamper) -> None:
    give_certificate(stamper, ends=-timedelta(days=1))
    with pytest.raises(NoStampError, match="certificate has expired"):
        ask(stamper.as_authority(), MESSAGE)


def _stamp_of_another_query(stamper: Stamper, query: bytes) -> tuple[int, bytes]:
    nonce = read_query(query).nonce
    assert nonce is not None
    return 200, stamper.stamp(query.replace(nonce, nonce[:-1] + bytes([nonce[-1] ^ 1])))


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        pytest.param(_stamp_of_another_query, "it answers another query", id="another nonce"),
        pytest.param(lambda *_: (200, b""), "not shaped as RFC 3161 says", id="empty"),
        pytest.param(lambda *_: (200, b"<html>please sign in</html>"), "time stamp is cut off", id="a web page"),
        pytest.param(lambda stamper, query: (200, stamper.stamp(query)[:-9]), "is cut off", id="cut off"),
        pytest.param(lambda *_: (200, bytes.fromhex("30053003020102")), "did not grant", id="rejected"),
        pytest.param(lambda *_: (200, b"0" * (MAX_STAMP_BYTES + 1)), "status 200, ", id="endless"),
        pytest.param(lambda *_: (503, b"busy"), "status 503, 4 bytes", id="busy"),
        pytest.param(lambda *_: (302, b""), "status 302, 0 bytes", id="elsewhere"),
    ],
)
def test_what_is_no_stamp_of_the_query_is_refused(tmp_path: Path, answer: Answer, complaint: str) -> None:
    with serving(make_stamper(tmp_path / "one"), answer) as stamper, pytest.raises(NoStampError, match=complaint):
        ask(stamper.as_authority(), MESSAGE)


def test_who_is_not_there_gives_no_answer(stamper: Stamper) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/"
        with pytest.raises(NoStampError, match=r"gave no answer: ConnectionRefusedError\. Try again later"):
            ask(stamper.as_authority(url=url), MESSAGE)


def test_who_is_silent_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestamps, "TIMEOUT_S", 0.3)

    def silent(*_: object) -> tuple[int, bytes]:
        time.sleep(1)
        return 200, b""

    stamper = make_stamper(tmp_path / "one")
    with serving(stamper, silent), pytest.raises(NoStampError, match="gave no answer"):
        ask(stamper.as_authority(), MESSAGE)


def test_a_stamp_is_renewed_by_stamping_its_response_shortly_before_the_certificate_ends(stamper: Stamper) -> None:
    stamp = ask(stamper.as_authority(), MESSAGE)
    early = stamp.good_until - timestamps.RENEWED_BEFORE
    assert renewal_of([stamp], now=early) is None
    assert renewal_of([stamp], now=early + timedelta(days=1)) == stamp.response


def test_without_authorities_there_is_no_opinion() -> None:
    assert opinion_of([], now=NOW) is None
