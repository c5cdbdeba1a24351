/// A source of bytes in pieces of any size.
package protocol ByteSource: AnyObject {
    /// Fills the start of a buffer and returns the number of bytes. Returns 0 only at the end.
    ///
    /// Blocks until bytes are available.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int
}

extension ByteSource {
    /// Reads up to `count` bytes, fewer only at the end, and passes them to `body` in pieces.
    func read(upTo count: Int64, _ body: (UnsafeRawBufferPointer) -> Void) throws(IngestError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        var left = count
        while left > 0 {
            let size = Int(min(left, Int64(buffer.count)))
            let read = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<size]))
            if read == 0 { return }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<read]))
            left -= Int64(read)
        }
    }
}

/// The bytes of an open file or pipe, from its current position.
package final class FileBytes: ByteSource {
    private let file: InputFile

    package init(_ file: InputFile) {
        self.file = file
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        try file.read(into: buffer)
    }
}

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

/// A source of the records in one file, in order.
protocol RecordSource: AnyObject {
    /// Returns the next record, which is valid until the next call, or `nil` after the last one.
    func next() throws(IngestError) -> RawRecord?
}

extension RecordReader: RecordSource {}
