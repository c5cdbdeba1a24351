"""Prints the value of each line according to Python's json module, or "refused".

If an object has a name twice, the last value is used. Half of a surrogate pair is U+FFFD.
"""

import json
import sys


class Number(str):
    """Returns the original text."""


def refuse(name):
    raise ValueError(name)


def whole(string):
    return "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in string)


def members(pairs):
    return {whole(name): value for name, value in pairs}


def text(string):
    return "'" + " ".join(f"{ord(c):x}" for c in whole(string)) + "'"


def words(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return "[" + ",".join(map(words, value)) + "]"
    return "{" + ",".join(f"{text(name)}:{words(item)}" for name, item in value.items()) + "}"


def read(line):
    try:
        return json.loads(
            line,
            object_pairs_hook=members,
            parse_int=Number,
            parse_float=Number,
            parse_constant=refuse,
        )
    except ValueError:
        return refuse


lines = sys.stdin.buffer.read().decode("utf-8").split("\n")
values = [read(line) for line in lines]
print("\n".join("refused" if value is refuse else words(value) for value in values), end="")
