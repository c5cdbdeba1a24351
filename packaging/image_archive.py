"""Packs the OCI layout of one image as an archive that podman, docker and skopeo read.

Usage: image_archive.py LAYOUT NAME ARCHIVE

Adds what umoci cannot write:
- The health check. Docker's programs read it from the configuration of the image. The specification
  of OCI has no such key and requires others to ignore it.
- manifest.json, in which docker before version 25 looks for images.
SOURCE_DATE_EPOCH is the time of all files.
"""
import hashlib
import io
import json
import os
import pathlib
import sys
import tarfile

SECOND = 1_000_000_000
HEALTH_CHECK = {
    "Test": ["CMD", "curl", "--fail", "--silent", "--show-error", "--output", "/dev/null",
             "http://127.0.0.1:8080/healthz"],
    "Interval": 30 * SECOND, "Timeout": 10 * SECOND, "StartPeriod": 10 * SECOND, "Retries": 3}

layout, name, path = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
files = {}


def blob_path(descriptor):
    return "blobs/" + descriptor["digest"].replace(":", "/")


def read(descriptor):
    return (layout / blob_path(descriptor)).read_bytes()


def encoded(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def add_blob(descriptor, contents):
    """Adds a blob, and returns its descriptor with the digest and size of the contents."""
    digest = "sha256:" + hashlib.sha256(contents).hexdigest()
    descriptor = descriptor | {"digest": digest, "size": len(contents)}
    files[blob_path(descriptor)] = contents
    return descriptor


index = json.loads((layout / "index.json").read_text())
[entry] = index["manifests"]
manifest = json.loads(read(entry))
configuration = json.loads(read(manifest["config"]))
configuration["config"]["Healthcheck"] = HEALTH_CHECK

manifest["mediaType"] = entry["mediaType"]
manifest["layers"] = [add_blob(layer, read(layer)) for layer in manifest["layers"]]
manifest["config"] = add_blob(manifest["config"], encoded(configuration))
entry = add_blob(entry, encoded(manifest))
entry["annotations"] = {
    "org.opencontainers.image.ref.name": name.rpartition(":")[2], "io.containerd.image.name": name}
files["index.json"] = encoded(
    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]})
files["oci-layout"] = (layout / "oci-layout").read_bytes()
files["manifest.json"] = encoded([{
    "Config": blob_path(manifest["config"]), "RepoTags": [name],
    "Layers": [blob_path(layer) for layer in manifest["layers"]]}])

with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
    for file, contents in sorted(files.items()):
        member = tarfile.TarInfo(file)
        member.size, member.mode = len(contents), 0o644
        member.mtime = int(os.environ["SOURCE_DATE_EPOCH"])
        archive.addfile(member, io.BytesIO(contents))
