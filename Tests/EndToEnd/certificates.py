"""Creates valid and invalid certificates with openssl."""

import pathlib
import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]


class Authority:
    """A certificate authority. Its certificate is the file `certificate`."""

    def __init__(self, directory, name):
        self.directory = pathlib.Path(directory) / name
        self.directory.mkdir()
        self.certificate = self.directory / "authority.pem"
        self.key = self.directory / "authority.key"
        openssl("req", "-x509", *KEY, "-keyout", self.key, "-out", self.certificate,
                "-subj", f"/CN=Test authority {name}", "-days", "2")

    def issue(self, host, days=2):
        """Returns a file with certificate and key for a host. With -1 days it has expired."""
        stem = self.directory / f"{host}{days}"
        request, certificate, key = (f"{stem}.{end}" for end in ["csr", "pem", "key"])
        openssl("req", *KEY, "-keyout", key, "-out", request, "-subj", f"/CN={host}",
                "-addext", f"subjectAltName=DNS:{host}")
        openssl("x509", "-req", "-in", request, "-out", certificate, "-days", str(days),
                "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                "-copy_extensions", "copy")
        both = pathlib.Path(f"{stem}.both.pem")
        both.write_text(pathlib.Path(key).read_text() + pathlib.Path(certificate).read_text())
        return both


def openssl(*arguments):
    subprocess.run(
        ["openssl", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
        check=True, timeout=30)
