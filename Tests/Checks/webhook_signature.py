"""The signature of Standard Webhooks. Usage: webhook_signature.py SECRET ID TIMESTAMP <BODY"""
import base64
import hashlib
import hmac
import sys

secret, name, timestamp = sys.argv[1:4]
key = base64.b64decode(secret.removeprefix("whsec_"))
message = f"{name}.{timestamp}.".encode() + sys.stdin.buffer.read()
code = hmac.new(key, message, hashlib.sha256).digest()
print("v1," + base64.b64encode(code).decode(), end="")
