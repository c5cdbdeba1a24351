import Storage

/// A cache of recently used API keys by their digests. Unknown keys are not cached.
///
/// Entries are valid only until any process commits, so that a revoked key stops working at once.
struct OpenedKeys {
    private static let limit = 1000
    private var keys: [Digest: APIKey] = [:]
    private var state: DatabaseState?

    /// Returns the cached key, or `nil` if it must be looked up.
    func key(_ hash: [UInt8], at state: DatabaseState) -> APIKey? {
        state == self.state ? keys[Digest(bytes: hash)] : nil
    }

    /// Caches a key.
    ///
    /// - Parameters:
    ///   - key: The key that was found.
    ///   - hash: Its digest.
    ///   - state: The state of the file before the lookup.
    mutating func keep(_ key: APIKey, _ hash: [UInt8], at state: DatabaseState) {
        if state != self.state || keys.count >= Self.limit { keys.removeAll(keepingCapacity: true) }
        self.state = state
        keys[Digest(bytes: hash)] = key
    }

    /// Hashes all bytes in one call. An array hashes them one by one, which takes as long as
    /// SHA-256.
    private struct Digest: Hashable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }
}
