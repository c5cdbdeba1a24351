"""The sample for receivers in docs/receiving.md, with the version of cryptography of this stage.

The tests run it with Debian's, and with values of the gateway; here nothing may warn of a removal.
"""

import pathlib
import re
import subprocess
import sys

from gateway import expect

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "receiving.md"

CASES = """
iv = bytes(range(48, 64))
for length in (16, 24, 32):
    key = b"k" * length
    encryptor = Cipher(algorithms.AES(key), CFB(iv)).encryptor()
    cfb = encryptor.update("é😀".encode()) + encryptor.finalize()
    gcm = AESGCM(key).encrypt(iv, "é😀".encode(), None)
    for algo, value in (("CFB", cfb), ("GCM", gcm)):
        print(decrypt(base64.b64encode(value), f"AES{length * 8}-{algo}", key, iv))
    gcm = AESGCM(key).encrypt(iv[:12], "é😀".encode(), None)
    for algo, value in (("CFB", iv + cfb), ("GCM", iv[:12] + gcm)):
        print(decrypt(base64.b64encode(value), f"AES{length * 8}-{algo}", key))
"""


def check():
    sample = re.search(r"<!-- decrypt-python -->\n```\w+\n(.*?)^```", PAGE.read_text(), re.S | re.M)[1]
    done = subprocess.run([sys.executable, "-W", "error", "-"], input=sample + CASES, text=True,
                          capture_output=True, timeout=60)
    expect("what decrypt() warns of", done.stderr, "")
    expect("what decrypt() gives", done.stdout, "é😀\n" * 12)
