import Storage

/// A snapshot of a source file. The file may grow or be replaced a moment later.
struct FileView {
    /// The first bytes of its content, up to the size of a head.
    let start: [UInt8]
    /// The size of its content in bytes, or the maximum value if it is not known in advance.
    let size: Int64

    init(start: [UInt8], size: Int64) {
        self.start = start
        self.size = size
    }

    init(of file: InputFile) throws(IngestError) {
        start = try file.bytes(at: 0, count: FileCheckpoint.Head.limit)
        size = try file.presentSize
    }

    /// A damaged file may have content although none is readable.
    var isEmpty: Bool { start.isEmpty && size < .max }

    /// Returns whether this is the known file.
    func shows(_ known: FileCheckpoint) -> Bool {
        known.head.starts(start) && known.position.offset <= size
    }
}
