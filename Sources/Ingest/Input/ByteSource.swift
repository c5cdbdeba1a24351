import Glibc

/// Bytes that come in pieces, of whatever sizes.
package protocol ByteSource: AnyObject {
    /// Fills the front of a buffer and says how much; 0 only at the end.
    ///
    /// Waits for bytes where there will be some.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int
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
