import Encryption

/// The versions that were opened lately: thousands of callbacks go out with one.
///
/// A number names one version in one history of the file. A backup that is restored while the
/// file is open begins another one, in which the number may come to name other settings.
struct OpenedVersions {
    private struct Opened {
        let version: ProfileVersion
        /// That of the settings in the file, which no other version has.
        let nonce: [UInt8]
        let bytes: Int
    }

    private static let limit = 1000
    /// Of all settings together, as they are in the file; in memory they are several times as many.
    private static let bytes = 2 << 20
    private var versions: [String: Opened] = [:]
    private var size = 0

    /// For whoever knows that no backup was restored since it was kept.
    func version(_ number: Int, of id: String) -> ProfileVersion? {
        versions[id].flatMap { $0.version.number == number ? $0.version : nil }
    }

    /// For whoever has its settings as they are in the file.
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
