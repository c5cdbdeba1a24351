import CivilTime
import Curl
import Encryption
import Profiles
import TextSupport

/// Caches the OAuth tokens of all profiles, and tracks the token requests in flight.
///
/// The key is a company's credentials. When a profile's credentials change, new callbacks wait for
/// a new token. A token request still in flight serves only the callbacks that asked for it.
///
/// The cache has a limit for each company and in total. Beyond a limit, the tokens that were not
/// used for the longest time are dropped, and fetched again when they are needed.
struct TokenCache {
    struct Key: Hashable {
        var company: String
        var credentials: CredentialsDigest
    }

    /// The maximum size of the tokens kept, in bytes.
    struct Limits {
        var ofCompany = 4 << 20
        var inTotal = 32 << 20
    }

    /// A token request, identified by a number.
    struct Fetch {
        let number: Int64
        let request: HTTPRequest
    }

    enum Answer {
        case token(BearerToken)
        /// A token request with this number is already in flight.
        case pending(Int64)
        /// The caller must send this request.
        case needed(Fetch)
    }

    private struct Entry {
        var token: BearerToken
        /// How the token server accepts the client secret.
        var authentication: ClientAuthentication
        /// A number that grows with each use.
        var lastUse: Int64
        /// Whether the token can be used. The entry of a rejected token keeps the authentication.
        var isRejected = false

        /// The approximate size in memory, in bytes.
        var size: Int { token.text.utf8.count + 300 }
    }

    /// A token request in flight. There are only as many as callbacks in flight.
    private struct Running {
        var key: Key
        var credentials: ClientCredentials
        var authentication: ClientAuthentication
    }

    private let limits: Limits
    private var entries: [Key: Entry] = [:]
    /// The total size of each company's entries.
    private var sizes: [String: Int] = [:]
    private var size = 0
    private var running: [Int64: Running] = [:]
    /// The number of the token request in flight.
    private var fetches: [Key: Int64] = [:]
    private var lastFetch: Int64 = 0
    private var lastUse: Int64 = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// The number of tokens kept.
    var count: Int { entries.count }

    /// Returns the token for credentials. The caller must send the request of `needed`.
    ///
    /// - Parameters:
    ///   - key: The key of the credentials.
    ///   - credentials: The credentials for a token request.
    ///   - now: The current time.
    mutating func token(
        of key: Key, _ credentials: ClientCredentials, at now: Instant
    ) -> Answer {
        if let entry = entries[key], !entry.isRejected, entry.token.isFresh(at: now) {
            lastUse += 1
            entries[key]?.lastUse = lastUse
            return .token(entry.token)
        }
        if let fetch = fetches[key] { return .pending(fetch) }
        let authentication = entries[key]?.authentication ?? .inBody
        return .needed(begin(key, credentials, authentication))
    }

    private mutating func begin(
        _ key: Key, _ credentials: ClientCredentials, _ authentication: ClientAuthentication
    ) -> Fetch {
        lastFetch += 1
        fetches[key] = lastFetch
        running[lastFetch] = Running(
            key: key, credentials: credentials, authentication: authentication)
        return Fetch(number: lastFetch, request: BearerToken.request(credentials, authentication))
    }

    /// The result of a token request.
    enum Outcome {
        case token(BearerToken)
        /// The server may accept the secret in another way. The caller must send this request.
        case again(Fetch)
        /// No token was issued. The result says why.
        case failed(HTTPResult)
    }

    /// Handles the response to a token request.
    mutating func end(_ fetch: Int64, _ result: HTTPResult, at now: Instant) -> Outcome? {
        guard let ended = running.removeValue(forKey: fetch) else { return nil }
        fetches[ended.key] = nil
        if let token = BearerToken(result, now: now) {
            keep(token, ended)
            return .token(token)
        }
        if let other = ended.authentication.next(after: result) {
            return .again(begin(ended.key, ended.credentials, other))
        }
        remove(ended.key)
        return .failed(result.ofToken(for: ended.credentials))
    }

    /// Marks a token that the receiver rejected, so that the next attempt fetches a new one.
    mutating func forget(_ token: BearerToken, of key: Key) {
        // A newer token may have arrived in the meantime.
        if entries[key]?.token == token { entries[key]?.isRejected = true }
    }

    // MARK: Limits

    private mutating func keep(_ token: BearerToken, _ fetch: Running) {
        remove(fetch.key)
        lastUse += 1
        let entry = Entry(token: token, authentication: fetch.authentication, lastUse: lastUse)
        entries[fetch.key] = entry
        sizes[fetch.key.company, default: 0] += entry.size
        size += entry.size
        let company = fetch.key.company
        if sizes[company, default: 0] > limits.ofCompany {
            evict(sizes[company, default: 0] - limits.ofCompany * 3 / 4) { $0.company == company }
        }
        if size > limits.inTotal { evict(size - limits.inTotal * 3 / 4) { _ in true } }
    }

    /// Drops the least recently used of some entries, a quarter of the limit at once, because the
    /// search takes time.
    private mutating func evict(_ excess: Int, where isMeant: (Key) -> Bool) {
        let oldest = entries.filter { isMeant($0.key) }
            .sorted { $0.value.lastUse < $1.value.lastUse }
        var left = excess
        for (key, entry) in oldest.dropLast() where left > 0 {
            left -= entry.size
            remove(key)
        }
    }

    private mutating func remove(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        size -= entry.size
        let rest = sizes[key.company, default: 0] - entry.size
        sizes[key.company] = rest > 0 ? rest : nil
    }
}

/// The SHA-256 digest of all fields of credentials, which can have a megabyte.
package struct CredentialsDigest: Hashable, Sendable {
    private let bytes: [UInt8]

    init(_ credentials: ClientCredentials) {
        let secret = credentials.clientSecret.reveal()
        let extra = credentials.extraFields.flatMap { [$0.name, $0.value] }
        var message: [UInt8] = []
        for text in [credentials.url, credentials.clientID, secret] + extra {
            // The lengths keep apart fields with the same joined text.
            message += Array("\(text.utf8.count):".utf8) + Array(text.utf8)
        }
        bytes = Digests.sha256(message)
    }
}
