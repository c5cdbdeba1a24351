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
