import FileOwners
import Glibc

/// An error that occurred while writing output. Commands exit with `cannotWriteOutput`.
package struct OutputError: Error, Equatable {
    /// A path, or "standard output".
    package let place: String
    /// The `errno` value.
    package let code: Int32

    package init(_ place: String, code: Int32) {
        self.place = place
        self.code = code
    }
}

extension OutputError: CustomStringConvertible {
    package var description: String {
        "cannot write \(place.withVisibleControls): \(String(cString: strerror(code)))"
            + FileOwner.remedy(at: place, code: code)
    }
}

/// Writes to file descriptors.
enum Descriptor {
    /// Writes all bytes, with as many system calls as necessary.
    static func write(
        _ bytes: [UInt8], to descriptor: Int32, place: String
    ) throws(OutputError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw OutputError(place, code: errno) }
            rest = rest.dropFirst(count)
        }
    }
}
