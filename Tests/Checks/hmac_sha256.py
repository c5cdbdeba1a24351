"""Reads lengths of a key and a message, a pair per line, and prints the HMAC of such bytes 0, 1, 2 … 255, 0 …"""
import hashlib
import hmac
import sys

for line in sys.stdin:
    key, message = (bytes(n % 256 for n in range(int(word))) for word in line.split())
    print(hmac.new(key, message, hashlib.sha256).hexdigest())
