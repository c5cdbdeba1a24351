package import CivilTime
package import DeliveryLog
import TextSupport

/// An attempt that has ended and must be recorded.
package struct FinishedAttempt: Sendable {
    package var claim: Claim
    package var at: Instant
    /// When the next attempt is due, or `nil` if this was the last one.
    package var nextAttempt: Instant?
    /// Why the attempt failed, or `nil` if the callback was delivered.
    package var reason: Reason?
    /// Whether the receiver responded 410 Gone.
    package var endpointIsGone: Bool
    package var status: Int?
    package var method: String?
    /// Scheme, host and port of the URL.
    package var origin: String?
    /// Whether a request was sent.
    package var wasSent: Bool
    package var exchange: ExchangeRecord
    /// Whether the attempt failed because the profile is damaged. It says nothing about the
    /// endpoint.
    package var isOfDamagedProfile: Bool

    package init(
        claim: Claim, at: Instant, nextAttempt: Instant?, reason: Reason?, endpointIsGone: Bool,
        status: Int?, method: String?, origin: String?, wasSent: Bool, exchange: ExchangeRecord,
        isOfDamagedProfile: Bool = false
    ) {
        self.claim = claim
        self.at = at
        self.nextAttempt = nextAttempt
        self.reason = reason
        self.endpointIsGone = endpointIsGone
        self.status = status
        self.method = method
        self.origin = origin
        self.wasSent = wasSent
        self.exchange = exchange
        self.isOfDamagedProfile = isOfDamagedProfile
    }

    package var state: CallbackState {
        if reason == nil { return .delivered }
        return nextAttempt == nil ? .failed : .waiting
    }

    /// The endpoint's new speed, or `nil` if nothing was sent.
    var speed: EndpointSpeed? {
        wasSent ? EndpointSpeed(microseconds: exchange.phases.total) : nil
    }

    var attempt: Attempt {
        let callback = claim.callback
        return Attempt(
            company: callback.company, callbackID: callback.callbackID, number: claim.attempt,
            finishedAt: at, outcome: outcome, reason: reason, status: status,
            profileID: callback.profileID, channel: callback.channel, event: callback.event,
            method: method, origin: origin,
            durationMilliseconds: wasSent ? exchange.phases.total / 1000 : nil)
    }

    package var outcome: Outcome {
        switch state {
        case .delivered: .delivered
        case .failed: .failed
        case .waiting, .inFlight: .retrying
        }
    }
}

extension NewCallback {
    /// The ID of the callback's profile, or `nil` if it goes to a bare URL.
    package var profileID: String? {
        if case .profile(let id) = target { return id }
        return nil
    }
}

/// The state of a callback. The raw values are stored.
package enum CallbackState: Int, CaseIterable, Sendable {
    /// Will be sent when it is due.
    case waiting = 0
    /// A process is sending it, until the lease expires.
    case inFlight = 1
    case delivered = 2
    /// Permanently failed; no attempts are left.
    case failed = 3

    /// The name of the state in lists and messages.
    package var name: String { self == .inFlight ? "in flight" : "\(self)" }

    /// Whether no further attempt will be made.
    package var isFinal: Bool { self == .delivered || self == .failed }
}

/// A callback that this process may send until its lease expires.
package struct Claim: Hashable, Sendable {
    /// The row ID in the queue.
    package let id: Int64
    package var callback: NewCallback
    /// The number of this attempt, counted from 1 over all attempts at the callback.
    package let attempt: Int
    /// How many attempts remain, including this one.
    package let triesLeft: Int
    package let due: Instant
    package var leaseUntil: Instant
    package let endpoint: Int64
    package let speed: EndpointSpeed

    package init(
        id: Int64, callback: NewCallback, attempt: Int, triesLeft: Int, due: Instant,
        leaseUntil: Instant, endpoint: Int64, speed: EndpointSpeed
    ) {
        self.id = id
        self.callback = callback
        self.attempt = attempt
        self.triesLeft = triesLeft
        self.due = due
        self.leaseUntil = leaseUntil
        self.endpoint = endpoint
        self.speed = speed
    }
}

