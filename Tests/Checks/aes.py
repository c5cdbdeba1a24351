"""Encrypts or decrypts each line of the input with AES, using the package cryptography.

A line of the input is JSON: {"algo", "key", "IV", "value"}, or with "sealed" (base64) for "value" to decrypt it. The
IV is text, or null if it precedes the ciphertext. Each line of the output is the result.
"""

import base64
import json
import sys
import warnings

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

warnings.simplefilter("ignore")


def cfb(key, iv):
    return Cipher(algorithms.AES(key), modes.CFB(iv))


def seal(mode, key, iv, value):
    if mode == "GCM":
        return AESGCM(key).encrypt(iv, value, None)
    encryptor = cfb(key, iv).encryptor()
    return encryptor.update(value) + encryptor.finalize()


def unseal(mode, key, iv, sealed):
    if mode == "GCM":
        return AESGCM(key).decrypt(iv, sealed, None)
    decryptor = cfb(key, iv).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()


def answer(case):
    mode = case["algo"][-3:]
    key = case["key"].encode()
    if "value" in case:
        sealed = seal(mode, key, case["IV"].encode(), case["value"].encode())
        return base64.b64encode(sealed).decode()
    sealed = base64.b64decode(case["sealed"])
    if case["IV"] is None:
        length = 12 if mode == "GCM" else 16
        iv, sealed = sealed[:length], sealed[length:]
    else:
        iv = case["IV"].encode()
    return unseal(mode, key, iv, sealed).decode()


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
