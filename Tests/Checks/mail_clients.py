"""Reads an HTML email and prints features that mail clients do not support, unless there is a fallback.

Every element, attribute, property, value and rule of the email must be in the table below. If
Gmail, Outlook, Apple Mail, Yahoo or Samsung Email does not fully support one, the table contains
the fallback and, if the email must provide it, a check.

The data is from https://www.caniemail.com (hteumeuleu/caniemail, June 2026), for the newest
version of each client, with the same feature names. `None` means that
there is no data: the feature is part of HTML 3.2 or harmless if it is unknown.
"""

import re
import sys
from html.parser import HTMLParser

GMAIL, OUTLOOK, APPLE, YAHOO, SAMSUNG = "Gmail", "Outlook", "Apple Mail", "Yahoo", "Samsung"


class Feature:
    def __init__(self, name, lacking=(), fallback="", check=None):
        self.name, self.lacking, self.fallback, self.check = name, lacking, fallback, check


def has_height_attribute(mail, element):
    return "height" in element.attributes


def has_conditional_table(mail, element):
    return "[if mso]><table" in mail.text and 'width="600"' in mail.text


def has_wrapper(mail, element):
    wrapper = mail.first("div")
    return all(name in wrapper.attributes for name in ("lang", "dir", "role", "class", "style"))


def has_width_attribute(mail, element):
    return "width" in element.attributes


def is_hidden_otherwise(mail, element):
    return all(name in element.style for name in ("mso-hide", "max-height", "overflow"))


def has_both_breaks(mail, element):
    return "word-break" in element.style and "word-wrap" in element.style


def has_align(mail, element):
    return element.tag not in ("td", "th") or "align" in element.attributes


def has_safe_font(mail, element):
    return re.search(r"Arial|monospace", element.style["font-family"]) is not None


ELEMENTS = {
    "html": Feature("html-doctype", (OUTLOOK, YAHOO, SAMSUNG), "nothing depends on the mode"),
    "head": Feature(None), "title": Feature(None), "meta": Feature(
        "html-meta-color-scheme", (GMAIL, OUTLOOK, APPLE, YAHOO, SAMSUNG),
        "a hint; the colours are legible without it"),
    "style": Feature(
        "html-style", (GMAIL, OUTLOOK), "has the dark colours alone; all else is inline"),
    "body": Feature(
        "html-body", (GMAIL, OUTLOOK, YAHOO), "the wrapper has what the body has", has_wrapper),
    "div": Feature("html-div"), "p": Feature("html-p"), "span": Feature("html-span"),
    "h1": Feature("html-h1-h6"), "h2": Feature("html-h1-h6"), "strong": Feature("html-strong"),
    "table": Feature("html-table"), "tbody": Feature(None), "tr": Feature(None),
    "td": Feature(None), "th": Feature(None), "caption": Feature(None), "br": Feature(None),
    "a": Feature(None), "code": Feature("html-code"),
}

ATTRIBUTES = {
    "lang": Feature("html-lang"), "dir": Feature("html-dir"),
    "role": Feature("html-role", (YAHOO,), "headings and captions give the order"),
    "aria-label": Feature("html-aria-label", (YAHOO,), "the title is the first line as well"),
    "aria-hidden": Feature("html-aria-hidden", (YAHOO,), "what is hidden holds no words of its own"),
    "class": Feature(
        "css-selector-class", (GMAIL,), "classes change nothing but the dark colours"),
    "style": Feature(None), "width": Feature("html-width"), "height": Feature("html-height"),
    "align": Feature("html-align"), "cellpadding": Feature("html-cellpadding"),
    "cellspacing": Feature("html-cellspacing"), "border": Feature(None), "scope": Feature(None),
    "colspan": Feature(None), "href": Feature(None), "charset": Feature(None),
    "name": Feature(None), "content": Feature(None),
}

PROPERTIES = {
    "background-color": Feature("css-background-color"), "color": Feature(None),
    "border-bottom": Feature("css-border"), "border-top": Feature("css-border"),
    "border-collapse": Feature("css-border-collapse"),
    "border-radius": Feature("css-border-radius", (OUTLOOK,), "corners are square"),
    "display": Feature(
        "css-display-none", (GMAIL,), "no height, no overflow", is_hidden_otherwise),
    "mso-hide": Feature(None),
    "max-height": Feature("css-max-height", (OUTLOOK,), "mso-hide", is_hidden_otherwise),
    "overflow": Feature("css-overflow", (OUTLOOK,), "mso-hide", is_hidden_otherwise),
    "font-family": Feature(
        "css-sytem-ui", (GMAIL, OUTLOOK, YAHOO, SAMSUNG), "Arial or monospace", has_safe_font),
    "font-size": Feature("css-font-size"), "font-weight": Feature("css-font-weight"),
    "height": Feature("css-height", (YAHOO,), "the attribute", has_height_attribute),
    "line-height": Feature("css-line-height", (OUTLOOK,), "lines are a little further apart"),
    "margin": Feature("css-margin"), "margin-top": Feature("css-margin"),
    "max-width": Feature(
        "css-max-width", (OUTLOOK,), "a conditional table of 600 px", has_conditional_table),
    "padding": Feature("css-padding"),
    "padding-bottom": Feature("css-padding", (OUTLOOK,), "headings are closer to their table"),
    "table-layout": Feature(
        "css-table-layout", (OUTLOOK,), "the widths of tables are attributes", has_width_attribute),
    "text-align": Feature(
        "css-text-align", (), "", has_align),
    "text-decoration": Feature("css-text-decoration"),
    "word-break": Feature(
        "css-word-break", (OUTLOOK, YAHOO), "word-wrap as well", has_both_breaks),
    "word-wrap": Feature(
        "css-word-wrap", (GMAIL, OUTLOOK), "word-break as well", has_both_breaks),
    "-webkit-text-size-adjust": Feature(None),
}

