"""Writes the root file system of the image as a tar file: what the two programs need, and no more.

Usage: image_root.py LAYER PACKAGE...

The programs, their configuration and licenses come from the Debian packages PACKAGE. Everything
else comes from packages of Debian that are installed on this machine: the libraries that ldd finds,
the programs that decompress logs, a shell, time zones and CA certificates. A file that was changed
after its package was installed is an error. SOURCE_DATE_EPOCH is the time of all files.
"""
import hashlib
import io
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

# The user of the programs. A number, because Kubernetes checks that it is not root.
USER = 10001
NAME = "callback-reports"
DATA = "var/lib/callback-reports"
# A shell that repeats 'run', the client of the health check, and the programs of Compression.swift.
TOOLS = ["sh", "sleep", "cat", "curl", "gzip", "zstd", "xz", "bzip2", "lz4"]
# Directories that moved below /usr. The image has links for the old names.
MERGED = ["bin", "lib", "lib64", "sbin"]
CERTIFICATES = "usr/share/ca-certificates/mozilla/"
FROM_PACKAGES = re.compile(r"usr/bin/|etc/|usr/share/doc/[^/]+/copyright$")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def merged(path):
    path = path.lstrip("/")
    return f"usr/{path}" if path.partition("/")[0] in MERGED else path


class Layer:
    """The entries of the tar file, by path."""

    def __init__(self, time):
        self.time = time
        self.entries = {}

    def add(self, path, kind, mode, contents=b"", target="", user=0, group=0):
        parent = os.path.dirname(path)
        if parent and parent not in self.entries:
            self.add(parent, tarfile.DIRTYPE, 0o755)
        entry = tarfile.TarInfo(path)
        entry.type, entry.mode, entry.size, entry.linkname = kind, mode, len(contents), target
        entry.uid, entry.gid, entry.mtime = user, group, self.time
        self.entries[path] = (entry, contents)

    def directory(self, path, mode=0o755, user=0):
        self.add(path, tarfile.DIRTYPE, mode, user=user, group=user)

    def link(self, path, target):
        self.add(path, tarfile.SYMTYPE, 0o777, target=target)

    def file(self, path, contents, mode=0o644, group=0):
        self.add(path, tarfile.REGTYPE, mode, contents, group=group)

    def write(self, path):
        with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
            for _, (entry, contents) in sorted(self.entries.items()):
                archive.addfile(entry, io.BytesIO(contents))


class Debian:
    """The files of installed packages."""

    def __init__(self):
        self.used = set()
        self.sums = {}

    def owner(self, path):
        """Returns the package of a file. A package may know it by its name before /usr was merged."""
        names = [path, path.removeprefix("/usr")]
        found = subprocess.run(["dpkg-query", "--search", *names], capture_output=True, text=True).stdout
        for line in found.splitlines():
            package, _, name = line.rpartition(": ")
            if name in names and not package.startswith("diversion"):
                return package
        raise SystemExit(f"image_root: {path} belongs to no package of Debian")

    def checksums(self, package):
        """Returns the checksums of the package's files."""
        if package not in self.sums:
            lines = output("dpkg-query", "--control-show", package, "md5sums").splitlines()
            self.sums[package] = {merged(line[34:]): line[:32] for line in lines}
        return self.sums[package]

    def read(self, path, package=None):
        """Returns the contents of a file, and notes its package."""
        real = os.path.realpath(path)
        package = package or self.owner(real)
        contents = pathlib.Path(real).read_bytes()
        if hashlib.md5(contents).hexdigest() != self.checksums(package).get(merged(real)):
            raise SystemExit(f"image_root: {real} is not as in the package {package}")
        self.used.add(package)
        return contents

    def files(self, package, prefix):
        """Returns the paths of a package's files and links below a directory."""
        return [path for path in output("dpkg-query", "--listfiles", package).splitlines()
                if path.startswith(f"/{prefix}") and (os.path.islink(path) or os.path.isfile(path))]


def libraries(program):
    found = output("ldd", program)
    if "not found" in found:
        raise SystemExit(f"image_root: {program} needs libraries that are not installed:\n{found}")
    return re.findall(r"(/\S+) \(0x", found)


