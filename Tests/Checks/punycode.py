"""Reads labels, one per line, and prints their Punycode according to Python's codec."""
import sys

for line in sys.stdin.buffer.read().decode("utf-8").splitlines():
    print(line.encode("punycode").decode("ascii"))
