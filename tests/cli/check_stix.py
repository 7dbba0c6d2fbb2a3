#!/usr/bin/env python3
"""Checks a bundle against the rules of OASIS STIX 2.1 for the object types that prova writes. Standard library only.

Usage: check_stix.py BUNDLE.json; prints each violation, exit code 1 if there is any.

Strict: an unknown object type or property is a violation, so that a new one must be added here with its rule. The numbers
are sections of the specification (OASIS Standard, 10 June 2021).
"""
import json
import re
import sys

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
IDENTIFIER = re.compile(r"^[a-z0-9][a-z0-9-]{1,248}[a-z0-9]--" + UUID + "$")            # 2.9
TIMESTAMP = re.compile(r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z$")  # 2.13
SHA256 = re.compile(r"^[0-9a-f]{64}$")
COMMON = {"type", "spec_version", "id", "created_by_ref", "created", "modified", "lang", "labels", "confidence",
          "external_references", "object_marking_refs", "extensions", "revoked"}        # 3.1, 3.2
REQUIRED_COMMON = {"type", "spec_version", "id", "created", "modified"}
# type: (required, optional), sections 4.2, 4.5, 4.8, 4.11, 4.13, 4.14, 4.16, 5.1, 7.2, 7.3
OBJECTS = {
    "campaign": ({"name"}, {"description", "aliases", "first_seen", "last_seen", "objective"}),
    "identity": ({"name"}, {"description", "roles", "identity_class", "sectors", "contact_information"}),
    "intrusion-set": ({"name"}, {"description", "aliases", "first_seen", "last_seen", "goals"}),
    "malware": ({"is_family"}, {"name", "description", "malware_types", "aliases", "sample_refs"}),
    "note": ({"content", "object_refs"}, {"abstract", "authors"}),
    "opinion": ({"opinion", "object_refs"}, {"explanation", "authors"}),
    "report": ({"name", "published", "object_refs"}, {"description", "report_types"}),
    "relationship": ({"relationship_type", "source_ref", "target_ref"}, {"description", "start_time", "stop_time"}),
    "extension-definition": ({"name", "schema", "version", "extension_types", "created_by_ref"}, {"description"}),
}
OPINIONS = {"strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"}      # 10.14
REPORT_TYPES = {"attack-pattern", "campaign", "identity", "indicator", "intrusion-set", "malware", "observed-data",
                "threat-actor", "threat-report", "tool", "vulnerability"}               # 10.21
RELATIONSHIPS = {                                                                        # "relationships" of each type
    ("campaign", "attributed-to", "intrusion-set"), ("campaign", "uses", "malware"),
    ("malware", "variant-of", "malware"),
}
TLP2 = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
MARKINGS = {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": ("TLP:CLEAR", "clear"),
            "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": ("TLP:GREEN", "green"),
            "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": ("TLP:AMBER", "amber"),
            "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": ("TLP:AMBER+STRICT", "amber+strict"),
            "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": ("TLP:RED", "red")}


class Checker:
    def __init__(self, bundle):
        self.bundle = bundle
        self.problems = []
        self.ids = {}

    def fail(self, where, what):
        self.problems.append(f"{where}: {what}")

    def check(self):
        if self.bundle.get("type") != "bundle" or set(self.bundle) != {"type", "id", "objects"}:
            self.fail("bundle", "needs exactly type, id and objects")                    # 8
        if not IDENTIFIER.match(self.bundle.get("id", "")) or not self.bundle["id"].startswith("bundle--"):
            self.fail("bundle", "id is no bundle identifier")
        for item in self.bundle["objects"]:
            if item.get("id") in self.ids:
                self.fail(item["id"], "appears twice")
            self.ids[item.get("id")] = item
        for item in self.bundle["objects"]:
            self.check_object(item)
        return self.problems

    def check_object(self, item):
        where, kind = item.get("id", "?"), item.get("type", "?")
        if not IDENTIFIER.match(where) or not where.startswith(kind + "--"):
            self.fail(where, "identifier does not fit the type")
        if item.get("spec_version") != "2.1":
            self.fail(where, "spec_version is not 2.1")
        self.check_values(where, item)
        self.check_references(where, item)
        if kind == "marking-definition":
            return self.check_marking(where, item)
        if kind == "file":
            return self.check_file(where, item)
        if kind not in OBJECTS:
            return self.fail(where, f"unknown type {kind}")
        required, optional = OBJECTS[kind]
        for name in (required | REQUIRED_COMMON) - set(item):
            self.fail(where, f"{name} is missing")
        for name in set(item) - required - optional - COMMON:
            self.fail(where, f"{name} is no property of {kind}")
        for name in ("created", "modified", "published"):
            if name in item and not TIMESTAMP.match(item[name]):
                self.fail(where, f"{name} is no timestamp")
        if item.get("modified", "") < item.get("created", ""):
            self.fail(where, "modified before created")                                  # 3.2
        getattr(self, "check_" + kind.replace("-", "_"), lambda *_: None)(where, item)

    def check_values(self, where, value):
        """No empty lists, no nulls outside extensions (2.1, 2.7), no empty strings."""
        for name, inner in value.items():
            if name == "extensions":
                continue
            if inner is None or inner == [] or inner == "" or inner == {}:
                self.fail(where, f"{name} is empty")
        confidence = value.get("confidence", 0)
        if not isinstance(confidence, int) or not 0 <= confidence <= 100:
            self.fail(where, "confidence is not a whole number from 0 to 100")           # 3.2
        for reference in value.get("external_references", []):                          # 2.5
            if not reference.get("source_name") or len(set(reference) & {"description", "url", "external_id"}) == 0:
                self.fail(where, "external reference without source_name or content")
            if "url" in reference and not re.match(r"^https?://", reference["url"]):
                self.fail(where, "url of an external reference is no address")

    def check_references(self, where, item):
        """Every reference resolves; its type is one that the property may point at."""
        for name, value in item.items():
            if not name.endswith("_ref") and not name.endswith("_refs"):
                continue
            for reference in value if isinstance(value, list) else [value]:
                if reference not in self.ids:
                    self.fail(where, f"{name} names {reference}, which is not in the bundle")
                if name == "created_by_ref" and not reference.startswith("identity--"):
                    self.fail(where, "created_by_ref is no identity")
                if name == "object_marking_refs" and not reference.startswith("marking-definition--"):
                    self.fail(where, "object_marking_refs is no marking")
                if name == "sample_refs" and not reference.startswith(("file--", "artifact--")):
                    self.fail(where, "sample_refs is no file")
        for extension, content in item.get("extensions", {}).items():                    # 7.3
            if extension != TLP2 and extension not in self.ids:
                self.fail(where, f"{extension} is not in the bundle")
            if content.get("extension_type") != "property-extension":
                self.fail(where, "extension without extension_type property-extension")
            for name in content:
                if not re.match(r"^[a-z0-9_]{3,250}$", name):
                    self.fail(where, f"{name} is no property name")

    def check_marking(self, where, item):
        if where not in MARKINGS:
            return self.fail(where, "no TLP 2.0 marking")
        name, value = MARKINGS[where]
        expected = {"type": "marking-definition", "spec_version": "2.1", "id": where, "created": "2022-10-01T00:00:00.000Z",
                    "name": name, "extensions": {TLP2: {"extension_type": "property-extension", "tlp_2_0": value}}}
        if item != expected:
            self.fail(where, "differs from the TLP 2.0 marking of the OASIS common objects")

    def check_file(self, where, item):
        allowed = {"type", "spec_version", "id", "hashes", "size", "name", "object_marking_refs", "extensions"}   # 6.7
        for name in set(item) - allowed:
            self.fail(where, f"{name} is no property of file")
        if not SHA256.match(item.get("hashes", {}).get("SHA-256", "")):
            self.fail(where, "no SHA-256")

    def check_opinion(self, where, item):
        if item["opinion"] not in OPINIONS:
            self.fail(where, f"opinion is {item['opinion']}")

    def check_report(self, where, item):
        for kind in item.get("report_types", []):
            if kind not in REPORT_TYPES:
                self.fail(where, f"report_types holds {kind}")

    def check_relationship(self, where, item):
        source, target = item["source_ref"].split("--")[0], item["target_ref"].split("--")[0]
        kind = item["relationship_type"]
        if kind != "related-to" and (source, kind, target) not in RELATIONSHIPS:
            self.fail(where, f"{source} {kind} {target} is no relationship of STIX 2.1")

    def check_malware(self, where, item):
        if not isinstance(item["is_family"], bool) or (item["is_family"] and "name" not in item):
            self.fail(where, "is_family is no boolean, or a family without a name")       # 4.11

    def check_extension_definition(self, where, item):
        if not re.match(r"^\d+\.\d+\.\d+$", item["version"]):
            self.fail(where, "version is no semantic version")


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        problems = Checker(json.load(source)).check()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