# Allowed values of properties, without those that some clients do not support.
VALUES = {
    "border-bottom": r"[1-8]px solid #\w{6}", "border-top": r"[1-8]px solid #\w{6}",
    "display": "none", "text-align": "left|right|center",
    "font-size": r"\d+px|0", "font-weight": "bold|normal", "text-decoration": "underline",
    "margin": r"(0|\d+px|auto)( (0|\d+px|auto))*", "padding": r"(0|\d+px)( (0|\d+px))*",
    "color": r"#\w{6}", "background-color": r"#\w{6}", "word-break": "break-word",
}
# Outlook supports padding only on cells; captions are listed above.
PADDED = {"padding": ("td", "th", "body"), "padding-bottom": ("caption",)}

RULES = {
    "@media (prefers-color-scheme: dark)": Feature(
        "css-at-media-prefers-color-scheme", (GMAIL, YAHOO),
        "they change the colours of the inline styles themselves"),
    ":root": Feature(
        "css-color-scheme", (GMAIL, OUTLOOK, YAHOO), "a hint; the inline colours are legible"),
    "!important": Feature(
        "css-important", (GMAIL, OUTLOOK, YAHOO), "in dark mode alone, after a space"),
}


class Element:
    def __init__(self, tag, attributes, line):
        self.tag, self.attributes, self.line = tag, dict(attributes), line
        declarations = (self.attributes.get("style") or "").split(";")
        self.style = dict(part.split(":", 1) for part in declarations if ":" in part)


class Mail(HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text, self.elements = text, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append(Element(tag, attributes, self.getpos()[0]))

    def first(self, tag):
        return next((element for element in self.elements if element.tag == tag), Element(tag, [], 0))


def faults(mail):
    for element in mail.elements:
        used = [(ELEMENTS, element.tag, f"<{element.tag}>")]
        used += [(ATTRIBUTES, name, f"attribute {name}") for name in element.attributes]
        used += [(PROPERTIES, name, f"property {name}") for name in element.style]
        for table, key, name in used:
            yield from (f"line {element.line}: {fault}"
                        for fault in missing(mail, element, table.get(key), name))
        for name, value in element.style.items():
            if not re.fullmatch(VALUES.get(name, ".*"), value):
                yield f"line {element.line}: {name} cannot be {value} everywhere"
            if element.tag not in PADDED.get(name, (element.tag,)):
                yield f"line {element.line}: {name} on <{element.tag}> is for cells alone"
    yield from rules(mail)


def missing(mail, element, feature, name):
    if feature is None:
        yield f"{name} is not in the table: look it up at caniemail.com"
    elif feature.lacking and not feature.fallback:
        yield f"{name} has no fallback for {', '.join(feature.lacking)} ({feature.name})"
    elif feature.check and not feature.check(mail, element):
        yield f"{name} lacks its fallback: {feature.fallback or feature.check.__name__}"


def rules(mail):
    sheet = mail.text.partition("<style>")[2].partition("</style>")[0]
    for line in filter(None, map(str.strip, sheet.splitlines())):
        selector = line.partition(" {")[0]
        if re.fullmatch(r"\.\w+ \{ (color|background-color|border-color): #\w{6} !important; \}", line):
            continue
        if selector not in RULES and line != "}":
            yield f"rule '{selector}' is not in the table: look it up at caniemail.com"
    if len(sheet.encode()) > 16_000:
        yield "the rules are over 16 KB, the limit of Gmail"
    if "<style" in mail.text.partition("<body")[2]:
        yield "rules in the body, where Gmail has none"


def main():
    mail = Mail(sys.stdin.buffer.read().decode("utf-8"))
    every = {**ELEMENTS, **ATTRIBUTES, **PROPERTIES, **RULES}
    found = [f"{name} has no fallback for {', '.join(feature.lacking)}"
             for name, feature in every.items() if feature.lacking and not feature.fallback]
    print("\n".join(dict.fromkeys(found + list(faults(mail)))), end="")


main()