/// Limits how many callbacks one process may claim, by speed, company and endpoint.
package protocol ClaimCapacity {
    /// Returns how many more claims of one speed fit.
    func available(for speed: EndpointSpeed) -> Int

    /// Returns how many more claims of one company at one speed fit.
    func available(for group: FairnessGroup) -> Int

    /// Returns how many more claims of one endpoint fit.
    func available(for endpoint: Int64, _ speed: EndpointSpeed) -> Int

    /// Returns how many more bytes one company may claim. The last callback may exceed it.
    func bytes(for company: String) -> Int

    /// Counts a new claim.
    mutating func add(_ claim: Claim)
}

extension Claim {
    package var group: FairnessGroup { FairnessGroup(company: callback.company, speed: speed) }

    /// The approximate memory that the claim uses, in bytes.
    package var bytes: Int { 512 + callback.variables.utf8.count }
}

/// An attempt from the delivery log, with the details that only the gateway records.
package struct Delivery: Sendable {
    package var attempt: Attempt
    /// The details of the HTTP exchange, or `nil` if the gateway did not make the attempt.
    package var exchange: ExchangeRecord?

    package init(attempt: Attempt, exchange: ExchangeRecord?) {
        self.attempt = attempt
        self.exchange = exchange
    }
}

/// The details of an HTTP exchange that the delivery log has no columns for.
package struct ExchangeRecord: Hashable, Sendable {
    /// The version of the profile that the request was built from.
    package var version: Int?
    package var address: String?
    package var phases: ExchangePhases
    /// A description of the failure, without any value of the callback.
    package var fault: String?
    /// The first bytes of the response body.
    package var head: [UInt8]

    package init(
        version: Int? = nil, address: String? = nil, phases: ExchangePhases = ExchangePhases(),
        fault: String? = nil, head: [UInt8] = []
    ) {
        self.version = version
        self.address = address
        self.phases = phases
        self.fault = fault
        self.head = head
    }
}

/// The times from the start of an exchange to the end of each phase, in microseconds.
///
/// A phase that did not occur, as on a reused connection, is 0.
package struct ExchangePhases: Hashable, Sendable {
    package var nameLookup = 0
    package var connect = 0
    package var tls = 0
    package var firstByte = 0
    package var total = 0

    package init() {}
}

/// The speed of an endpoint's last response. The raw values are stored.
///
/// Slower endpoints get fewer slots, so that they never occupy all of them.
package enum EndpointSpeed: Int, CaseIterable, Sendable {
    /// No response yet.
    case fresh = 0
    case steady = 1
    case slow = 2

    /// An endpoint whose last response took longer than this is slow. In microseconds.
    private static let timeout = 2_000_000

    /// Classifies an endpoint by the duration of its last exchange, in microseconds.
    package init(microseconds: Int) {
        self = microseconds < Self.timeout ? .steady : .slow
    }
}

/// The endpoints of one company in the same speed class. They share slots.
package struct FairnessGroup: Hashable, Sendable {
    package var company: String
    package var speed: EndpointSpeed

    package init(company: String, speed: EndpointSpeed) {
        self.company = company
        self.speed = speed
    }
}

/// The destination of a callback.
package enum CallbackTarget: Hashable, Sendable {
    /// A profile, by its ID.
    case profile(String)
    /// A GET request to a URL, which may have placeholders after its host.
    case url(String)

    package static func == (left: CallbackTarget, right: CallbackTarget) -> Bool {
        switch (left, right) {
        case (.profile(let left), .profile(let right)): left.isExactly(right)
        case (.url(let left), .url(let right)): left.isExactly(right)
        case (.profile, _), (.url, _): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .profile(let id): hasher.combine(ExactText(id))
        case .url(let url): hasher.combine(ExactText(url))
        }
    }

    /// The name of the endpoint queue: the profile's ID, or the origin of a bare URL.
    var endpoint: String {
        switch self {
        case .profile(let id): id
        case .url(let url): URLOrigin.of(url)
        }
    }
}

