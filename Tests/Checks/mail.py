"""Reads emails with the values they were created from, one JSON object per line, and prints every difference.

Python's parser must find no defect in any part, and must return each value. Keys: "mail"
(base64), "subject", "from", "to" ([name, address]; null for an address that headers cannot contain),
"messageID", "date" (Unix seconds), "offset" (seconds), "text", and optionally "html",
"attachment" ([name, base64]), "listID", "listUnsubscribe", "replyTo".
"""
import base64
import email
import email.policy
import email.utils
import json
import sys
from email.header import decode_header, make_header


def lines_problems(raw):
    if any(byte > 126 or byte < 32 and byte not in (9, 10, 13) for byte in raw):
        yield "a byte that is not printable ASCII"
    if not raw.endswith(b"\r\n"):
        yield "no CRLF at the end"
    for line in raw.split(b"\r\n"):
        if b"\r" in line or b"\n" in line:
            yield f"a bare CR or LF: {line!r}"
        if line.startswith(b".") or line.startswith(b"From "):
            yield f"a risky start: {line!r}"
        if line != line.rstrip():
            yield f"a blank at the end: {line!r}"
        unbreakable = b" " not in line.split(b": ", 1)[-1].strip()
        if len(line) > (998 if unbreakable else 78):
            yield f"a long line: {line!r}"
        if b"=?" in line and len(line) > 76:
            yield f"a long line of encoded words: {line!r}"


def defects(message):
    for part in message.walk():
        if not part.is_multipart() and max(map(len, part.get_payload().splitlines()), default=0) > 76:
            yield "a long line of content"
        yield from (f"defect: {defect!r}" for defect in part.defects)
        for name, value in part.items():
            yield from (f"defect in {name}: {defect!r}" for defect in value.defects)


def mailbox(header, plain):
    """Parses the address with the new parser and the name with the old one.

    The new one keeps the blank between two encoded words of a name, against RFC 2047 6.2.
    """
    if header is None or not header.addresses:
        return None
    name = email.utils.parseaddr(plain.replace("\r\n", ""))[0]
    return [str(make_header(decode_header(name))), header.addresses[0].addr_spec]


def text(part):
    return None if part is None else part.get_content().replace("\r\n", "\n")


def attachment(message):
    found = [(part.get_filename(), part.get_payload(decode=True)) for part in message.iter_attachments()]
    return [found[0][0], base64.b64encode(found[0][1]).decode()] if found else None


def values(message, plain):
    date = message["date"].datetime
    yield "subject", str(message["subject"])
    yield "from", mailbox(message["from"], plain["from"])
    yield "to", mailbox(message["to"], plain["to"])
    yield "replyTo", mailbox(message["reply-to"], plain["reply-to"])
    yield "messageID", message["message-id"]
    yield "date", int(date.timestamp())
    yield "offset", int(date.utcoffset().total_seconds())
    yield "listID", message["list-id"]
    yield "listUnsubscribe", message["list-unsubscribe"]
    yield "text", text(message.get_body(("plain",)))
    yield "html", text(message.get_body(("html",)))
    yield "attachment", attachment(message)


for number, line in enumerate(sys.stdin, 1):
    case = json.loads(line)
    raw = base64.b64decode(case["mail"])
    message = email.message_from_bytes(raw, policy=email.policy.default)
    problems = list(lines_problems(raw)) + list(defects(message))
    for key, value in values(message, email.message_from_bytes(raw)):
        if value != case.get(key):
            problems.append(f"{key}: {value!r} instead of {case.get(key)!r}")
    if len(set(name.lower() for name in message.keys())) != len(message.keys()):
        problems.append("a header twice")
    for problem in problems:
        print(f"mail {number}: {problem}")
