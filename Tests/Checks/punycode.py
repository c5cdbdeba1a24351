"""Reads labels, one a line, and prints the Punycode of each by Python's own codec."""
import sys

for line in sys.stdin.buffer.read().decode("utf-8").splitlines():
    print(line.encode("punycode").decode("ascii"))
