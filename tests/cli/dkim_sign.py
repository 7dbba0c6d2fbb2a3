#!/usr/bin/env python3
"""Signs a mail with dkimpy in many ways and writes the mails, their keys and, per mail, what is to be found.

An independent signer for tests/cli/dkim_test.sh. Usage: dkim_sign.py DIRECTORY
"""
import base64
import pathlib
import subprocess
import sys

import dkim

OUT = pathlib.Path(sys.argv[1])
HEADER = (b"Received: from a.example (a.example [192.0.2.1])\r\n\tby b.example; Tue, 1 Mar 2022 10:00:00 +0100\r\n"
          b"From: =?utf-8?q?Ministria_e_Shtetit?= <zyra@gov.example>\r\nTo: a@x.example,\r\n  b@x.example\r\n"
          b"Subject:  Procurement \t of  March\r\nDate: Tue, 1 Mar 2022 10:00:00 +0100\r\nMessage-ID: <%s@gov.example>\r\n")
BODY = b"Dear all,  \r\n\r\nthe sum is\t 17,250  euro. \r\n.leading dot\r\n \t\r\nRegards\r\n\r\n\r\n"


def rsa_key(name, bits):
    path = OUT / f"{name}.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", path, str(bits)], check=True, capture_output=True)
    public = subprocess.run(["openssl", "rsa", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    return path.read_bytes(), f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def main():
    mails = OUT / "dump"
    mails.mkdir(parents=True)
    expected, records = [], []
    private, record = rsa_key("strong", 2048)
    records.append(f'strong._domainkey.gov.example. 300 IN TXT "{record[:200]}" "{record[200:]}"')
    weak, record = rsa_key("weak", 1023)
    records.append(f"weak._domainkey.gov.example {record}")

    def put(name, mail, state):
        (mails / f"{name}.eml").write_bytes(mail)
        expected.append(f"dump/{name}.eml {state}")

    def signed(name, header=HEADER, body=BODY, key=private, selector=b"strong", **options):
        mail = header % name.encode() + b"\r\n" + body
        return dkim.sign(mail, selector, b"gov.example", key, **options) + mail

    forms = [b"simple", b"relaxed"]
    for h in forms:
        for b in forms:
            name = f"{h.decode()}-{b.decode()}"
            mail = signed(name, canonicalize=(h, b))
            put(name, mail, "intact")
            put(name + "-unix", mail.replace(b"\r\n", b"\n"), "intact")
            put(name + "-digit", mail.replace(b"17,250", b"77,250"), "body-altered")
            put(name + "-subject", mail.replace(b"Procurement", b"Embezzlement"), "header-altered")
            put(name + "-both", mail.replace(b"17,250", b"77,250").replace(b"March", b"April"), "altered")
            spaces = "body-altered" if b == b"simple" else "intact"
            put(name + "-spaces", mail.replace(b"sum is\t 17", b"sum is 17"), spaces)
            folds = "header-altered" if h == b"simple" else "intact"
            put(name + "-unfolded", mail.replace(b"To: a@x.example,\r\n  b", b"To: a@x.example, b"), folds)
    cut = signed("length", length=True, canonicalize=(b"relaxed", b"simple"))
    put("length", cut, "intact")
    put("length-longer", cut + b"P.S. I resign.\r\n", "intact-in-part")
    put("empty-body", signed("empty", body=b""), "intact")
    put("narrow", signed("narrow", include_headers=[b"from", b"message-id"]), "intact-in-part")
    put("weak-key", signed("weak", key=weak, selector=b"weak"), "unusable")
    put("no-key", signed("nokey", selector=b"rotated"), "no-key")
    put("unsigned", HEADER % b"unsigned" + b"\r\n" + BODY, "not-signed")
    twice = signed("twice")
    put("signed-twice", dkim.sign(twice, b"rotated", b"list.example", private) + twice, "intact")
    # In a mailbox, with a line that mailboxes quote; and attached to another mail.
    inner = signed("boxed", body=b"Dear all,\r\n\r\nFrom now on silence.\r\n")
    box = b"From zyra@gov.example Tue Mar  1 10:00:00 2022\n" + inner.replace(b"\r\n", b"\n").replace(b"\nFrom now", b"\n>From now") + b"\n"
    (mails / "box.mbox").write_bytes(box)
    expected.append("dump/box.mbox!message 1 intact")
    forward = (b'From: x@y.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\n'
               b"Content-Type: text/plain\r\n\r\nsee below\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n" + twice + b"\r\n--B--\r\n")
    put("forward", forward, "not-signed")
    expected.append("dump/forward.eml!attached message intact")
    (OUT / "keys.txt").write_text("\n".join(records) + "\n")
    (OUT / "expected").write_text("".join(line + "\n" for line in sorted(expected)))


main()
