"""The bag: what other people's BagIt tools accept, and a seal over all of it."""

from cryptography.hazmat.primitives.asymmetric import ec

from evidence.bag import sealed_bag
from evidence.keys import SigningKey, signature_holds
from evidence.pack_file import PackFile

KEY = SigningKey(ec.derive_private_key(7, ec.SECP384R1()))
PAYLOAD = [PackFile("data/a.txt", (b"hello",)), PackFile("data/b.txt", (b"",))]


def bag(info: dict[str, str] | None = None) -> dict[str, bytes]:
    made = sealed_bag(PAYLOAD, info or {"External-Identifier": "CASE-1"}, KEY)
    return {file.name: b"".join(file.chunks()) for file in made}


def test_the_files_are_those_of_the_profile() -> None:
    assert sorted(bag()) == [
        "bag-info.txt", "bagit.txt", "data/a.txt", "data/b.txt", "manifest-sha256.txt", "manifest-sha512.txt",
        "seal/seal.json", "seal/signer.pem", "seal/tagmanifest-sha256.txt.sig", "tagmanifest-sha256.txt",
        "tagmanifest-sha512.txt",
    ]  # fmt: skip


def test_the_payload_manifest_has_the_known_digest_of_hello() -> None:
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert bag()["manifest-sha256.txt"].splitlines()[0] == f"{digest}  data/a.txt".encode()


def test_size_and_number_of_the_payload_are_stated() -> None:
    assert b"Payload-Oxum: 5.2\n" in bag()["bag-info.txt"]


def test_a_line_break_in_a_value_forges_no_field() -> None:
    lines = bag({"Source-Organization": "Unit 7\r\nPayload-Oxum: 0.0\n X: y"})["bag-info.txt"].split(b"\n")
    assert [line.split(b":")[0] for line in lines] == [b"Payload-Oxum", b"Source-Organization", b""]


def test_the_signature_is_over_the_tag_manifest() -> None:
    files = bag()
    signature = files["seal/tagmanifest-sha256.txt.sig"]
    assert signature_holds(files["seal/signer.pem"], signature, files["tagmanifest-sha256.txt"])
    assert b"manifest-sha512.txt" in files["tagmanifest-sha256.txt"]
