package import HTTPServer
import Profiles
package import Storage

/// Why an API key was rejected.
package enum KeyError: Error, Hashable, Sendable {
    case wrong
    /// Too many invalid keys came from the same network. Valid keys from there still work.
    case tooMany(seconds: Int)
    /// The database could not be read. The log has the reason, unless a retry may succeed.
    case failed(isBusy: Bool)
}

extension GatewayAPI {
    /// Returns the API key for a text that a client sent. Invalid keys are counted.
    ///
    /// A valid key is accepted regardless of other requests from the same address, which may belong
    /// to an office or to a proxy that hides its clients. The limit is for programs that keep
    /// sending an invalid key; a key of 160 bits cannot be guessed.
    ///
    /// - Parameters:
    ///   - text: The text from the client.
    ///   - company: The company that the key must belong to; nil for any company.
    ///   - head: The request, which has the client's address.
    package func key(
        _ text: String, of company: String? = nil, from head: RequestHead
    ) throws(KeyError) -> APIKey {
        guard !text.isEmpty else { throw .wrong }
        if let key = try query({ try $0.key(text) }), company == nil || key.company == company,
            options.isServed(key.company)
        {
            return key
        }
        let seconds = invalidKeys.record(head.clientNetwork, at: options.clock())
        throw seconds.map { .tooMany(seconds: $0) } ?? .wrong
    }

    /// Returns whether a key that was valid is not revoked and its company is still configured.
    package func hasKey(id: String, of company: String) -> Bool {
        options.isServed(company) && (try? query { try $0.hasKey(id: id) }) ?? false
    }

    private func query<Found>(
        _ question: (ProfileStore) throws -> Found
    ) throws(KeyError) -> Found {
        do {
            return try pool.with { try question($0.profiles) }
        } catch {
            throw .failed(isBusy: isBusy(error, in: "api-key"))
        }
    }
}
