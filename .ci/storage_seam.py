#!/usr/bin/env python3
"""Checks that all SQL of the product is in the module Storage.

Usage: storage_seam.py SOURCES

Fails if a file outside Storage and SQLite imports SQLite, or contains a string that looks like a
statement.
"""
import pathlib
import re
import sys

INSIDE = {"Storage", "SQLite", "CSQLite"}
IMPORT = re.compile(r"^(?:@testable |package |public |internal |private )*import C?SQLite$", re.M)
STRING = re.compile(r'"""\n(.*?)"""|"((?:[^"\\\n]|\\.)*)"', re.S)
STATEMENT = re.compile(
    r"\s*(?:SELECT\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|REPLACE\s+INTO\s|UPDATE\s+\S+\s+SET\s"
    r"|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s|CREATE\s+(?:TEMP\s+|UNIQUE\s+)?(?:TABLE|INDEX|VIEW)\s"
    r"|ALTER\s+TABLE\s|DROP\s+TABLE\s|PRAGMA\s|BEGIN\s+IMMEDIATE|VACUUM\b)"
)


def faults(path, text):
    """Yields what is wrong with a file."""
    if IMPORT.search(text):
        yield f"{path}: imports SQLite; add a function to a store in Sources/Storage instead"
    code = re.sub(r"^\s*//.*$", "", text, flags=re.M)
    for match in STRING.finditer(code):
        words = match[1] if match[1] is not None else match[2]
        if STATEMENT.match(words):
            yield f"{path}: contains SQL ({words.split()[0]} …); move it to a store in Sources/Storage"


def main():
    sources = pathlib.Path(sys.argv[1])
    found = []
    files = sorted(sources.rglob("*.swift"))
    for file in files:
        if file.relative_to(sources).parts[0] not in INSIDE:
            found += faults(file, file.read_text(encoding="utf-8"))
    if not files:
        found.append(f"{sources}: no Swift files")
    print(*found, sep="\n", file=sys.stderr) if found else print("all SQL is in Storage")
    return 1 if found else 0


sys.exit(main())
