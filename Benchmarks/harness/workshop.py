"""The programs that a benchmark needs, built or installed in the work directory."""

import pathlib
import shutil
import venv

from harness.process import Failed, call, say

HERE = pathlib.Path(__file__).resolve().parent.parent
REPOSITORY = HERE.parent
COMPILE = ["cc", "-std=gnu17", "-O2", "-Wall", "-Wextra"]
SWIFT = ["swiftc", "-O", "-swift-version", "6", "-I", REPOSITORY / "Sources/CSQLite"]


class Workshop:
    def __init__(self, work):
        self.work = work
        self.bin = work / "bin"
        self.bin.mkdir(parents=True, exist_ok=True)

    def prepare(self):
        """Builds what every row needs."""
        self.ours = self.build("callback-reports")
        for name in ["measure", "generate", "sink", "writer"]:
            self.compile(HERE / f"programs/{name}.c", name)

    def build(self, product):
        """Builds one of our programs and returns its path."""
        say(f"building {product} for release")
        call(REPOSITORY / "packaging/build-programs")
        return REPOSITORY / ".build/release" / product

    def version(self):
        """Our version and the commit it was built from."""
        version = self.first_line(self.ours, "--version").removeprefix("callback-reports ")
        if not (REPOSITORY / ".git").exists():
            return version
        return f"{version}, commit " + self.first_line(
            "git", "-C", REPOSITORY, "describe", "--always", "--dirty", "--exclude=*")

    def compile(self, source, name, *options):
        """Compiles one of our C programs and returns its path."""
        program = self.bin / name
        call(*COMPILE, *options, source, "-o", program, "-Wl,--as-needed", "-lsqlite3", "-lcurl",
             "-lpthread")
        return program

    def compile_swift(self, source, name, *options):
        program = self.bin / name
        call(*SWIFT, *options, source, "-o", program)
        return program

    def peer(self, name, package=None):
        """A peer from Debian, from the package of the same name unless another is given."""
        if shutil.which(name) is None:
            say(f"installing {name}")
            call("apt-get", "install", "-y", "-qq", "--no-install-recommends", package or name)
        return shutil.which(name)

    def python_peer(self, package, program):
        """A program from a PyPI package, in its own environment."""
        environment = self.work / "venv"
        found = next(environment.glob(program), None)
        if found is None:
            say(f"installing {package}")
            if not (environment / "bin/pip").exists():
                venv.create(environment, with_pip=True)
            call(environment / "bin/pip", "install", "--quiet", "--disable-pip-version-check",
                 package)
            found = next(environment.glob(program), None)
        if found is None:
            raise Failed(f"{package} has no {program}")
        return found

    def first_line(self, *command):
        return call(*command).splitlines()[0]
