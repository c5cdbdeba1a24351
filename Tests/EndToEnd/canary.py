"""A password that can be found again, wherever and however it was written down."""

import base64
import pathlib
import secrets
import threading
import time


class Canary:
    """Its middle is plain, so that no escaping of what stands around it hides it."""

    def __init__(self):
        core = "canary" + secrets.token_hex(12)
        self.password = f"{core} %\"\\'&"
        self.forms = [core.encode(), core.encode().hex().encode(), core[::-1].encode()]
        self.forms += [aligned(core.encode(), offset) for offset in range(3)]

    def found(self, data):
        return any(form in data for form in self.forms)

    def files(self, directory, but=()):
        """The files that hold it, in all of a directory, by content or name."""
        return [
            str(path) for path in sorted(pathlib.Path(directory).rglob("*"))
            if path not in but
            and (self.found(str(path).encode()) or path.is_file() and self.found(path.read_bytes()))
        ]


def aligned(data, offset):
    """What base64 makes of some bytes after `offset` others, without what these influence."""
    encoded = base64.b64encode(b"\0" * offset + data)
    whole = (offset + len(data)) // 3 * 4
    return encoded[4 if offset else 0:whole]


class Watch:
    """Looks at every process's command line, and one's environment, for as long as it runs."""

    def __init__(self, canary, process):
        self.canary = canary
        self.process = process
        self.in_command_lines = self.in_environment = False
        self.thread = threading.Thread(target=self.sample, daemon=True)
        self.thread.start()

    def sample(self):
        while self.process.poll() is None:
            for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                self.in_command_lines |= self.canary.found(content(path))
            environment = content(pathlib.Path(f"/proc/{self.process.pid}/environ"))
            self.in_environment |= self.canary.found(environment)
            time.sleep(0.003)

    def finish(self):
        self.thread.join()
        return self


def content(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""  # It has ended meanwhile.
