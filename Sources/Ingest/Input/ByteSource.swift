/// Bytes that come in pieces, of whatever sizes.
package protocol ByteSource: AnyObject {
    /// Fills the front of a buffer and says how much; 0 only at the end.
    ///
    /// Waits for bytes where there will be some.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int
}

extension ByteSource {
    /// Reads up to that many bytes, fewer only at the end, and lends them piece by piece.
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

/// The bytes of an open file or pipe, from where it stands.
package final class FileBytes: ByteSource {
    private let file: InputFile

    package init(_ file: InputFile) {
        self.file = file
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        try file.read(into: buffer)
    }
}
