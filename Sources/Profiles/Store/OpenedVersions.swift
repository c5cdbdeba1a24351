import Encryption

/// A cache of recently used versions. Thousands of callbacks can use the same version.
///
/// A number identifies a version within one history of the file. Restoring a backup while the file
/// is open starts another history, in which the same number can mean different settings.
struct OpenedVersions {
    private struct Opened {
        let version: ProfileVersion
        /// The nonce of the encrypted settings, which is unique to a version.
        let nonce: [UInt8]
        let bytes: Int
    }

    private static let limit = 1000
    /// The maximum total size of the encrypted settings. In memory they take several times as much.
    private static let bytes = 2 << 20
    private var versions: [String: Opened] = [:]
    private var size = 0

    /// Returns a cached version, for a caller that knows that no backup was restored since.
    func version(_ number: Int, of id: String) -> ProfileVersion? {
        versions[id].flatMap { $0.version.number == number ? $0.version : nil }
    }

    /// Returns a cached version, if it matches the encrypted settings in the file.
    func version(_ number: Int, of id: String, closed: [UInt8]) -> ProfileVersion? {
        guard let known = versions[id], known.version.number == number else { return nil }
        return known.nonce[...] == SecretBox.nonce(of: closed) ? known.version : nil
    }

    mutating func keep(_ version: ProfileVersion, of id: String, closed: [UInt8]) {
        size += closed.count - (versions.removeValue(forKey: id)?.bytes ?? 0)
        if versions.count >= Self.limit || size > Self.bytes {
            versions.removeAll()
            size = closed.count
        }
        versions[id] = Opened(
            version: version, nonce: Array(SecretBox.nonce(of: closed)), bytes: closed.count)
    }
}
