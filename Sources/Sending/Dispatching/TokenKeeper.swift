import CivilTime
import Profiles

/// The tokens of all lanes: those that are there, and those on their way.
struct TokenKeeper {
    private struct Entry {
        var credentials: ClientCredentials
        /// Nil while it is being fetched.
        var token: BearerToken?
    }

    private var entries: [Int64: Entry] = [:]

    enum Answer {
        case token(BearerToken)
        /// Somebody has asked for it already.
        case onItsWay
        /// The one who asks has to fetch it.
        case wanted
    }

    /// The token of a lane; `wanted` counts as a promise to fetch it.
    mutating func token(
        of lane: Int64, _ credentials: ClientCredentials, at now: Instant
    ) -> Answer {
        if let entry = entries[lane], entry.credentials == credentials {
            guard let token = entry.token else { return .onItsWay }
            if token.isFresh(at: now) { return .token(token) }
        }
        entries[lane] = Entry(credentials: credentials, token: nil)
        return .wanted
    }

    /// Keeps what was fetched; nil when nothing was.
    mutating func keep(_ token: BearerToken?, of lane: Int64) {
        guard let token else { return forget(lane) }
        entries[lane]?.token = token
    }

    /// The receiver does not take the token: the next attempt gets another one.
    mutating func forget(_ lane: Int64) {
        entries[lane] = nil
    }
}
