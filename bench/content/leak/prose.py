#!/usr/bin/env python3
"""Small changes planted in real prose: are they found, and is their place named?

The leak benchmark's words are made up; real text repeats phrases, names and boilerplate. Here the pages of the Debian Administrator's Handbook (package
debian-handbook: prose by people, six languages) are cut into documents of 1.5 to 8 KB. Half of them are inventoried; the other half, by the same authors on the same
subject, is foreign. Truth: the byte where this script changed a document.

Usage: bench/content/leak/prose.py WORK [--handbook DIRECTORY]   (PROVA names the program, default build/release/prova)
"""
import argparse
import html.parser
import json
import os
import pathlib
import random
import re
import subprocess

LANGUAGES = ["en-US", "fr-FR", "de-DE", "es-ES", "it-IT", "ru-RU"]
PER_CLASS = 200


class Paragraphs(html.parser.HTMLParser):
    """The text of every <div class="para">, up to the next <div>, with white space as one space."""

    def __init__(self):
        super().__init__()
        self.found, self.inside, self.text = [], False, ""

    def finish(self):
        if self.inside:
            self.found.append(re.sub(r"\s+", " ", self.text).strip())
        self.inside, self.text = False, ""

    def handle_starttag(self, tag, attributes):
        if tag == "div":
            self.finish()
            self.inside = ("class", "para") in attributes

    def handle_endtag(self, tag):
        if tag == "div":
            self.finish()

    def handle_data(self, data):
        if self.inside:
            self.text += data


class Seen:
    """Whether a paragraph shares a passage of 80 characters with an earlier one: pages that were translated in part repeat the English ones."""

    def __init__(self):
        self.passages = set()

    def knows(self, paragraph):
        known = any(paragraph[i:i + 60] in self.passages for i in range(max(len(paragraph) - 59, 1)))
        self.passages.update(paragraph[i:i + 60] for i in range(0, max(len(paragraph) - 59, 1), 20))
        return known


def documents(handbook):
    seen, result = Seen(), []
    for language in LANGUAGES:
        for page in sorted((handbook / language).glob("*.html")):
            parser = Paragraphs()
            parser.feed(page.read_text(encoding="utf-8"))
            text = ""
            for paragraph in parser.found:
                if len(paragraph) < 40 or seen.knows(paragraph):
                    continue
                text += paragraph + "\n\n"
                if len(text.encode()) > 6000:
                    result.append(text)
                    text = ""
            if len(text.encode()) > 1500:
                result.append(text)
    return result


def spots(text, pattern):
    """Places of the pattern at least 200 characters from either end: changes at the very ends are judged in the other benchmark."""
    return [m for m in re.finditer(pattern, text) if 200 < m.start() < len(text) - 200]


def digit(text, rng, _):
    places = spots(text, r"\d")
    if not places:
        return None
    at = rng.choice(places).start()
    return text[:at] + str((int(text[at]) + rng.randint(1, 9)) % 10) + text[at + 1:], at


def name(text, rng, names):
    places = spots(text, r"(?<=[a-zа-я,] )[A-ZА-Я][a-zа-яéèíóú]{3,}\b")
    if not places:
        return None
    place = rng.choice(places)
    other = rng.choice([n for n in names if n != place.group()])
    return text[:place.start()] + other + text[place.end():], place.start()


def negation(text, rng, _):
    """One short word in the middle of a sentence is taken out: a "not", "pas", "nicht" where there is one, else any."""
    places = spots(text, r"(?<= )(?:not|pas|nicht|kein|no|non|не) (?=\w)") or spots(text, r"(?<= )\w{2,4} (?=\w)")
    if not places:
        return None
    place = rng.choice(places)
    return text[:place.start()] + text[place.end():], place.start()


def sentence(text, rng, names):
    """A sentence of another document is put between two of this one."""
    places = spots(text, r"(?<=[.] )[A-ZА-Я]")
    if not places:
        return None
    at = rng.choice(places).start()
    return text[:at] + f"{rng.choice(names)} {rng.choice(names)} paid 40,000 euro on 3 May for this. " + text[at:], at


