"""Formats the lines as a table for a terminal, as Markdown and as JSON."""

import dataclasses
import json

HEADS = ["benchmark", "ours", "compared with", "theirs", "result", "target", ""]


def cells(line):
    verdict = {True: "met", False: "**missed**", None: ""}[line.holds]
    return [line.what, line.ours, line.against, line.theirs, line.result, line.reach, verdict]


def markdown(lines, facts):
    """A list of machine and versions, and a table."""
    text = [f"- {name}: {value}" for name, value in facts.items()]
    text += ["", "| " + " | ".join(HEADS) + " |", "|---|---:|---|---:|---:|---:|---|"]
    text += ["| " + " | ".join(cells(line)) + " |" for line in lines]
    return "\n".join(text)


def plain(lines, facts):
    """Formats the table in columns."""
    rows = [HEADS] + [[cell.replace("`", "").replace("*", "") for cell in cells(line)]
                      for line in lines]
    widths = [max(map(len, column)) for column in zip(*rows)]
    text = [f"{name}: {value}" for name, value in facts.items()]
    text += [""] + ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                    for row in rows]
    return "\n".join(text)


def as_json(lines, facts):
    return json.dumps({"facts": facts, "lines": list(map(dataclasses.asdict, lines))}, indent=1)
