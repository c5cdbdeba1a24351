"""Parses the Prometheus text format strictly and prints its samples, one per line."""

import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)?\}})? (\S+)")

text = sys.stdin.read()
assert text.endswith("\n"), "the last line has no end"
types, seen, current, buckets = {}, set(), None, {}
for line in text.splitlines():
    if line.startswith("#"):
        kind, name, rest = re.fullmatch(rf"# (HELP|TYPE) ({NAME}) (.+)", line).groups()
        if kind == "TYPE":
            assert name not in types, f"{name} has two types"
            assert rest in ("counter", "gauge", "histogram"), line
            types[name], current = rest, name
        continue
    match = SAMPLE.fullmatch(line)
    assert match, f"no sample: {line}"
    name, labels, value = match.groups()
    number = float(value)
    assert (name, labels) not in seen, f"twice: {line}"
    seen.add((name, labels))
    family = re.sub("_(bucket|sum|count)$", "", name) if types[current] == "histogram" else name
    assert family == current, f"{name} stands behind another family"
    if types[current] == "counter":
        assert name.endswith("_total") and number >= 0, line
    if name.endswith("_bucket"):
        series = re.sub(',?le="[^"]*"', "", labels)
        assert number >= buckets.get(series, 0), f"buckets shrink: {line}"
        buckets[series] = number
    if name.endswith("_count"):
        assert number == buckets[labels or ""], f"no bucket has all: {line}"
    print(line)
