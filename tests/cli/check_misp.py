#!/usr/bin/env python3
"""Checks an event against the MISP core format (JSON) for what prova writes. Usage: check_misp.py EVENT.json"""
import json
import re
import sys

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
CATEGORY_OF = {"campaign-name": "Attribution", "threat-actor": "Attribution", "link": "External analysis",
               "filename|sha256": "Artifacts dropped", "text": None}
TAG = re.compile(r'^(tlp:(red|amber|amber\+strict|green|clear)|estimative-language:likelihood-probability='
                 r'"(almost-no-chance|very-unlikely|unlikely|roughly-even-chance|likely|very-likely|almost-certain)"|'
                 r'estimative-language:confidence-in-analytic-judgment="(low|moderate|high)"|'
                 r'admiralty-scale:source-reliability="[a-f]"|admiralty-scale:information-credibility="[1-6]")$')


def problems_of(event):
    seen = {event["uuid"]}
    for name, values in (("distribution", "0123"), ("threat_level_id", "1234"), ("analysis", "012")):
        if event[name] not in values:
            yield f"{name} is {event[name]}"
    if not re.match(r"^\d{4}-\d{2}-\d{2}$", event["date"]) or not event["timestamp"].isdigit():
        yield "date or timestamp"
    for attribute in event["Attribute"]:
        if attribute["uuid"] in seen or not UUID.match(attribute["uuid"]):
            yield f"uuid {attribute['uuid']}"
        seen.add(attribute["uuid"])
        if attribute["type"] not in CATEGORY_OF or CATEGORY_OF[attribute["type"]] not in (None, attribute["category"]):
            yield f"{attribute['category']} / {attribute['type']}"
        if not attribute["value"] or attribute["to_ids"] is not False:
            yield f"value of {attribute['uuid']}"
    for holder in [event] + event["Attribute"]:
        for tag in holder.get("Tag", []):
            if not TAG.match(tag["name"]):
                yield f"tag {tag['name']}"


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        found = list(problems_of(json.load(source)["Event"]))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
