"""The case as CASE/UCO 1.5 JSON-LD: what was collected, how it was judged, and who decided what.

Each capture is a provenance record with the action that made it; each verdict and each decision is an investigative
action, so that a machine's estimate and a person's judgement never look the same. Own terms stand under `lw:`.
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from evidence.decisions import differing, shown_verdict
from evidence.dossier import Dossier
from evidence.exchange.digests import payload_sha256
from evidence.exchange.graph import CONTEXT, Graph, Node, decimal, facet_of, instant
from evidence.exchange.ids import content_id
from evidence.exchange.json_line import json_line

_APPLICATIONS = ("telegram", "whatsapp", "line", "wechat", "zalo")


def case_uco(dossier: Dossier) -> bytes:
    """case.jsonld."""
    graph = Graph(dossier.claims["installation"])
    _Telling(graph, dossier).tell()
    document = {"@context": CONTEXT, "@graph": graph.nodes()}
    return json_line(document)


class _Telling:
    """Puts a dossier into a graph, piece by piece."""

    def __init__(self, graph: Graph, dossier: Dossier) -> None:
        self._add = graph.add
        self._dossier = dossier
        self._claims = dossier.claims
        self._organisation = graph.add("identity_Organization", "organisation", core_name=self._claims["organisation"])
        self._lurewatch = graph.add(
            "tool_Tool",
            "lurewatch",
            tool_version=version("lurewatch"),
            core_name="Lurewatch",
            tool_toolType="collection",
        )

    def tell(self) -> None:
        records = {document["file"]: self._capture(document) for document in self._dossier.captures}
        told = [node for document in self._dossier.posts for node in self._post(document)]
        case = self._claims["case"]
        self._add(
            "investigation_Investigation",
            case["number"],
            core_name=f"{case['number']}: {case['title']}",
            core_description="Posts that reviewers confirmed as likely recruitment. Nobody is accused of anything.",
            investigation_focus="recruitment indicators in public posts",
            core_startTime=instant(case["opened_at"]),
            core_object=[*records.values(), *told],
        )

    def _capture(self, document: Mapping[str, Any]) -> Node:
        """The provenance record of a capture, and the action that made it."""
        url, file = self._url(document["url"]), document["file"]
        payload = self._add(
            "observable_ContentData",
            file,
            core_description="The payload as the installation received it",
            facets=[_content(document)],
        )
        exhibit = file.rsplit("/", 1)[-1].split(".")[0]
        record = self._add(
            "investigation_ProvenanceRecord",
            file,
            investigation_exhibitNumber=f"{self._claims['case']['number']}/{exhibit}",
            core_object=[payload, *self._carrier(file, payload), url],
        )
        self._add(
            "investigation_InvestigativeAction",
            "capture",
            document["id"],
            core_name="Capture",
            core_description=f"{document['provenance']}; robots.txt: {document['robots']}",
            action_startTime=instant(document["fetched_at"]),
            action_endTime=instant(document["fetched_at"]),
            action_performer=self._organisation,
            action_instrument=self._lurewatch,
            action_object=url,
            action_result=[payload, record],
        )
        return record

    def _carrier(self, file: str, payload: Node) -> list[Node]:
        """The file of the pack that stands for a payload; in a redacted copy it holds something else."""
        facet = facet_of("observable_FileFacet", observable_filePath=f"data/{file}")
        if self._claims.get("variant") == "redacted":
            withheld = "Made of the masked texts; the payload is withheld"
            return [self._add("observable_File", file, core_description=withheld, facets=[facet])]
        carrier = self._add("observable_File", file, facets=[facet])
        inside = self._add(
            "observable_ObservableRelationship",
            file,
            core_source=payload,
            core_target=carrier,
            core_kindOfRelationship="Contained_Within",
            core_isDirectional=True,
        )
        return [carrier, inside]

    def _url(self, value: str) -> Node:
        return self._add("observable_URL", value, facets=[facet_of("observable_URLFacet", observable_fullValue=value)])

    def _post(self, document: Mapping[str, Any]) -> list[Node]:
        return [node for revision in document["revisions"] for node in self._revision(document, revision)]

    def _revision(self, document: Mapping[str, Any], revision: Mapping[str, Any]) -> list[Node]:
        """A version of a post, whom to contact in it, and every action on it."""
        post = self._add(
            "observable_Post",
            document["post"]["id"],
            revision["number"],
            core_name=f"Post {document['post']['native_id']}, version {revision['number']}",
            facets=[self._message(document, revision)],
        )
        contacts = [self._contact(found) for found in revision["identifiers"]]
        scored = {verdict["release"]: self._verdict(post, revision, verdict) for verdict in revision["verdicts"]}
        decided = self._decisions(post, revision, scored)
        url = [self._url(document["post"]["url"])] if document["post"]["url"] else []
        return [post, *url, *contacts, *scored.values(), *decided]

    def _message(self, document: Mapping[str, Any], revision: Mapping[str, Any]) -> Node:
        author = revision["author"]
        account = self._account("author", document["source"]["name"], author) if author else None
        return facet_of(
            "observable_MessageFacet",
            observable_messageID=document["post"]["native_id"],
            observable_messageText=revision["scored_text"],
            observable_sentTime=instant(revision["posted_at"]),
            observable_from=account,
        )

    def _contact(self, found: Mapping[str, Any]) -> Node:
        kind, value = found["type"], found["normalized"]
        if kind == "url":
            return self._url(value)
        if kind == "place":
            return self._add("location_Location", value, core_name=value)
        if kind == "email":
            facet = facet_of("observable_EmailAddressFacet", observable_addressValue=value)
            return self._add("observable_EmailAddress", value, facets=[facet])
        if kind == "phone":
            facet = facet_of("observable_PhoneAccountFacet", observable_phoneNumber=value)
            return self._add("observable_PhoneAccount", value, facets=[facet])
        return self._account(kind, kind, value)

    def _account(self, kind: str, issuer: str, value: str) -> Node:
        facets = [facet_of("observable_AccountFacet", observable_accountIdentifier=value)]
        if issuer in _APPLICATIONS:
            application = self._add("observable_Application", issuer, core_name=issuer)
            facets.append(facet_of("observable_ApplicationAccountFacet", observable_application=application))
        return self._add("observable_ApplicationAccount", kind, issuer, value, core_tag=[kind], facets=facets)

    def _verdict(self, post: Node, revision: Mapping[str, Any], verdict: Mapping[str, Any]) -> Node:
        """The action by which a release estimated; nobody performed it."""
        content = revision["id"], verdict["release"]
        result = self._add("observable_ObservableObject", "verdict", *content, facets=_result_facets(content, verdict))
        return self._add(
            "investigation_InvestigativeAction",
            "verdict",
            *content,
            core_name="Estimate by a model",
            core_description="'Likely recruitment' is a calibrated estimate, no finding.",
            action_startTime=instant(verdict["scored_at"]),
            action_endTime=instant(verdict["scored_at"]),
            action_instrument=self._release(verdict["release"]),
            action_object=post,
            action_result=result,
        )

    def _release(self, name: str) -> Node:
        about = self._claims.get("releases", {}).get(name, {})
        facets = [_hash_facet(about["sha256"])] if "sha256" in about else []
        thresholds = [f"{label}: {value}" for label, value in sorted(about.get("thresholds", {}).items())]
        return self._add(
            "tool_AnalyticTool",
            name,
            core_name=f"Lurewatch release {name}",
            tool_version=name,
            core_description=None if about else "Its hash and thresholds are not told in this pack.",
            lw_threshold=thresholds,
            facets=facets,
        )

    def _decisions(self, post: Node, revision: Mapping[str, Any], scored: Mapping[str, Node]) -> list[Node]:
        item = revision["item"]
        return [self._decision(post, revision, decision, scored) for decision in item["decisions"]] if item else []

    def _decision(
        self, post: Node, revision: Mapping[str, Any], decision: Mapping[str, Any], scored: Mapping[str, Node]
    ) -> Node:
        """The action of a reviewer, informed by the estimate that was shown."""
        shown = shown_verdict(revision, decision) if decision["saw_score"] else None
        statement = self._add(
            "core_Annotation",
            "decision",
            decision["id"],
            core_object=post,
            core_statement=[decision["outcome"], *([decision["note"]] if decision["note"] else [])],
            core_tag=decision["labels"],
        )
        return self._add(
            "investigation_InvestigativeAction",
            "decision",
            decision["id"],
            core_name="Decision by a reviewer",
            action_startTime=instant(decision["decided_at"]),
            action_endTime=instant(decision["decided_at"]),
            action_performer=self._reviewer(decision["reviewer"]),
            action_object=post,
            action_result=statement,
            investigation_wasInformedBy=scored[shown["release"]] if shown else None,
            lw_outcome=decision["outcome"],
            lw_sawScore=decision["saw_score"],
            lw_purpose=decision.get("purpose"),
            lw_takesBackDecision=decision["undoes"],
            lw_differsFromReviewer=differing(revision["item"]["decisions"], decision),
        )

    def _reviewer(self, pseudonym: str) -> Node:
        return self._add("identity_Identity", pseudonym, core_name=pseudonym)


def _content(document: Mapping[str, Any]) -> Node:
    sha256 = payload_sha256(document)
    return (_hash_facet(sha256) if sha256 else {"@type": "uco-observable:ContentDataFacet"}) | {
        "uco-observable:mimeType": document["media_type"] or "application/octet-stream",
        "uco-observable:sizeInBytes": document["size_bytes"],
    }


def _hash_facet(sha256: str) -> Node:
    # As plain text: the vocabulary's datatype makes `case_validate` warn.
    hash_ = {
        "@id": f"kb:{content_id('hash', sha256)}",
        "@type": "uco-types:Hash",
        "uco-types:hashMethod": "SHA256",
        "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": sha256},
    }
    return {"@type": "uco-observable:ContentDataFacet", "uco-observable:hash": hash_}


def _result_facets(content: tuple[Any, ...], verdict: Mapping[str, Any]) -> list[Node]:
    return [
        {
            "@type": "uco-analysis:ArtifactClassificationResultFacet",
            "uco-analysis:classification": [
                {
                    "@id": f"kb:{content_id(*content, 'class', label)}",
                    "@type": "uco-analysis:ArtifactClassification",
                    "uco-analysis:class": label,
                    "uco-analysis:classificationConfidence": decimal(probability),
                }
                for label, probability in [("likely recruitment", verdict["risk"]), *sorted(verdict["labels"].items())]
            ],
        },
        {
            "@type": ["lw:VerdictFacet", "uco-core:Facet"],
            "lw:language": verdict["lang"],
            "lw:flagged": list(verdict["flagged"]),
            "lw:indicator": [f"{one['code']} at {one['start']}-{one['end']}" for one in verdict["indicators"]],
            "lw:reason": [f"{one['code']} {one['weight']:+.4f} ({one['side']})" for one in verdict.get("reasons", [])],
        },
    ]
