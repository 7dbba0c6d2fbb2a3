#!/usr/bin/env python3
"""Scores `prova leak --json` against the truth of generate.py: score.py TRUTH REPORT DUMP_PREFIX

Found: the document of ours that the truth names is among the matches. Exact classes must also say `identical` (nested, identical,
blob) or `identical`, `repackaged`, `headers-differ` (mail). Altered ranges: one of the match's ranges lies over the changed
bytes (text files) or shows the changed characters (other formats).
"""
import json, statistics, sys

EXACT = {"identical": {"identical"}, "nested": {"identical"}, "blob": {"identical"}, "mail": {"identical", "repackaged", "headers-differ"}}


def main():
    truth = json.load(open(sys.argv[1]))
    report = json.load(open(sys.argv[2]))
    prefix = sys.argv[3].rstrip("/") + "/"
    documents = {d["dump_path"].removeprefix(prefix): d for d in report["documents"]}
    found, exact, wrong, located, widths, total, false_altered = {}, {}, {}, {}, {}, {}, {}
    for entry in truth:
        kind = entry["class"]
        total[kind] = total.get(kind, 0) + 1
        document = documents.get(entry["dump"], {"matches": [], "verdict": "missing"})
        if kind == "foreign":
            wrong[kind] = wrong.get(kind, 0) + (document["verdict"] != "no-trace")
            continue
        def is_source(match):
            return any(s["path"].split("!")[0] == entry["source"] for s in match["sources"])
        matches = [m for m in document["matches"] if is_source(m)]
        if kind == "blob":
            matches = [m for m in matches if m["found"]["begin"] == entry["begin"] and m["found"]["end"] == entry["end"]]
        found[kind] = found.get(kind, 0) + bool(matches)
        exact[kind] = exact.get(kind, 0) + any(m["level"] in EXACT.get(kind, {m["level"]}) for m in matches)
        if kind in ("resaved", "pdf", "legacy"):
            false_altered[kind] = false_altered.get(kind, 0) + any(m["level"] == "altered" for m in matches)
        if kind not in ("digit", "inserted"): continue
        hit = None
        for match in matches:
            if match["level"] not in ("altered", "other-version"): continue
            for r in match["ranges"]:
                over = "begin" in entry and r["begin"] <= entry["begin"] and r["end"] >= min(entry["end"], entry["begin"] + 1)
                # The excerpt shows the range's start; the changed character may be its first, so its neighbours count too.
                shows = "begin" not in entry and entry["context"] in r["before"][-8:] + r["inside"] + r["after"][:8]
                if over or shows: hit = r
        located[kind] = located.get(kind, 0) + (hit is not None)
        if hit: widths.setdefault(kind, []).append(hit["end"] - hit["begin"] - entry.get("planted", 1))
    print(f"{'class':<10} {'cases':>6} {'found':>7} {'right verdict':>14}")
    for kind in total:
        if kind == "foreign": continue
        print(f"{kind:<10} {total[kind]:>6} {found[kind] / total[kind]:>7.4f} {exact[kind] / total[kind]:>14.4f}")
    for kind, count in located.items():
        print(f"altered ranges located ({kind}): {count / total[kind]:.4f}, median width beyond the change {statistics.median(widths[kind]) if widths.get(kind) else 'none'} bytes")
    for kind, count in false_altered.items():
        print(f"unchanged text called altered ({kind}): {count} of {total[kind]}")
    print(f"foreign documents on the same letterhead called ours: {wrong.get('foreign', 0)} of {total.get('foreign', 0)}")


if __name__ == "__main__":
    main()
