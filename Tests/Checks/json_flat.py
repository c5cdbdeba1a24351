"""Prints every value of a JSON document with its path, in document order."""

import json
import sys


def no_repeats(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key comes twice")
    return dict(pairs)


def walk(path, value):
    if isinstance(value, dict):
        for key, item in value.items():
            walk(f"{path}.{key}" if path else key, item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            walk(f"{path}[{index}]", item)
    else:
        print(path, ascii(value))


walk("", json.loads(sys.stdin.buffer.read().decode("utf-8"), object_pairs_hook=no_repeats))
