import Glibc

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
