"""Webhooks against a real server on loopback: taken, refused, silent, dripping, redirecting, gone."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from lurewatch import deliveries
from lurewatch.deliveries import deliver_due, delivering, signature
from review_ui import webhook_secrets
from review_ui.sealing import Seal
from store import webhooks
from store.database import Store
from store.tables import Webhook, WebhookMessage
from tests.factories import NOW, make_item, make_user

SEAL = Seal(b"s" * 32)
SECRET = webhook_secrets.new_secret()


@dataclass
class Listener:
    """A system that listens: what it was sent, and how it answers."""

    answer: Callable[[BaseHTTPRequestHandler], None]
    seen: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    origin: str = ""


@contextmanager
def listening(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Listener]:
    listener = Listener(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            listener.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            listener.answer(self)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    listener.origin = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()

    return answer


def _silent(_handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(30):
        time.sleep(0.05)
        try:
            handler.wfile.write(b"a")
            handler.wfile.flush()
        except OSError:
            return


def _urgent(store: Store, origin: str) -> WebhookMessage:
    with store.transaction() as session:
        user = make_user(session, "adm", "administrator")
        url = f"{origin}/hook?from=lw"
        sealed = webhook_secrets.sealed(SEAL, SECRET, url)
        webhooks.add_webhook(session, user, url=url, sealed_secret=sealed, allowed=[origin], now=NOW)
        make_item(session, "urgent")
        return session.scalars(select(WebhookMessage)).one()


def _message(store: Store) -> WebhookMessage:
    with store.reading() as session:
        return session.scalars(select(WebhookMessage)).one()


def test_a_message_arrives_signed(sqlite_store: Store) -> None:
    with listening(_status(204)) as listener:
        message = _urgent(sqlite_store, listener.origin)
        assert deliver_due(sqlite_store, SEAL, [listener.origin], clock=lambda: NOW) == 1
    ((path, headers, body),) = listener.seen
    assert path == "/hook?from=lw"
    assert headers["webhook-id"] == message.message_id
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["webhook-signature"] == signature(SECRET, message.message_id, int(NOW.timestamp()), body)
    assert json.loads(body)["data"]["lane"] == "urgent"
    assert _message(sqlite_store).state == "sent"


def test_the_signature_is_that_of_the_specification() -> None:
    # The example in the README of the specification's reference libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("code", [301, 302, 307, 400, 404, 500, 503])
def test_every_other_answer_is_tried_again(sqlite_store: Store, code: int) -> None:
    with listening(_status(204)) as elsewhere, listening(_status(code, Location=f"{elsewhere.origin}/x")) as listener:
        _urgent(sqlite_store, listener.origin)
        deliver_due(sqlite_store, SEAL, [listener.origin, elsewhere.origin], clock=lambda: NOW)
        assert elsewhere.seen == []
    message = _message(sqlite_store)
    assert (message.state, message.last_problem) == ("waiting", f"It answered {code}.")
    assert message.due_at == NOW + webhooks.PAUSES[0]


@pytest.mark.parametrize("answer", [_silent, _drip], ids=["silent", "dripping"])
def test_who_does_not_answer_in_time_is_left(
    sqlite_store: Store, answer: Callable[[BaseHTTPRequestHandler], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "TIMEOUT_S", 0.3)
    with listening(answer) as listener:
        _urgent(sqlite_store, listener.origin)
        deliver_due(sqlite_store, SEAL, [listener.origin], clock=lambda: NOW)
    message = _message(sqlite_store)
    assert message.state == "waiting"
    assert message.last_problem.endswith(": no answer.")


def test_who_is_not_there_is_tried_again(sqlite_store: Store) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{probe.getsockname()[1]}"
        _urgent(sqlite_store, origin)
        deliver_due(sqlite_store, SEAL, [origin], clock=lambda: NOW)
    assert _message(sqlite_store).last_problem == "ConnectionRefusedError: no answer."


def test_an_origin_that_is_no_longer_allowed_is_not_called(sqlite_store: Store) -> None:
    with listening(_status(204)) as listener:
        _urgent(sqlite_store, listener.origin)
        deliver_due(sqlite_store, SEAL, [], clock=lambda: NOW)
        assert listener.seen == []
    assert "Nothing may be sent to" in _message(sqlite_store).last_problem


def test_a_secret_goes_with_its_address_alone(sqlite_store: Store) -> None:
    # Whoever can write into the store must not have messages signed for a system of theirs.
    with listening(_status(204)) as listener:
        _urgent(sqlite_store, listener.origin)
        with sqlite_store.transaction() as session:
            session.scalars(select(Webhook)).one().url = f"{listener.origin}/another"
        deliver_due(sqlite_store, SEAL, [listener.origin], clock=lambda: NOW)
        assert listener.seen == []
    message = _message(sqlite_store)
    assert (message.state, message.due_at) == ("waiting", NOW + webhooks.PAUSES[0])
    assert "does not open" in message.last_problem


def test_a_host_that_cannot_be_one_is_a_problem_and_no_end(sqlite_store: Store) -> None:
    origin = f"http://{'x' * 70}.example"
    _urgent(sqlite_store, origin)
    deliver_due(sqlite_store, SEAL, [origin], clock=lambda: NOW)
    assert _message(sqlite_store).last_problem == "UnicodeError: no answer."


def test_what_was_kept_in_the_clear_is_sealed_before_anything_is_sent(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session, "adm", "administrator")
        url = "https://siem.example/hook"
        webhooks.add_webhook(session, user, url=url, sealed_secret=SECRET, allowed=[url], now=NOW)
    with delivering(sqlite_store, SEAL, []), sqlite_store.reading() as session:
        webhook = session.scalars(select(Webhook)).one()
        assert SECRET not in webhook.secret
        assert webhook_secrets.opened(SEAL, webhook) == SECRET


def test_the_thread_sends_and_ends(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "LOOK_EVERY_S", 0.02)
    with listening(_status(204)) as listener, delivering(sqlite_store, SEAL, [listener.origin]):
        _urgent(sqlite_store, listener.origin)
        end = time.monotonic() + 20
        while _message(sqlite_store).state != "sent" and time.monotonic() < end:
            time.sleep(0.05)
    assert len(listener.seen) == 1
    assert "webhooks" not in {thread.name for thread in threading.enumerate()}