def add_packages(layer, packages):
    """Adds the files of our packages. Returns the libraries that they need."""
    needed = set()
    for package in packages:
        archive = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, capture_output=True).stdout
        for entry in tarfile.open(fileobj=io.BytesIO(archive)):
            path = entry.name.removeprefix("./")
            if not entry.isfile() or not FROM_PACKAGES.match(path):
                continue
            contents = tarfile.open(fileobj=io.BytesIO(archive)).extractfile(entry).read()
            if path.startswith("etc/"):
                layer.file(path, contents, 0o640, group=USER)
                continue
            layer.file(path, contents, 0o755 if path.startswith("usr/bin/") else 0o644)
            if path.startswith("usr/bin/"):
                with tempfile.NamedTemporaryFile() as program:
                    program.write(contents)
                    program.flush()
                    needed.update(libraries(program.name))
        status = output("dpkg-deb", "--field", package)
        name = output("dpkg-deb", "--field", package, "Package").strip()
        layer.file(f"var/lib/dpkg/status.d/{name}", status.encode())
    return needed


def add_tools(layer, debian):
    """Adds programs of Debian. Returns the libraries that they need."""
    needed = set()
    for tool in TOOLS:
        path = f"/usr/bin/{tool}"
        if not os.path.exists(path):
            raise SystemExit(f"image_root: {path} is not installed")
        layer.file(merged(path), debian.read(path), 0o755)
        needed.update(libraries(path))
    return needed


def add_libraries(layer, debian, needed):
    # The programs load libcurl when they first use it.
    curl = re.search(r"libcurl\.so\.4 .*=> (\S+)", output("/sbin/ldconfig", "-p"))
    if not curl:
        raise SystemExit("image_root: libcurl.so.4 is not installed")
    for path in {curl[1], *libraries(curl[1]), *needed}:
        layer.file(merged(path), debian.read(path), 0o755)


def add_data(layer, debian):
    for path in debian.files("tzdata", "usr/share/zoneinfo/"):
        # 'right' counts leap seconds, and 'posix' repeats the rest.
        if re.match("/usr/share/zoneinfo/(right|posix)(/|$)", path):
            continue
        if os.path.islink(path):
            layer.link(merged(path), os.readlink(path))
        else:
            layer.file(merged(path), debian.read(path, "tzdata"))
    # Not the file in /etc/ssl/certs, which also has the certificates that this machine trusts.
    bundle = [debian.read(path, "ca-certificates").rstrip() + b"\n"
              for path in sorted(debian.files("ca-certificates", CERTIFICATES))]
    layer.file("etc/ssl/certs/ca-certificates.crt", b"".join(bundle))
    layer.file("usr/lib/os-release", debian.read("/usr/lib/os-release"))
    layer.link("etc/os-release", "../usr/lib/os-release")
    for path in debian.files("base-files", "usr/share/common-licenses/"):
        layer.file(merged(path), debian.read(path))


def add_system(layer):
    for name in MERGED:
        layer.directory(f"usr/{name}")
        layer.link(name, f"usr/{name}")
    # A runtime mounts these. In a read-only root, it cannot create them.
    for name in ["dev", "proc", "run", "sys"]:
        layer.directory(name)
    layer.directory("tmp", 0o1777)
    layer.directory(DATA, 0o750, user=USER)
    layer.file("etc/passwd", (
        "root:x:0:0:root:/:/usr/sbin/nologin\n"
        f"{NAME}:x:{USER}:{USER}:Callback Reports:/{DATA}:/usr/sbin/nologin\n").encode())
    layer.file("etc/group", f"root:x:0:\n{NAME}:x:{USER}:\n".encode())
    layer.file("etc/nsswitch.conf", b"passwd: files\ngroup: files\nhosts: files dns\n")


def add_licenses(layer, debian):
    for package in sorted(debian.used):
        name = package.partition(":")[0]
        # Not part of the package's checksums if it is a link to the folder of another package.
        path = os.path.realpath(f"/usr/share/doc/{name}/copyright")
        layer.file(f"usr/share/doc/{name}/copyright", pathlib.Path(path).read_bytes())
        # Scanners find the packages of an image without dpkg here.
        layer.file(f"var/lib/dpkg/status.d/{name}", output("dpkg-query", "--status", package).encode())


def main():
    layer, debian = Layer(int(os.environ["SOURCE_DATE_EPOCH"])), Debian()
    add_system(layer)
    needed = add_packages(layer, sys.argv[2:]) | add_tools(layer, debian)
    add_libraries(layer, debian, needed)
    add_data(layer, debian)
    add_licenses(layer, debian)
    layer.write(sys.argv[1])


main()
