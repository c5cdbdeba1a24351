import CivilTime
import Curl
import Profiles

/// The tokens of all profiles: those that are there, and those on their way.
///
/// A token belongs to a company's credentials. When a profile gets other ones, its callbacks wait for
/// the token of those, and a token that is still on its way is for the callbacks that asked for it.
struct TokenCache {
    struct Key: Hashable {
        var company: String
        var credentials: ClientCredentials
    }

    /// A request for a token, which has a number of its own.
    struct Fetch {
        let number: Int64
        let request: HTTPRequest
    }

    enum Answer {
        case token(BearerToken)
        /// It was asked for already, by the fetch of this number.
        case onItsWay(Int64)
        /// The caller has to send this request.
        case wanted(Fetch)
    }

    private struct Entry {
        /// The number of the fetch that is under way.
        var fetch: Int64?
        var token: BearerToken?
        /// How the token server takes the secret, as far as that is known.
        var authentication = ClientAuthentication.inBody
    }

    private var entries: [Key: Entry] = [:]
    private var fetches: [Int64: Key] = [:]
    private var lastFetch: Int64 = 0

    /// Beyond so many, those that are of no use any more are forgotten.
    private static let most = 1000

    /// The token of credentials; `wanted` counts as a promise to fetch it.
    mutating func token(of key: Key, at now: Instant) -> Answer {
        if entries[key] == nil, entries.count >= Self.most { forgetUnused(at: now) }
        let entry = entries[key] ?? Entry()
        if let token = entry.token, token.isFresh(at: now) { return .token(token) }
        if let fetch = entry.fetch { return .onItsWay(fetch) }
        return .wanted(begin(key, entry.authentication))
    }

    private mutating func begin(_ key: Key, _ authentication: ClientAuthentication) -> Fetch {
        lastFetch += 1
        fetches[lastFetch] = key
        entries[key] = Entry(fetch: lastFetch, authentication: authentication)
        return Fetch(
            number: lastFetch, request: BearerToken.request(key.credentials, authentication))
    }

    private mutating func forgetUnused(at now: Instant) {
        entries = entries.filter {
            $0.value.fetch != nil || $0.value.token?.isFresh(at: now) == true
        }
    }

    /// What came of a fetch.
    enum Outcome {
        case token(BearerToken)
        /// The server may take the secret in another way: this request has to be sent.
        case again(Fetch)
        /// There is none; the result says why.
        case failed(HTTPResult)
    }

    /// Takes the end of a fetch.
    mutating func end(_ fetch: Int64, _ result: HTTPResult, at now: Instant) -> Outcome? {
        guard let key = fetches.removeValue(forKey: fetch) else { return nil }
        let authentication = entries[key]?.authentication ?? .inBody
        if let token = BearerToken(result, now: now) {
            entries[key] = Entry(token: token, authentication: authentication)
            return .token(token)
        }
        if let other = authentication.next(after: result) { return .again(begin(key, other)) }
        entries[key] = nil
        return .failed(result.ofToken(for: key.credentials))
    }

    /// The receiver does not take the token: the next attempt gets another one.
    mutating func forget(_ token: BearerToken, of key: Key) {
        // Another one may have come meanwhile.
        if entries[key]?.token == token { entries[key]?.token = nil }
    }
}
