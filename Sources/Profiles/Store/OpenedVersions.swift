import Encryption
import JSON

/// A cache of recently used versions. Thousands of callbacks can use the same version.
///
/// A number identifies a version within one history of the file. Restoring a backup while the file
/// is open starts another history, in which the same number can mean different settings.
struct OpenedVersions {
    private struct Opened {
        let version: ProfileVersion
        /// The nonce of the encrypted settings, which is unique to a version.
        let nonce: [UInt8]
        let memory: Int
    }

    /// The memory for a connection that only shows and changes profiles, in bytes. There are some
    /// dozens of them.
    static let shared = 1 << 20
    /// The memory for a connection that builds requests, in bytes: enough for the largest profile.
    static let building = 24 << 20

    private let limit: Int
    private var versions: [String: Opened] = [:]
    private(set) var memory = 0

    /// - Parameter limit: The memory that the versions may use, in bytes. One that needs more is
    ///   not cached.
    init(limit: Int) {
        self.limit = limit
    }

    /// Returns an empty cache with the same limit.
    var emptied: OpenedVersions { OpenedVersions(limit: limit) }

    /// Returns a cached version, for a caller that knows that no backup was restored since.
    func version(_ number: Int, of id: String) -> ProfileVersion? {
        versions[id].flatMap { $0.version.number == number ? $0.version : nil }
    }

    /// Returns a cached version, if it matches the encrypted settings in the file.
    func version(_ number: Int, of id: String, closed: [UInt8]) -> ProfileVersion? {
        guard let known = versions[id], known.version.number == number else { return nil }
        return known.nonce[...] == SecretBox.nonce(of: closed) ? known.version : nil
    }

    /// Returns the memory of the cached version of a profile, or 0 if there is none.
    func memory(of id: String) -> Int { versions[id]?.memory ?? 0 }

    mutating func keep(_ version: ProfileVersion, of id: String, closed: [UInt8]) {
        memory -= versions.removeValue(forKey: id)?.memory ?? 0
        let needed = version.settings.memory
        guard needed <= limit else { return }
        if memory + needed > limit { self = emptied }
        memory += needed
        versions[id] = Opened(
            version: version, nonce: Array(SecretBox.nonce(of: closed)), memory: needed)
    }
}

extension ProfileSettings {
    /// The approximate memory of the settings and of the templates made from them, in bytes.
    ///
    /// The length of the JSON is no measure: a megabyte of empty arrays needs thirty times as much.
    fileprivate var memory: Int { 2 * JSONValue.object(request).memory }
}

extension JSONValue {
    /// The approximate memory, in bytes.
    fileprivate var memory: Int {
        switch self {
        case .null, .boolean: 24
        case .number(let number): 32 + number.text.utf8.count
        case .string(let text): 32 + text.utf8.count
        case .array(let values): values.reduce(48) { $0 + $1.memory }
        case .object(let object):
            object.members.reduce(64) { $0 + 96 + $1.name.utf8.count + $1.value.memory }
        }
    }
}
