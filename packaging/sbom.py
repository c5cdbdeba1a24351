"""Writes the software bill of materials of a release, in the JSON format of SPDX 2.3.

Usage: sbom.py VERSION ARCHITECTURE DIRECTORY PROGRAMS

Describes the packages and the image in DIRECTORY: their checksums, the packages of Debian in the
image, and the runtimes of Swift and C++ in the programs. Everything is read from the files of the
release, except for the versions of the runtimes: they are in the programs in the directory PROGRAMS,
before debug information is removed from them.
SOURCE_DATE_EPOCH is the time of the document.
"""
import datetime
import email.parser
import gzip
import hashlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import urllib.parse
import uuid

version, architecture = sys.argv[1:3]
folder, programs = map(pathlib.Path, sys.argv[3:])
OURS = ["callback-reports", "callback-gateway"]
UNKNOWN = "NOASSERTION"
SWIFT_LICENSE = "Apache-2.0 WITH Swift-exception"
GCC_LICENSE = "GPL-3.0-or-later WITH GCC-exception-3.1"
packages, relationships = [], []


def identifier(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def relate(one, kind, other):
    relationships.append({
        "spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other})


def add(name, number, purpose, license=UNKNOWN, **more):
    """Adds a package, and returns its identifier."""
    packages.append({
        "SPDXID": identifier(name), "name": name, "versionInfo": number,
        "primaryPackagePurpose": purpose, "filesAnalyzed": False, "licenseConcluded": license,
        "licenseDeclared": license, "copyrightText": UNKNOWN, "downloadLocation": UNKNOWN} | more)
    return identifier(name)


def add_file(name, purpose, license, path):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return add(
        name, version, purpose, license, packageFileName=path.name,
        checksums=[{"algorithm": "SHA256", "checksumValue": digest}])


def layer(image):
    """Returns the file system of the image."""
    with tarfile.open(image) as archive:
        [manifest] = json.load(archive.extractfile("manifest.json"))
        [name] = manifest["Layers"]
        return tarfile.open(fileobj=io.BytesIO(gzip.decompress(archive.extractfile(name).read())))


def reference(status):
    """Returns the package URL of a package of Debian."""
    name, number, kind = (status[key] for key in ["Package", "Version", "Architecture"])
    url = f"pkg:deb/debian/{name}@{urllib.parse.quote(number)}?arch={kind}&distro=debian-12"
    return {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": url}


def add_debian(status):
    source = (status["Source"] or status["Package"]).split()[0]
    return add(
        status["Package"], status["Version"], "LIBRARY" if status["Section"] == "libs" else "APPLICATION",
        supplier="Organization: Debian", sourceInfo=f"source package of Debian: {source}",
        externalRefs=[reference(status)])


image = folder / f"callback-reports_{version}_{architecture}.oci.tar"
system = layer(image)
stanzas = [
    email.parser.Parser().parsestr(system.extractfile(entry).read().decode(), headersonly=True)
    for entry in system if entry.name.startswith("var/lib/dpkg/status.d/") and entry.isfile()]
debian = {status["Package"]: status for status in stanzas if status["Package"] not in OURS}

container = add_file("callback-reports-image", "CONTAINER", UNKNOWN, image)
relate("SPDXRef-DOCUMENT", "DESCRIBES", container)
for name in sorted(debian):
    relate(container, "CONTAINS", add_debian(debian[name]))
compilers, libraries = set(), set()
for name in OURS:
    package = folder / f"{name}_{version}_{architecture}.deb"
    ours = add_file(name, "INSTALL", f"MIT AND {SWIFT_LICENSE} AND {GCC_LICENSE}", package)
    relate("SPDXRef-DOCUMENT", "DESCRIBES", ours)
    relate(container, "CONTAINS", ours)
    fields = subprocess.run(
        ["dpkg-deb", "--field", package, "Depends"], check=True, capture_output=True, text=True).stdout
    for needed in sorted(set(re.findall(r"[a-z0-9][a-z0-9.+-]+(?=[ ,(]|$)", fields)) & set(debian)):
        relate(ours, "DEPENDS_ON", identifier(needed))
    contents = (programs / name).read_bytes()
    compilers.update(re.findall(rb"Swift version (\d[\d.]*)", contents))
    libraries.update(re.findall(rb"GCC: \(Debian ([^)]+)\)", contents))
    relate(ours, "STATIC_LINK", identifier("libgcc and libstdc++"))
    relate(ours, "STATIC_LINK", identifier("swift-runtime"))
if len(compilers) != 1 or len(libraries) != 1:
    raise SystemExit(f"sbom: {programs} has programs of other than one compiler: {compilers} {libraries}")
add("swift-runtime", compilers.pop().decode(), "LIBRARY", SWIFT_LICENSE,
    supplier="Organization: Swift project", homepage="https://www.swift.org")
add("libgcc and libstdc++", libraries.pop().decode(), "LIBRARY", GCC_LICENSE,
    supplier="Organization: Debian", sourceInfo="source package of Debian: gcc-12")

time = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
title = f"callback-reports-{version}-{architecture}"
contents = {"packages": packages, "relationships": relationships}
number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(contents, sort_keys=True))
document = {
    "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": title,
    "documentNamespace": f"https://spdx.org/spdxdocs/{title}-{number}",
    "creationInfo": {
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "creators": ["Organization: Callback Reports", "Tool: packaging/sbom.py"]},
} | contents
path = folder / f"callback-reports_{version}_{architecture}.spdx.json"
path.write_text(json.dumps(document, indent=1) + "\n")
