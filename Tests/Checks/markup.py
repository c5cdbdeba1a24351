"""Compares the results of an XML or HTML template with harmless and with hostile values.

Each line of the input is a JSON object {"language", "values", "plain", "result"}. "plain" is the template filled with the
mark of each value, a word of letters; "result" is the same template filled with the values. If "plain" can be parsed,
"result" must be parsed into the same nodes, with each value in place of its mark. Prints how many of the
"plain" texts could be parsed.
"""

import html.parser
import json
import re
import sys
import xml.parsers.expat

MARK = re.compile("QZ([a-z]+)ZQ")


def seen(value):
    """Returns the parsed form of a value. XML cannot represent some characters."""
    return re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", value)


def put(text, values):
    return MARK.sub(lambda mark: seen(values[mark[1]]), text)


def xml_nodes(document):
    """Returns the nodes of a document. Adjacent texts are merged."""
    parser = xml.parsers.expat.ParserCreate(namespace_separator=None)
    parser.ordered_attributes = True
    nodes = []

    def text(data):
        if nodes and nodes[-1][0] == "text":
            nodes[-1] = ("text", nodes[-1][1] + data)
        else:
            nodes.append(("text", data))

    parser.CharacterDataHandler = text
    parser.StartElementHandler = lambda name, attributes: nodes.append(("start", name, attributes))
    parser.EndElementHandler = lambda name: nodes.append(("end", name))
    parser.CommentHandler = lambda data: nodes.append(("comment", data))
    parser.ProcessingInstructionHandler = lambda target, data: nodes.append(("pi", target, data))
    parser.Parse(document.encode(), True)
    return nodes


class HTMLNodes(html.parser.HTMLParser):
    def __init__(self, document):
        super().__init__()
        self.nodes = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag, attributes):
        flat = [text for pair in attributes for text in pair]
        self.nodes.append(("start", tag, flat))

    def handle_endtag(self, tag):
        self.nodes.append(("end", tag))

    def handle_data(self, data):
        if self.nodes and self.nodes[-1][0] == "text":
            data = self.nodes.pop()[1] + data
        self.nodes.append(("text", data))

    def handle_comment(self, data):
        self.nodes.append(("comment", data))

    def handle_decl(self, data):
        self.nodes.append(("declaration", data))

    def handle_pi(self, data):
        self.nodes.append(("pi", data))

    def unknown_decl(self, data):
        self.nodes.append(("unknown", data))


def filled(node, values):
    """Returns a node with values in place of their marks. A name with a mark matches any name."""
    kind, *rest = node
    if kind == "text":
        return [(kind, put(rest[0], values))] if put(rest[0], values) else []
    if kind == "start":
        name, attributes = rest
        return [(kind, name, [text and put(text, values) for text in attributes])]
    return [node]


def joined(nodes):
    """Merges texts that were separated by an empty one."""
    result = []
    for node in nodes:
        if node[0] == "text" and result and result[-1][0] == "text":
            node = ("text", result.pop()[1] + node[1])
        result.append(node)
    return result


def same(node, expected):
    if node[0] != expected[0]:
        return False
    if node[0] not in ("start", "end"):
        return node == expected
    names, expected_names = ([one[1], *(one[2][::2] if len(one) > 2 else [])] for one in (node, expected))
    return (
        len(names) == len(expected_names)
        and all(map(same_name, names, expected_names))
        and (len(node) < 3 or node[2][1::2] == expected[2][1::2])
    )


def same_name(name, expected):
    literals = re.split(MARK.pattern.replace("(", "(?:"), expected, flags=re.IGNORECASE)
    return re.fullmatch("[A-Za-z0-9_.-]*".join(map(re.escape, literals)), name)


def check(case):
    """Returns whether the plain text could be parsed. Raises an error if the result is wrong."""
    values = case["values"]
    if case["language"] == "xml":
        try:
            plain = xml_nodes(case["plain"])
        except xml.parsers.expat.ExpatError:
            return False
        found = xml_nodes(case["result"])
    else:
        plain, found = HTMLNodes(case["plain"]).nodes, HTMLNodes(case["result"]).nodes
    expected = joined([new for node in plain for new in filled(node, values)])
    if len(found) != len(expected) or not all(map(same, found, expected)):
        raise AssertionError(f"{found!r} and not {expected!r}")
    return True


count = 0
for line in sys.stdin:
    case = json.loads(line)
    try:
        count += check(case)
    except Exception as error:
        sys.exit(f"{error!r} in {case}")
print(count)
