"""Reads the results of templates, one JSON object per line, and prints unexpected ones.

Each line is {"kind", "template", "values", "result"}. The templates contain "@name@" in place of values, so that they are
parsed by the rules of their formats, without placeholder rules.
"""

import html.parser
import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

MARK = re.compile("@([a-z]+)@")


def text(value):
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Our JSON also escapes terminal control characters, which is allowed.
    return re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", compact)


def put(template, values, change=lambda value: value):
    return MARK.sub(lambda mark: change(text(values[mark[1]])), template)


def expect(what, found, expected):
    if found != expected:
        raise AssertionError(f"{what}: {found!r} and not {expected!r}")


def put_json(node, values):
    if isinstance(node, dict):
        return {name: put_json(value, values) for name, value in node.items()}
    if isinstance(node, list):
        return [put_json(value, values) for value in node]
    if not isinstance(node, str):
        return node
    whole = MARK.fullmatch(node)
    if whole and isinstance(values[whole[1]], (dict, list)):
        return values[whole[1]]
    return put(node, values)


def check_json(template, values, result):
    expect("JSON", json.loads(result), put_json(json.loads(template), values))


def check_url(template, values, result):
    if not re.fullmatch(r"[!-~]+", result):
        raise AssertionError("not visible ASCII")
    old, new = urllib.parse.urlsplit(template), urllib.parse.urlsplit(result)
    expect("origin", (new.scheme, new.netloc), (old.scheme, old.netloc))
    segments = [urllib.parse.unquote(part) for part in new.path.split("/")]
    for segment, part in zip(segments, old.path.split("/")):
        plain = put(part, values)
        if MARK.search(part) and plain in (".", ".."):
            plain = plain.replace(".", "%2E")
        expect("segment", segment, plain)
    expect("depth", len(segments), len(old.path.split("/")))
    for segment, part in zip(new.path.split("/"), old.path.split("/")):
        # A proxy that normalizes the URL decodes encoded dots.
        if MARK.search(part) and re.sub("%2[eE]", ".", segment) in (".", ".."):
            raise AssertionError("a step up")
    expect("query", urllib.parse.parse_qsl(new.query, keep_blank_values=True),
           [(name, put(value, values)) for name, value
            in urllib.parse.parse_qsl(old.query, keep_blank_values=True)])


def seen_in_xml(value):
    return re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", value)


def check_xml(template, values, result):
    old, new = ElementTree.fromstring(template), ElementTree.fromstring(result)
    expect("tags", [e.tag for e in new.iter()], [e.tag for e in old.iter()])
    for before, after in zip(old.iter(), new.iter()):
        expect("text", after.text or "", put(before.text or "", values, seen_in_xml))
        expect("attributes", after.attrib, {
            name: put(value, values, seen_in_xml) for name, value in before.attrib.items()})


class Tags(html.parser.HTMLParser):
    def __init__(self, document):
        super().__init__()
        self.tags = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, sorted(name for name, _ in attributes)))


def check_html(template, values, result):
    expect("tags", Tags(result).tags, Tags(template).tags)


def check_header(template, values, result):
    if re.search("[\0-\x08\n-\x1f\x7f\x80-\x9f\u2028\u2029]", result):
        raise AssertionError("a control in a header")
    expect("length", len(result), len(put(template, values)))


def check_form(template, values, result):
    expect("fields", urllib.parse.parse_qsl(result, keep_blank_values=True),
           [(name, put(value, values)) for name, value
            in urllib.parse.parse_qsl(template, keep_blank_values=True)])


def check_plain(template, values, result):
    expect("text", result, put(template, values))


CHECKS = {"json": check_json, "url": check_url, "xml": check_xml, "html": check_html,
          "header": check_header, "form": check_form, "plain": check_plain}
count = 0
for line in sys.stdin:
    case = json.loads(line)
    try:
        CHECKS[case["kind"]](case["template"], case["values"], case["result"])
    except Exception as error:
        sys.exit(f"{error!r} in {case}")
    count += 1
print(count)
