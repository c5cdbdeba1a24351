"""Writes a Debian changelog from CHANGELOG.md.

Usage: debian_changelog.py VERSION UNIX_TIME < CHANGELOG.md

The entry of each release follows the format of deb-changelog(5). DEBFULLNAME and DEBEMAIL name
the maintainer, as for Debian's own tools.
"""
import email.utils
import os
import re
import sys
import textwrap

version, seconds = sys.argv[1], int(sys.argv[2])
maintainer = "{} <{}>".format(
    os.environ.get("DEBFULLNAME", "Callback Reports"),
    os.environ.get("DEBEMAIL", "callback-reports@localhost.localdomain"))
date = email.utils.formatdate(seconds)

# A release starts with "## [1.0.0] - 2026-11-20". What is not released belongs to this version.
releases, items = [], []
for line in sys.stdin.read().splitlines():
    heading = re.match(r"## \[?([^\]\s]+)", line)
    if heading:
        items = []
        name = heading[1] if heading[1][0].isdigit() else version
        releases.append((name, items))
    elif line.startswith("- "):
        items.append(line[2:])
    elif line.startswith("  ") and items:
        items[-1] += " " + line.strip()
name, items = next(((n, i) for n, i in releases if i), (version, ["See the documentation."]))
print(f"callback-reports ({version}) stable; urgency=medium\n")
for item in items:
    print(textwrap.fill(
        item.replace("`", "'"), 78, initial_indent="  * ", subsequent_indent="    ",
        break_long_words=False, break_on_hyphens=False))
print(f"\n -- {maintainer}  {date}")
