import SQLite

/// The keys that were looked up lately, by their digests; those that open nothing are not among
/// them.
///
/// Each counts only as long as nobody has committed anything, so that one which is revoked, by
/// whichever program, opens nothing any more.
struct OpenedKeys {
    private static let limit = 1000
    private var keys: [Digest: APIKey] = [:]
    private var state: FileState?

    /// Nil when it has to be looked up.
    func key(_ hash: [UInt8], at state: FileState) -> APIKey? {
        state == self.state ? keys[Digest(bytes: hash)] : nil
    }

    /// - Parameter state: that of the file before the key was looked up.
    mutating func keep(_ key: APIKey, _ hash: [UInt8], at state: FileState) {
        if state != self.state || keys.count >= Self.limit { keys.removeAll(keepingCapacity: true) }
        self.state = state
        keys[Digest(bytes: hash)] = key
    }

    /// Hashed at once; an array does so byte by byte, which takes as long as SHA-256.
    private struct Digest: Hashable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }
}