/// A callback to send.
///
/// Two callbacks are equal only if all their texts have the same bytes. See `ExactText`.
package struct NewCallback: Hashable, Sendable {
    /// The SID of the company that the callback belongs to.
    package var company: String
    /// Unique within the company; 1 to 200 bytes of UTF-8.
    package var callbackID: String
    package var target: CallbackTarget
    package var channel: String
    package var event: String?
    /// The values of the placeholders, as the text of a JSON object.
    package var variables: String

    package init(
        company: String, callbackID: String, target: CallbackTarget, channel: String,
        event: String?, variables: String
    ) {
        self.company = company
        self.callbackID = callbackID
        self.target = target
        self.channel = channel
        self.event = event
        self.variables = variables
    }

    package static func == (left: NewCallback, right: NewCallback) -> Bool {
        left.company.isExactly(right.company) && left.callbackID.isExactly(right.callbackID)
            && left.target == right.target && left.channel.isExactly(right.channel)
            && left.event.isExactly(right.event) && left.variables.isExactly(right.variables)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(company))
        hasher.combine(ExactText(callbackID))
    }
}

/// The IDs of callbacks whose trigger creates several: `ID~1`, `ID~2` and so on.
///
/// Triggers cannot have IDs of this form, so the ID of such a callback never equals an ID that a
/// caller chose.
package enum CallbackPart {
    /// The maximum number of callbacks of a trigger.
    package static let limit = 10

    /// Returns the ID of one of several callbacks. The first one is part 1.
    package static func id(_ part: Int, of trigger: String) -> String { "\(trigger)~\(part)" }

    /// Returns the ID of the trigger that created a callback.
    package static func trigger(of id: String) -> String {
        guard number(in: id) != nil, let end = id.utf8.lastIndex(of: UInt8(ascii: "~"))
        else { return id }
        return String(id[..<end])
    }

    /// Returns the part number in an ID, or `nil` if a caller chose the ID.
    package static func number(in id: String) -> Int? {
        let digits = id.utf8.reversed().prefix { (0x30...0x39).contains($0) }
        // The limit of targets has two digits.
        guard (1...2).contains(digits.count), digits.last != UInt8(ascii: "0"),
            id.utf8.dropLast(digits.count).last == UInt8(ascii: "~")
        else { return nil }
        let number = digits.reversed().reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return number <= limit ? number : nil
    }
}

/// The retry schedule of failed callbacks.
package enum CallbackRetryRule {
    /// The delays after the first, second and later attempts, in seconds.
    private static let waits: [Int64] = [5, 30, 300, 1800, 7200, 18_000, 36_000]

    /// The total number of attempts.
    package static var attempts: Int { waits.count + 1 }

    /// The longest delay before the next attempt, in milliseconds.
    ///
    /// A due time further ahead was set by a clock that was ahead, and is treated as now.
    package static let longestWait = Int64(Double(waits.max() ?? 0) * 1000 * (1 + maxJitter))

    /// The maximum jitter, as a fraction of the delay.
    private static let maxJitter = 0.2

    /// The longest delay that a receiver can request, in seconds.
    private static let longestRequestedDelay: Int64 = 3600

    /// Returns the time of the next attempt.
    ///
    /// - Parameters:
    ///   - triesLeft: The number of attempts that remained before the failed one, including it.
    ///   - now: When the attempt failed.
    ///   - retryAfter: The delay that the receiver requested, in seconds.
    ///   - jitter: A random number in 0..<1 that spreads callbacks that failed together.
    /// - Returns: The time, or `nil` if no attempts are left.
    package static func nextAttempt(
        triesLeft: Int, at now: Instant, retryAfter: Int64?, jitter: Double
    ) -> Instant? {
        let made = attempts - triesLeft
        guard triesLeft > 1, waits.indices.contains(made) else { return nil }
        let wait = Int64(Double(waits[made]) * 1000 * (1 + maxJitter * jitter))
        let asked = min(retryAfter ?? 0, longestRequestedDelay) * 1000
        return now.advanced(milliseconds: max(wait, asked))
    }
}
