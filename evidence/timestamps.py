"""Time stamps by RFC 3161: asks an authority for one, and judges them at the time that they name.

Trusted is what the settings pin for each authority: its root certificates and, where given, the certificate that
signs; never the roots of browsers, nor anything that came with the stamp. Query and full response are kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from evidence.pack_file import PackFile
from evidence.posting import post
from evidence.verify_standalone import (
    MAX_STAMP_BYTES,
    AlteredError,
    StampOpinion,
    UncheckedError,
    der_values,
    read_query,
    read_response,
    signed_data,
)
from lurewatch.errors import EvidenceError
from store.parsed_post import rfc3339

ALGORITHMS = {"sha256": HashAlgorithm.SHA256, "sha512": HashAlgorithm.SHA512}
TIMEOUT_S = 15.0
# How long before the end of the certificate that signed a stamp it is renewed.
RENEWED_BEFORE = timedelta(days=90)
_CERTIFICATES = 0xA0


class NoStampError(EvidenceError):
    """An authority could not be reached, or what it answered is no time stamp of what it was asked to stamp."""

    code = "LW702"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who stamps: `roots` are trusted, a signing certificate must be one of `certificates` if there are any.

    `policy` is the object identifier that its stamps must name, where one is given.
    """

    name: str
    url: str = ""
    roots: tuple[x509.Certificate, ...]
    certificates: tuple[x509.Certificate, ...] = ()
    policy: str = ""
    algorithm: str = "sha256"


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A stamp that was verified; `chain` is PEM, and the certificate that signed it ends at `good_until`."""

    authority: str
    query: bytes
    response: bytes
    chain: str
    stamped_at: datetime
    good_until: datetime


def ask(authority: Authority, message: bytes) -> TimeStamp:
    """Have `message` stamped; only its digest leaves. Raises NoStampError."""
    algorithm = ALGORITHMS[authority.algorithm]
    request = TimestampRequestBuilder(data=message, hash_algorithm=algorithm, nonce=True, cert_req=True).build()
    query = request.as_bytes()
    try:
        response = _answer(authority, query)
        if read_query(query) != read_response(response)[0]:
            raise AlteredError("it answers another query")
        return _kept(authority, query, response, _verified(authority, response, message))
    except (AlteredError, VerificationError, ValueError) as error:
        raise NoStampError(
            f"What {authority.name} ({authority.url}) answered is no time stamp by its pinned certificates: {error}.",
            hint="Compare its certificates with those in the settings.",
        ) from error
    except (OSError, HTTPException) as error:
        raise NoStampError(
            f"{authority.name} ({authority.url}) gave no answer: {type(error).__name__}.", hint="Try again later."
        ) from error


def ask_each(authorities: Sequence[Authority], message: bytes) -> tuple[list[TimeStamp], list[str]]:
    """A stamp by each authority that answers, and why the others gave none."""
    stamps, problems = [], []
    for authority in authorities:
        try:
            stamps.append(ask(authority, message))
        except NoStampError as error:
            problems.append(str(error))
    return stamps, problems


def renewal_of(stamps: Sequence[TimeStamp], *, now: datetime) -> bytes | None:
    """What to have stamped anew so that these stamps of one authority outlive their certificates: the last response."""
    return stamps[-1].response if stamps[-1].good_until < now + RENEWED_BEFORE else None


def opinion_of(authorities: Sequence[Authority], *, now: datetime) -> StampOpinion | None:
    """What these authorities' certificates say of a stamp; None where there are none to ask."""

    def opinion(response: bytes, message: bytes) -> str:
        named = [authority for authority in authorities if _is_named(authority, response)]
        if not named:
            raise UncheckedError("by no authority whose certificates you gave")
        faults = []
        for authority in named:
            try:
                answer = _verified(authority, response, message)
                return f"signed by {authority.name}, {_lifetime(_signer(answer), now)}"
            except (VerificationError, ValueError) as error:
                faults.append(f"not signed by {authority.name}: {_reason(error)}")
        raise AlteredError("; ".join(faults))

    return opinion if authorities else None


