#!/usr/bin/env python3
"""Generates a ministry's documents and a leak dump of known truth, from a seed.

generate.py OUT [--seed N] [--documents N] [--foreign N] [--per-class N]

OUT/ours      the inventoried tree: text, HTML, DOCX, ODT, mail, PDF (groff) in Albanian, French, English, Greek, Russian
OUT/dump      what was published
OUT/truth.json  for each dump document: its class, the file of ours that it came from, and what was changed.
                Truth comes from what this script did and compared byte by byte, never from prova's hashes.
"""
import argparse, base64, email.policy, io, json, os, random, shutil, subprocess, sys, tarfile, zipfile
from email.message import EmailMessage

ALPHABETS = {
    "sq": ("bcçdfghjklmnpqrstvxz", "aeëiouy"), "fr": ("bcdfghjlmnpqrstv", "aeéèêiouâôç"), "en": ("bcdfghjklmnprstvwy", "aeiou"),
    "el": ("βγδζθκλμνξπρστφχψ", "αάεέηήιίοόυωώ"), "ru": ("бвгджзклмнпрстфхцчшщ", "аеёиоуыэюя"),
}
HEADS = {
    "sq": "REPUBLIKA E SHQIPËRISË\nMinistria e Punëve Publike, Drejtoria e Përgjithshme\nRruga \"Dëshmorët e Kombit\" nr. 1, Tiranë, tel. +355 4 222 {n}\n",
    "fr": "RÉPUBLIQUE\nMinistère des Travaux publics, Direction générale\n12 avenue de l'Été, téléphone +33 1 55 {n}\n",
    "en": "REPUBLIC\nMinistry of Public Works, General Directorate\n1 Martyrs of the Nation Boulevard, telephone +355 4 222 {n}\n",
    "el": "ΔΗΜΟΚΡΑΤΙΑ\nΥπουργείο Δημοσίων Έργων, Γενική Διεύθυνση\nΛεωφόρος Συντάγματος 1, τηλέφωνο +30 210 {n}\n",
    "ru": "РЕСПУБЛИКА\nМинистерство общественных работ, Главное управление\nбульвар Мучеников 1, телефон +7 495 {n}\n",
}
FORMATS = ["txt", "html", "docx", "odt", "eml", "pdf"]