def plant(work, ours, rng, names):
    truth = {}
    for change in (digit, name, negation, sentence):
        order = list(range(len(ours)))
        rng.shuffle(order)
        done = 0
        for i in order:
            changed = change(ours[i], rng, names) if done < PER_CLASS else None
            if changed is None:
                continue
            text, at = changed
            path = work / "dump" / f"{change.__name__}-{i}.txt"
            path.write_text(text, encoding="utf-8")
            truth[str(path)] = (change.__name__, f"{i}.txt", len(text[:at].encode()))
            done += 1
    return truth


def score(report, truth, foreign):
    by_path = {document["dump_path"]: document for document in report["documents"]}
    rows = {}
    for path, (kind, source, at) in truth.items():
        row = rows.setdefault(kind, {"cases": 0, "altered": 0, "located": 0, "other": {}, "widths": []})
        row["cases"] += 1
        document = by_path[path]
        ranges = [r for m in document["matches"] if m["path"] == source for r in m["ranges"]]
        row["altered"] += document["verdict"] == "altered" and document["matches"][0]["path"] == source
        # An empty range lies between two characters, which may have dropped spaces between them.
        hit = [r for r in ranges if r["begin"] - 2 <= at <= r["end"] + 2]
        row["located"] += bool(hit)
        row["widths"] += [hit[0]["end"] - hit[0]["begin"]] if hit else []
        if document["verdict"] != "altered":
            row["other"][document["verdict"]] = row["other"].get(document["verdict"], 0) + 1
    for kind, row in rows.items():
        width = sorted(row["widths"])[len(row["widths"]) // 2] if row["widths"] else 0
        print(f"{kind:10} {row['cases']:4} cases, altered copy of the right document {row['altered'] / row['cases']:.3f}, "
              f"located {row['located'] / row['cases']:.3f}, median width {width} bytes, otherwise {row['other']}")
    verdicts = {}
    for path in foreign:
        verdict = by_path[path]["verdict"]
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
    print(f"foreign    {len(foreign):4} documents of the same book: {verdicts}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--handbook", type=pathlib.Path, default=pathlib.Path("/usr/share/doc/debian-handbook/html"))
    parser.add_argument("--seed", type=int, default=715)
    arguments = parser.parse_args()
    rng, work = random.Random(arguments.seed), arguments.work
    prova = os.environ.get("PROVA", "build/release/prova")
    os.environ["PROVA_HOME"] = str(work / "home")
    for part in ("ours", "dump"):
        (work / part).mkdir(parents=True)
    every = documents(arguments.handbook)
    rng.shuffle(every)
    ours, foreign = every[: len(every) // 2], every[len(every) // 2:]
    names = sorted({m.group() for text in ours for m in re.finditer(r"(?<=[a-zа-я,] )[A-ZА-Я][a-zа-я]{3,}\b", text)})
    for i, text in enumerate(ours):
        (work / "ours" / f"{i}.txt").write_text(text, encoding="utf-8")
    foreign_paths = [work / "dump" / f"foreign-{i}.txt" for i in range(len(foreign))]
    for path, text in zip(foreign_paths, foreign):
        path.write_text(text, encoding="utf-8")
    truth = plant(work, ours, rng, names)
    subprocess.run([prova, "inventory", "create", work / "ours", "-o", work / "inventory", "--system", "files-01"], check=True, stdout=subprocess.DEVNULL)
    report = subprocess.run([prova, "leak", "--json", work / "inventory", work / "dump"], check=True, stdout=subprocess.PIPE).stdout
    print(f"{len(ours)} documents inventoried, {sum(len(t.encode()) for t in ours)} bytes, {len(LANGUAGES)} languages")
    score(json.loads(report), truth, [str(path) for path in foreign_paths])


if __name__ == "__main__":
    main()