def read_stamp(authority: Authority, query: bytes, response: bytes, message: bytes) -> TimeStamp | None:
    """A stamp of `message` that was kept before; None when this authority did not sign it."""
    try:
        return _kept(authority, query, response, _verified(authority, response, message))
    except (AlteredError, VerificationError, ValueError):
        return None


def files_of(stem: str, stamps: Sequence[TimeStamp], *, first: int = 1) -> list[PackFile]:
    """Query, response and certificates of each stamp, numbered from `first` behind `stem`."""
    return [
        PackFile(f"{stem}{number:04d}.{kind}", (content,))
        for number, stamp in enumerate(stamps, first)
        for kind, content in (("tsq", stamp.query), ("tsr", stamp.response), ("pem", stamp.chain.encode()))
    ]


def seal_files(stamps: Sequence[TimeStamp], *, first: int = 1) -> list[PackFile]:
    """Where a pack keeps the stamps of its seal."""
    return files_of("seal/stamps/", stamps, first=first)


def in_der_order(response: bytes) -> bytes:
    """`response` with its certificates in the order of DER, which the library demands and many authorities do not keep.

    They stand outside of what is signed.
    """
    found = [part.content for part in signed_data(response) if part.tag == _CERTIFICATES]
    for content in found:
        response = response.replace(content, b"".join(sorted(one.whole for one in der_values(content))))
    return response


def as_pem(certificates: Iterable[x509.Certificate]) -> str:
    """The certificates one behind the other, each once."""
    return "".join(dict.fromkeys(one.public_bytes(Encoding.PEM).decode() for one in certificates))


def _is_named(authority: Authority, response: bytes) -> bool:
    """Whether a stamp claims to be by this authority: a certificate in it names one of the roots as its issuer."""
    subjects = {root.subject for root in authority.roots}
    return any(certificate.issuer in subjects for certificate in _embedded(response))


def _answer(authority: Authority, query: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    status, response = post(authority.url, query, headers, limit_s=TIMEOUT_S, most_bytes=MAX_STAMP_BYTES)
    if status != 200 or len(response) > MAX_STAMP_BYTES:
        raise AlteredError(f"status {status}, {len(response)} bytes")
    return response


def _verified(authority: Authority, response: bytes, message: bytes) -> TimeStampResponse:
    """The stamp, when this authority signed it at the time it names; VerificationError or ValueError when not."""
    answer = decode_timestamp_response(in_der_order(response))
    pinned = [one for one in authority.certificates if one == _signer(answer)] or [*authority.certificates]
    verifier = VerifierBuilder(
        policy_id=x509.ObjectIdentifier(authority.policy) if authority.policy else None,
        tsa_certificate=pinned[0] if pinned else None,
        roots=list(authority.roots),
    )
    verifier.build().verify_message(answer, message)
    return answer


def _kept(authority: Authority, query: bytes, response: bytes, answer: TimeStampResponse) -> TimeStamp:
    chain = as_pem([*_embedded(response), *authority.roots])
    until = _signer(answer).not_valid_after_utc
    stamped_at = datetime.fromtimestamp(read_response(response)[1], UTC)
    return TimeStamp(authority.name, query, response, chain, stamped_at, until)


def _embedded(response: bytes) -> list[x509.Certificate]:
    parts = (part for part in signed_data(response) if part.tag == _CERTIFICATES)
    return [x509.load_der_x509_certificate(one.whole) for part in parts for one in der_values(part.content)]


def _signer(answer: TimeStampResponse) -> x509.Certificate:
    """The certificate among those in the stamp that its signature names."""
    told = {(one.issuer, one.serial_number) for one in answer.signed_data.signer_infos}
    for der in answer.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(der)
        if (certificate.issuer, certificate.serial_number) in told:
            return certificate
    raise ValueError("the certificate that signed is not in the stamp")


def _lifetime(certificate: x509.Certificate, now: datetime) -> str:
    until = certificate.not_valid_after_utc
    if until < now:
        return f"whose certificate held then and ended at {rfc3339(until)}: OpenSSL needs -attime"
    return f"whose certificate holds until {rfc3339(until)}"


def _reason(error: Exception) -> str:
    """The library's message without the places in OpenSSL's source."""
    text = str(error)
    return text.rpartition('data: "')[2].partition('"')[0] if 'data: "' in text else text[:120]
