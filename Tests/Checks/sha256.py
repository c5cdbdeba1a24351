"""Reads numbers, one per line, and prints the SHA-256 of that many bytes 0, 1, 2 … 255, 0 …"""
import hashlib
import sys

for line in sys.stdin:
    print(hashlib.sha256(bytes(n % 256 for n in range(int(line)))).hexdigest())