class Language:
    """Words with the frequencies of a language (Zipf), and boilerplate that all its documents share."""
    def __init__(self, code, random_):
        consonants, vowels = ALPHABETS[code]
        self.code, self.random = code, random_
        self.words = ["".join(random_.choice(consonants) + random_.choice(vowels) for _ in range(random_.randint(1, 5))) for _ in range(4000)]
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]
        self.heads = [HEADS[code].format(n=1000 + i) for i in range(3)]
        self.legal = [self.paragraph(70) for _ in range(6)]
        self.feet = [self.paragraph(35) for _ in range(3)]

    def paragraph(self, words):
        chosen = self.random.choices(self.words, self.weights, k=words)
        for i in range(0, words, 12):
            chosen[i] = chosen[i].capitalize()
            chosen[min(i + 11, words - 1)] += "."
        for i in range(5, words, 23):
            chosen[i] += f" {self.random.randint(2, 999)},{self.random.randint(100, 999)}"
        return " ".join(chosen)

    def document(self):
        head = self.random.randrange(3)
        body = [self.paragraph(self.random.randint(30, 110)) for _ in range(self.random.randint(4, 14))]
        body.insert(self.random.randrange(len(body)), self.random.choice(self.legal))
        return [self.heads[head]] + body + [self.feet[head]]


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def docx(paragraphs, split=0, level=6, extra=""):
    """A word file; `split` cuts runs every so many characters, as an editor does when it saves again."""
    def runs(text):
        pieces = [text] if not split else [text[i:i + split] for i in range(0, len(text), split)]
        return "".join(f'<w:r><w:t xml:space="preserve">{escape(p)}</w:t></w:r>' for p in pieces)
    xml = "".join(f"<w:p>{runs(p)}</w:p>" for p in "\n".join(paragraphs).split("\n"))
    return zipped([("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
                   ("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{xml}</w:body></w:document>'),
                   ("docProps/app.xml", f"<Properties>{extra}</Properties>")], level)


def odt(paragraphs):
    xml = "".join(f"<text:p>{escape(p)}</text:p>" for p in "\n".join(paragraphs).split("\n"))
    return zipped([("mimetype", "application/vnd.oasis.opendocument.text"),
                   ("content.xml", f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text>{xml}</office:text></office:body></office:document-content>')], 6)


def flat_odt(paragraphs):
    """One XML file, complete enough for an office suite to open it."""
    xml = "".join(f"<text:p>{escape(p)}</text:p>" for p in "\n".join(paragraphs).split("\n"))
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text"))
    return (f'<?xml version="1.0" encoding="UTF-8"?><office:document {spaces} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">'
            f"<office:body><office:text>{xml}</office:text></office:body></office:document>").encode()


def zipped(members, level):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, (2022, 5, 1, 12, 0, 0))
            stored = name == "mimetype"
            archive.writestr(entry, content, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED, None if stored else level)
    return out.getvalue()


def html(paragraphs):
    return ("<!DOCTYPE html>\n<html><head><title>x</title></head><body>\n" + "\n".join(f"<p>{escape(p)}</p>" for p in paragraphs) + "\n</body></html>\n").encode()


def mail(paragraphs, number, attachment=None, date=1):
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = f"Zyra {number % 7} <zyra{number % 7}@ministria.example>"
    message["To"] = "drejtoria@ministria.example"
    message["Date"] = f"Mon, {1 + date:02} May 2022 09:{number % 60:02}:00 +0200"
    message["Subject"] = paragraphs[1][:50]
    message["Message-ID"] = f"<{number}.2022@ministria.example>"
    message.set_content("\n\n".join(paragraphs), cte="quoted-printable" if number % 2 else "base64")
    if attachment:
        message.add_attachment(attachment, maintype="application", subtype="octet-stream", filename=f"dokument-{number}.docx")
        message.set_boundary(f"=-={number}")
    return message.as_bytes()


def pdf(paragraphs):
    """By groff, from the text; only for Latin letters, as groff's fonts have no others."""
    source = ".ad l\n.nh\n" + "\n.sp\n".join(p.replace("\\", "\\e").replace("\n", "\n.br\n").replace("'", "\\[aq]") for p in paragraphs)
    return subprocess.run(["groff", "-k", "-Tpdf"], input=source.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def render(paragraphs, form, number):
    if form == "txt": return "\n\n".join(paragraphs).encode() + b"\n"
    if form == "html": return html(paragraphs)
    if form == "docx": return docx(paragraphs)
    if form == "odt": return odt(paragraphs)
    if form == "eml": return mail(paragraphs, number)
    return pdf(paragraphs)


class Corpus:
    def __init__(self, arguments):
        self.random = random.Random(arguments.seed)
        self.languages = [Language(code, self.random) for code in ALPHABETS]
        self.out, self.arguments, self.truth, self.number = arguments.out, arguments, [], 0
        self.ours = []          # (path, format, paragraphs, bytes)
        self.unused = []

    def write(self, path, content):
        full = os.path.join(self.out, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file: file.write(content)

    def make_ours(self):
        for i in range(self.arguments.documents):
            language = self.languages[i % 5]
            form = FORMATS[(i // 5) % len(FORMATS)]
            if form == "pdf" and language.code in ("el", "ru"): form = "txt"
            paragraphs = language.document()
            content = render(paragraphs, form, i)
            path = f"{'abcdefgh'[i % 8]}/document-{i:05}.{form}"
            self.write("ours/" + path, content)
            self.ours.append((path, form, paragraphs, content, language))
        self.unused = list(range(len(self.ours)))
        self.random.shuffle(self.unused)

    def take(self, forms, languages=None):
        for place, index in enumerate(self.unused):
            _, form, _, _, language = self.ours[index]
            if form in forms and (languages is None or language.code in languages):
                del self.unused[place]
                return index, *self.ours[index]
        raise SystemExit("too few documents for so many cases; raise --documents")

    def record(self, kind, dump_path, source, **more):
        self.truth.append({"class": kind, "dump": dump_path, "source": source, **more})

    # One method per class. Each says in the truth what byte comparison says of the pair.
    def identical(self, n):
        for i in range(n):
            _, path, form, _, content, _ = self.take(FORMATS)
            self.write(f"dump/loose/{i}.{form}", content)
            self.record("identical", f"loose/{i}.{form}", path)

    def nested(self, n):
        for i in range(n):
            _, path, form, _, content, _ = self.take(FORMATS)
            inner = zipped([(f"in/{i}.{form}", content)], 6)
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w:gz") as archive:
                entry = tarfile.TarInfo("deep/inner.zip"); entry.size = len(inner)
                archive.addfile(entry, io.BytesIO(inner))
            outer = zipped([("x.tar.gz", out.getvalue())], 0)
            self.write(f"dump/nested/{i}.zip", outer)
            self.record("nested", f"nested/{i}.zip!x.tar.gz!deep/inner.zip!in/{i}.{form}", path)

    def mail(self, n):
        box, entries = [], []
        for i in range(n):
            index, path, _, paragraphs, content, _ = self.take(["eml"])
            other = i % 2 == 1  # every second one got other transport headers on its way
            body = b"Received: from mx.example by other.example; Tue, 3 May 2022\r\nX-Spam: no\r\n" + content if other else content
            box.append(b"From x@example Mon May  2 09:00:00 2022\n" + body.replace(b"\r\n", b"\n") + b"\n")
            self.record("mail", f"mail/leak.mbox!message {i + 1}", path)
        self.write("dump/mail/leak.mbox", b"".join(box))

    def blob(self, n):
        parts, at = [], 0
        for i in range(n):
            _, path, form, _, content, _ = self.take(["txt", "docx", "html", "pdf", "odt"])
            gap = self.random.randbytes(self.random.randint(1, 3000))
            parts += [gap, content]
            self.record("blob", "blob/blob.bin", path, begin=at + len(gap), end=at + len(gap) + len(content))
            at += len(gap) + len(content)
        self.write("dump/blob/blob.bin", b"\x00\x01" * 8 + b"".join(parts))
        for entry in self.truth:
            if entry["class"] == "blob": entry["begin"] += 16; entry["end"] += 16

    def resaved(self, n):
        for i in range(n):
            _, path, _, paragraphs, content, _ = self.take(["docx", "odt"])
            again = docx(paragraphs, split=self.random.randint(5, 60), level=9, extra=f"<Revision>{i}</Revision>")
            assert again != content
            self.write(f"dump/resaved/{i}.docx", again)
            self.record("resaved", f"resaved/{i}.docx", path)

    def legacy(self, n):
        """Saved as .doc by a real office suite, where one is installed (libreoffice-writer-nogui)."""
        if shutil.which("soffice") is None:
            return print("class legacy left out: soffice is not installed", file=sys.stderr)
        sources = []
        for i in range(n):
            _, path, _, paragraphs, _, _ = self.take(["docx", "odt"])
            self.write(f"legacy/{i}.fodt", flat_odt(paragraphs))
            sources.append(os.path.join(self.out, f"legacy/{i}.fodt"))
            self.record("legacy", f"legacy/{i}.doc", path)
        profile = "-env:UserInstallation=file://" + os.path.abspath(os.path.join(self.out, "office"))
        subprocess.run(["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", os.path.join(self.out, "dump/legacy"), *sources], check=True, stdout=subprocess.DEVNULL)

    def pdf_text(self, n):
        for i in range(n):
            _, path, _, paragraphs, _, _ = self.take(["txt", "docx", "html", "odt"], ["sq", "fr", "en"])
            self.write(f"dump/pdf/{i}.pdf", pdf(paragraphs))
            self.record("pdf", f"pdf/{i}.pdf", path)

    def altered_pair(self, form, paragraphs, changed, i, kind, truth):
        rendered = render(changed, form, self.number) if form != "eml" else None
        name = f"{kind}/{i}.{form}"
        self.write(f"dump/{name}", rendered)
        if form == "txt":
            old, new = render(paragraphs, form, 0), rendered
            begin = next(k for k in range(len(new)) if k >= len(old) or old[k] != new[k])
            back = next(k for k in range(1, len(new)) if old[-k] != new[-k])
            truth["begin"], truth["end"] = begin, max(begin, len(new) - back + 1)
        return name

    def digit(self, n):
        for i in range(n):
            _, path, form, paragraphs, _, _ = self.take(["txt", "docx", "html", "odt"])
            changed = list(paragraphs)
            places = [(p, k) for p, text in enumerate(changed[1:-1], 1) for k, c in enumerate(text) if c.isdigit()]
            p, k = self.random.choice(places)
            digit = str((int(changed[p][k]) + self.random.randint(1, 9)) % 10)
            changed[p] = changed[p][:k] + digit + changed[p][k + 1:]
            truth = {"context": changed[p][max(0, k - 2):k + 3]}
            self.record("digit", self.altered_pair(form, paragraphs, changed, i, "digit", truth), path, **truth)

    def inserted(self, n):
        for i in range(n):
            _, path, form, paragraphs, _, language = self.take(["txt", "docx", "html", "odt"])
            p = self.random.randrange(1, len(paragraphs))
            planted = language.paragraph(self.random.randint(12, 40))
            changed = paragraphs[:p] + [planted] + paragraphs[p:]
            truth = {"context": planted[:6], "planted": len(planted)}
            self.record("inserted", self.altered_pair(form, paragraphs, changed, i, "inserted", truth), path, **truth)

    def foreign(self, n):
        for i in range(n):
            language = self.languages[i % 5]
            paragraphs = language.document()
            form = ["txt", "docx", "html", "eml"][i % 4]
            self.write(f"dump/foreign/{i}.{form}", render(paragraphs, form, 1_000_000 + i))
            self.record("foreign", f"foreign/{i}.{form}", None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--documents", type=int, default=3000)
    parser.add_argument("--foreign", type=int, default=2000)
    parser.add_argument("--per-class", type=int, default=150)
    arguments = parser.parse_args()
    corpus = Corpus(arguments)
    corpus.make_ours()
    n = arguments.per_class
    for make in (corpus.mail, corpus.pdf_text, corpus.resaved, corpus.digit, corpus.inserted, corpus.blob, corpus.nested, corpus.identical, corpus.legacy): make(n)
    corpus.foreign(arguments.foreign)
    with open(os.path.join(arguments.out, "truth.json"), "w") as file: json.dump(corpus.truth, file, indent=1)


if __name__ == "__main__":
    main()
