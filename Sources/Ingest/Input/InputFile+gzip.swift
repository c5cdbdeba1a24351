import Glibc

extension InputFile {
    /// The bytes of the file, uncompressed where it is compressed.
    package func contents() throws(IngestError) -> any ByteSource {
        switch kind {
        case S_IFREG: try isGzip() ? try GzipBytes(self) : FileBytes(self)
        // What a pipe holds cannot be looked at without taking it, so gzip looks.
        case S_IFIFO, S_IFSOCK: try GzipBytes(self, copiesOthers: true)
        default: FileBytes(self)
        }
    }

    /// Whether a regular file is compressed, by its first two bytes or by its name.
    package func isGzip() throws(IngestError) -> Bool {
        // https://www.rfc-editor.org/rfc/rfc1952#page-6
        let magic: [UInt8] = [0x1F, 0x8B]
        let start = try bytes(at: position, count: 2)
        return start == magic || (path.hasSuffix(".gz") && !start.isEmpty)
    }
}
