/// A source whose first bytes can be inspected before they are read.
final class PeekedBytes: ByteSource {
    private let source: any ByteSource
    private var peeked: ArraySlice<UInt8>

    init(_ source: any ByteSource) throws(IngestError) {
        self.source = source
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { buffer.deallocate() }
        var size = 0
        while size < Self.minCount {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[size...])
            let read = try source.read(into: rest)
            if read == 0 { break }
            size += read
        }
        peeked = ArraySlice(buffer[..<size])
    }

    /// The number of bytes that are needed to detect compression or encoding.
    private static let minCount = 8

    /// The first bytes of the source, up to a few thousand.
    var start: [UInt8] { Array(peeked) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        guard !peeked.isEmpty else { return try source.read(into: buffer) }
        let slice = peeked.prefix(buffer.count)
        buffer.copyBytes(from: slice)
        peeked = peeked.dropFirst(slice.count)
        return slice.count
    }
}
