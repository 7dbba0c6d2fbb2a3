#!/usr/bin/env python3
"""Translates a case of the prototype's encoding (shared/cases/encoded/*.json) into case.yaml on standard output.

Usage: encoded_to_yaml.py FILE.json > case.yaml

Nothing is judged here: roots, rungs, items and collection actions are carried over one to one.
"""
import json
import sys


def quoted(value):
    """A JSON string is a valid double-quoted YAML scalar."""
    return json.dumps(value)


def flow(value):
    return json.dumps(value)


def root_lines(name, root):
    yield f"  - id: {quoted(name)}"
    yield f"    grade: {root['grade']}"
    if "label" in root:
        yield f"    label: {quoted(root['label'])}"
    if "pool" in root:
        yield f"    pool: {quoted(root['pool'])}"
    if "record" in root:
        right, wrong = root["record"]
        yield f"    record: {{right: {right}, wrong: {wrong}}}"


def question_lines(name, rung):
    yield f"  - id: {quoted(name)}"
    yield f"    ask: {quoted(rung.get('ask', name))}"
    if "given" in rung:
        yield f"    given: {flow(dict([rung['given']]))}"
    yield f"    hypotheses: {flow(rung['hyps'])}"
    if "not_imitable" in rung:
        yield f"    not_imitable: {flow(rung['not_imitable'])}"


def item_lines(item):
    yield f"  - id: {quoted(item['id'])}"
    yield f"    kind: {item['kind']}"
    yield f"    known_from: {item['known']}"
    yield f"    roots: {flow(item['roots'])}"
    if "cred" in item:
        yield f"    credibility: {item['cred']}"
    if "spoof" in item:
        yield f"    spoofability: {item['spoof']}"
    if "wording" in item:
        yield f"    issuer: {{wording: {quoted(item['wording'])}}}"
    for key in ("says", "derived_from", "disproves"):
        if key in item:
            yield f"    {key}: {flow(item[key])}"
    if "note" in item:
        yield f"    note: {quoted(item['note'])}"


def action_lines(question, action):
    yield f"  - action: {quoted(action['do'])}"
    yield f"    question: {question}"
    if "confirms" in action:
        yield f"    confirms: {quoted(action['confirms'])}"
        return
    yield f"    kind: {action['kind']}"
    yield f"    root: {action['root']}"
    yield f"    grade: {action['grade']}"
    yield f"    find: {action['find']}"
    if "cred" in action:
        yield f"    credibility: {action['cred']}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        case = json.load(file)
    lines = ["schema: prova/case/1", f"name: {quoted(case['case'])}", "roots:"]
    for name, root in case["roots"].items():
        lines += root_lines(name, root)
    lines.append("questions:")
    for name, rung in case["rungs"].items():
        lines += question_lines(name, rung)
    lines.append("evidence:")
    for item in case["items"]:
        lines += item_lines(item)
    if "collect" in case:
        lines.append("collect:")
        for action in case["collect"]["actions"]:
            lines += action_lines(case["collect"]["q"], action)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
