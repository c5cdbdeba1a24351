"""Reads an HTML email and prints a line for each problem.

Checks nesting, forbidden content, requirements of screen readers, and the contrast of
all text in light and dark mode.
"""

import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "br"}
KNOWN = VOID | set(
    "html head title style body table tbody tr td th caption div p span h1 h2 strong a code".split())
STYLE_RULE = re.compile(r"\.(\w+) \{ (color|background-color): (#\w{6}) !important; \}")


def luminance(colour):
    def linear(part):
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


class Checker(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack = []
        self.faults = []
        self.seen = set()
        self.dark_rules = {}
        self.tables = []

    def fault(self, text):
        line, _ = self.getpos()
        self.faults.append(f"line {line}: {text}")

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.check_tag(tag, attributes)
        if tag in VOID:
            return
        parent = self.stack[-1] if self.stack else {"light": (None, None), "dark": (None, None)}
        self.stack.append({
            "tag": tag,
            "light": self.light(attributes, parent["light"]),
            "dark": self.dark(attributes, parent["dark"]),
            "hidden": "display:none" in attributes.get("style", ""),
        })

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1]["tag"] != tag:
            self.fault(f"</{tag}> closes nothing")
            return
        if tag == "table":
            self.check_table(self.tables.pop())
        self.stack.pop()

    def handle_data(self, data):
        inside = [element["tag"] for element in self.stack]
        if "style" in inside:
            for name, key, colour in STYLE_RULE.findall(data):
                self.dark_rules[(name, key)] = colour
        if "body" not in inside or any(element["hidden"] for element in self.stack):
            return
        if any(character.isalnum() for character in data):
            for mode in ("light", "dark"):
                colour, background = self.stack[-1][mode]
                if contrast(colour, background) < 4.5:
                    self.fault(f"{mode} {colour} on {background}: {data.strip()[:30]}")

    def check_tag(self, tag, attributes):
        self.seen.add(tag)
        if tag not in KNOWN:
            self.fault(f"<{tag}> does not belong into a mail")
        for name, value in attributes.items():
            if name.startswith("on") or name in ("src", "background"):
                self.fault(f"attribute {name}")
            # The only URL is a link to the pages.
            if (tag, name) == ("a", "href"):
                if not re.fullmatch(r"https?://[^\s\"<>]+", value or ""):
                    self.fault(f"link to {value}")
            elif re.search(r"url\(|https?:|javascript:|expression", value or ""):
                self.fault(f"address in {name}")
        if tag == "html" and attributes.get("lang") != "en":
            self.fault("no language")
        if tag == "table":
            self.tables.append({"layout": attributes.get("role") == "presentation", "caption": False})
        elif tag == "caption":
            self.tables[-1]["caption"] = True
        elif tag == "th" and attributes.get("scope") not in ("col", "row", "rowgroup"):
            self.fault("<th> without scope")
        elif tag == "th" and self.tables[-1]["layout"]:
            self.fault("<th> in a layout table")

    def check_table(self, table):
        if not table["layout"] and not table["caption"]:
            self.fault("data table without caption")

    def light(self, attributes, inherited):
        style = dict(
            part.split(":", 1) for part in attributes.get("style", "").split(";") if ":" in part)
        return (style.get("color", inherited[0]), style.get("background-color", inherited[1]))

    def dark(self, attributes, inherited):
        """A rule for dark mode takes precedence over the inline style."""
        light = self.light(attributes, inherited)
        result = list(light)
        for name in attributes.get("class", "").split():
            for index, key in enumerate(("color", "background-color")):
                result[index] = self.dark_rules.get((name, key), result[index])
        return tuple(result)


text = sys.stdin.buffer.read().decode("utf-8")
checker = Checker()
checker.feed(text)
checker.close()
for element in checker.stack:
    checker.faults.append(f"<{element['tag']}> is not closed")
for tag in ("title", "h1", "h2", "style"):
    if tag not in checker.seen:
        checker.faults.append(f"no <{tag}>")
if not checker.dark_rules:
    checker.faults.append("no rules for dark mode")
print("\n".join(checker.faults), end="")
