"""Creates a directory of headers that cannot be compiled, to search before the system's headers.

Usage: forbidden_headers.py DIRECTORY
"""

import pathlib
import sys

# Every public header of OpenSSL 3 that gives access to libcrypto or libssl.
OPENSSL = """
aes asn1 bio bn cipher cmac conf core crypto dh dsa ec ecdh ecdsa encoder err evp hmac kdf md5
objects opensslconf opensslv pem pkcs12 pkcs7 provider rand rsa sha ssl types x509
""".split()

directory = pathlib.Path(sys.argv[1])
(directory / "openssl").mkdir(parents=True)
for name in ["microhttpd.h", *(f"openssl/{name}.h" for name in OPENSSL)]:
    (directory / name).write_text(f'#error "callback-reports must not need <{name}>"\n')
