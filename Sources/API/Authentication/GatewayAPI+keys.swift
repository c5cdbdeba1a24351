package import HTTPServer
package import Profiles

/// Why a key opens nothing.
package enum KeyRefusal: Error, Hashable, Sendable {
    case wrong
    /// So are many others from the same place; right ones are taken from there all the same.
    case tooMany(seconds: Int)
    /// The database could not be asked; whoever reads the log has been told why.
    case failed
}

extension GatewayAPI {
    /// The key of a text that somebody claims to have; the wrong ones are counted.
    ///
    /// A key that opens something is taken whatever others do from the same address, which may be
    /// that of an office or of a proxy that names no clients. The limit is for programs that go on
    /// with a key which is none: nobody finds one of 160 bits by trying.
    ///
    /// - Parameter company: which it has to open; nil when any will do.
    package func key(
        _ text: String, of company: String? = nil, from head: RequestHead
    ) throws(KeyRefusal) -> APIKey {
        guard !text.isEmpty else { throw .wrong }
        if let key = try asking({ try $0.key(text) }), company == nil || key.company == company,
            options.isServed(key.company)
        {
            return key
        }
        let seconds = wrongKeys.note(head.household, at: options.clock())
        throw seconds.map { .tooMany(seconds: $0) } ?? .wrong
    }

    /// Whether a key that once fitted has not been revoked since, nor its company removed.
    package func hasKey(id: String, of company: String) -> Bool {
        options.isServed(company) && (try? asking { try $0.hasKey(id: id) }) ?? false
    }

    private func asking<Found>(
        _ question: (ProfileStore) throws -> Found
    ) throws(KeyRefusal) -> Found {
        do {
            return try pool.with { try question($0.profiles) }
        } catch {
            options.tell("api-key: \(error)")
            throw .failed
        }
    }
}
