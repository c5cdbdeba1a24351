/// How a source file looks now: it may have grown, or be another one, a moment later.
struct FileView {
    /// The first bytes of its content, as many as a head may have.
    let start: [UInt8]
    /// In bytes of content; the greatest number where that cannot be told beforehand.
    let size: Int64

    init(start: [UInt8], size: Int64) {
        self.start = start
        self.size = size
    }

    init(of file: InputFile) throws(IngestError) {
        start = try file.bytes(at: 0, count: FileCheckpoint.Head.limit)
        size = try file.presentSize
    }

    /// Of a damaged file nothing may be seen although there is something.
    var isEmpty: Bool { start.isEmpty && size < .max }

    /// Whether it is the file of which that is known.
    func shows(_ known: FileCheckpoint) -> Bool {
        known.head.starts(start) && known.position.place.offset <= size
    }
}
