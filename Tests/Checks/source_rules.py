#!/usr/bin/env python3
"""Checks rules for the sources that the compiler does not check.

Usage: source_rules.py [FOLDER]
Prints each violation and exits with 1 if there are any.
"""
import pathlib
import re
import sys

ATTRIBUTES = r"(?:@\w+(?:\([^)]*\))?\s+)*"
MODIFIERS = (
    r"(?:(?:package|public|private|fileprivate|internal|final|indirect|nonisolated)\s+)*")
TYPE = re.compile(
    rf"^{ATTRIBUTES}{MODIFIERS}(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)", re.M)
# A value between brackets directly behind a name or an expression: object["name"].
SUBSCRIPT = re.compile(r'[\w)\]?!]\["')
PATHS = ["A line of a log", "A due report", "An alert", "A trigger", "A page"]
TYPED = ["WebUI", "Commands", "ReportCommands", "GatewayCommands"]
ENGINES = ["SQL", "SQLite", "CSQLite"]
IMPORT = r"^(?:@testable |package |public |internal |private )*import "
ENGINE = re.compile(IMPORT + "C?SQLite$", re.M)
DATABASE = re.compile(IMPORT + "SQL$", re.M)
STRING = re.compile(r'"""\n(.*?)"""|"((?:[^"\\\n]|\\.)*)"', re.S)
STATEMENT = re.compile(
    r"\s*(?:SELECT\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|REPLACE\s+INTO\s|UPDATE\s+\S+\s+SET\s"
    r"|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s|CREATE\s+(?:TEMP\s+|UNIQUE\s+)?(?:TABLE|INDEX|VIEW)\s"
    r"|ALTER\s+TABLE\s|DROP\s+TABLE\s|PRAGMA\s|BEGIN\s+IMMEDIATE|VACUUM\b)")


def sources(folder):
    return sorted(path for path in folder.glob("Sources/**/*.swift"))


def repeated_types(folder):
    """A name means one thing in the whole product, so that readers need not know the module."""
    seen = {}
    for path in sources(folder):
        for name in TYPE.findall(path.read_text()):
            if name in seen:
                yield f"{path}: type {name} also exists in {seen[name]}"
            seen.setdefault(name, path)


def untyped_values(folder):
    """Pages and commands read values of the domain, not members of JSON."""
    for path in sources(folder):
        if path.relative_to(folder / "Sources").parts[0] not in TYPED:
            continue
        for number, line in enumerate(path.read_text().split("\n"), 1):
            if not line.lstrip().startswith("//") and SUBSCRIPT.search(line):
                yield f"{path}:{number}: a string as subscript; use a typed value"


def sql_outside_storage(folder):
    """Only Storage contains SQL, and only the module SQL knows the engines."""
    for path in sources(folder):
        module = path.relative_to(folder / "Sources").parts[0]
        if module in ENGINES:
            continue
        text = path.read_text()
        if ENGINE.search(text):
            yield f"{path}: imports SQLite; add a function to the module SQL instead"
        if module == "Storage":
            continue
        if DATABASE.search(text):
            yield f"{path}: imports SQL; add a function to a store in Sources/Storage instead"
        for match in STRING.finditer(re.sub(r"^\s*//.*$", "", text, flags=re.M)):
            words = match[1] if match[1] is not None else match[2]
            if STATEMENT.match(words):
                yield f"{path}: SQL '{words.split()[0]} …'; move it to a store in Sources/Storage"


def missing_paths(folder):
    """docs/architecture.md follows four paths through files. Each has at most 20 of them."""
    text = (folder / "docs/architecture.md").read_text()
    titles = re.findall(r"^### (.+)$", text, re.M)
    if titles != PATHS:
        yield f"docs/architecture.md: expected the paths {PATHS}, found {titles}"
    for title, body in re.findall(r"^### (.+)\n((?:(?!^#).*\n?)*)", text, re.M):
        files = re.findall(r"`([\w+/-]+\.(?:swift|mustache))`", body)
        if len(files) > 20:
            yield f"docs/architecture.md: '{title}' names {len(files)} files; the limit is 20"
        if not files:
            yield f"docs/architecture.md: '{title}' names no files"
        for name in files:
            if not (folder / "Sources" / name).exists():
                yield f"docs/architecture.md: '{title}' names Sources/{name}, which does not exist"


def missing_places(folder):
    """CONTRIBUTING.md names files and folders that exist."""
    for name in re.findall(r"`((?:Sources|Tests|templates)/[\w+/.-]+)`",
                           (folder / "CONTRIBUTING.md").read_text()):
        if "MODULE" not in name and not (folder / name).exists():
            yield f"CONTRIBUTING.md names {name}, which does not exist"


def repeated_headings(folder):
    """Each version of the changelog has each kind of change once."""
    for version in re.split(r"^## ", (folder / "CHANGELOG.md").read_text(), flags=re.M)[1:]:
        headings = re.findall(r"^### (\w+)", version, re.M)
        for heading in sorted({name for name in headings if headings.count(name) > 1}):
            yield f"CHANGELOG.md: {version.split()[0]} has '{heading}' more than once"


RULES = [
    repeated_types, untyped_values, sql_outside_storage, missing_paths, missing_places,
    repeated_headings]


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    violations = [words for rule in RULES for words in rule(folder)]
    print("\n".join(violations) if violations else "all source rules hold")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
