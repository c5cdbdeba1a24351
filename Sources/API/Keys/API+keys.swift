package import HTTPServer
package import Profiles

/// Why a key opens nothing.
package enum KeyRefusal: Error, Hashable, Sendable {
    case wrong
    /// Others from the same place were wrong, so that this one is not looked at for so long.
    case tooMany(seconds: Int)
    /// The database could not be asked; whoever reads the log has been told why.
    case failed
}

extension API {
    /// The key of a text that somebody claims to have; the wrong ones are counted.
    ///
    /// - Parameter company: which it has to open; nil when any will do.
    package func key(
        _ text: String, of company: String? = nil, from head: RequestHead
    ) throws(KeyRefusal) -> APIKey {
        let (household, now) = (head.household, options.clock())
        guard !text.isEmpty else { throw .wrong }
        if let seconds = wrongKeys.wait(household, key: text, at: now) {
            throw .tooMany(seconds: seconds)
        }
        guard let key = try asking({ try $0.key(text) }),
            company == nil || key.company == company
        else {
            wrongKeys.noteWrong(household, at: now)
            throw .wrong
        }
        wrongKeys.noteGood(household, key: text)
        return key
    }

    /// Whether a key that once fitted has not been revoked since.
    package func hasKey(id: String) -> Bool {
        (try? asking { try $0.hasKey(id: id) }) ?? false
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
