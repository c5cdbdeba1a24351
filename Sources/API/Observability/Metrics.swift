import CallbackDispatch
import CivilTime
import Concurrency
import Glibc
package import HTTPServer
import JSON
import Profiles
import Storage
import Synchronization

/// Counters since the start, in the text format of Prometheus.
///
/// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
final class Metrics: Sendable {
    /// The requests of one operation.
    private struct Requests {
        var statuses: [Int: Int] = [:]
        var buckets = [Int](repeating: 0, count: Metrics.bounds.count)
        var seconds = 0.0
        var count = 0

        mutating func add(_ status: Int, _ duration: Double) {
            statuses[status, default: 0] += 1
            seconds += duration
            count += 1
            for (index, bound) in Metrics.bounds.enumerated() where duration <= bound {
                buckets[index] += 1
            }
        }
    }

    private struct Counts {
        var requests: [String: Requests] = [:]
        var attempts: [String: Int] = [:]
    }

    /// Upper bounds of the buckets in seconds.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10]

    private let counts = Mutex(Counts())

    func count(call: String, status: Int, _ duration: Duration) {
        let seconds = duration / .seconds(1)
        counts.withLock { $0.requests[call, default: Requests()].add(status, seconds) }
    }

    func countAttempt(_ outcome: String) {
        counts.withLock { $0.attempts[outcome, default: 0] += 1 }
    }

    // MARK: Text

    /// - Parameter depth: The queue depth, or nil if it is not known.
    func text(_ depth: DepthGauge.Depth?) -> String {
        let counts = counts.withLock { $0 }
        var text = MetricsText()
        text.family("requests_total", "counter", "Finished requests.")
        let calls = counts.requests.sorted { $0.key < $1.key }
        for (call, requests) in calls {
            for (status, count) in requests.statuses.sorted(by: { $0.key < $1.key }) {
                text.sample(
                    "requests_total", [("call", call), ("status", "\(status)")], "\(count)")
            }
        }
        writeDurations(of: calls, to: &text)
        text.family("attempts_total", "counter", "Delivery attempts by this process.")
        for (outcome, count) in counts.attempts.sorted(by: { $0.key < $1.key }) {
            text.sample("attempts_total", [("outcome", outcome)], "\(count)")
        }
        if let depth { write(depth, to: &text) }
        return text.text
    }

    private func writeDurations(
        of calls: [(key: String, value: Requests)], to text: inout MetricsText
    ) {
        let name = "request_duration_seconds"
        text.family(name, "histogram", "Time from the request line to the end of the response.")
        for (call, requests) in calls {
            let label = ("call", call)
            for (bound, count) in zip(Self.bounds, requests.buckets) {
                text.sample(name + "_bucket", [label, ("le", "\(bound)")], "\(count)")
            }
            text.sample(name + "_bucket", [label, ("le", "+Inf")], "\(requests.count)")
            text.sample(name + "_sum", [label], "\(requests.seconds)")
            text.sample(name + "_count", [label], "\(requests.count)")
        }
    }

    private func write(_ depth: DepthGauge.Depth, to text: inout MetricsText) {
        text.family(
            "callbacks_waiting", "gauge", "Callbacks in the queue, due now or scheduled for later.")
        text.sample("callbacks_waiting", [], "\(depth.waiting)")
        text.family(
            "callbacks_in_flight", "gauge",
            "Callbacks being sent, including those whose results are not recorded yet.")
        text.sample("callbacks_in_flight", [], "\(depth.inFlight)")
        text.family(
            "oldest_due_seconds", "gauge", "Seconds since the oldest due callback became due.")
        text.sample("oldest_due_seconds", [], "\(depth.age)")
    }
}

/// Lines of the format. Every name starts with the prefix of the program.
struct MetricsText {
    private static let prefix = "callback_gateway_"
    private(set) var text = ""

    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(Self.prefix)\(name) \(help)\n# TYPE \(Self.prefix)\(name) \(type)\n"
    }

    /// - Parameter labels: Names and values that need no escaping.
    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        let inner = labels.map { "\($0)=\"\($1)\"" }.joined(separator: ",")
        text += "\(Self.prefix)\(name)\(inner.isEmpty ? "" : "{\(inner)}") \(value)\n"
    }
}

/// The depth of the queue, counted by its own thread.
///
/// Counting a million callbacks takes a while, and a locked database does not respond at all.
/// Callers get the last known values.
final class DepthGauge: Sendable {
    struct Depth: Sendable {
        let waiting: Int
        let inFlight: Int
        /// Seconds since the oldest due callback was due; 0 if none is due.
        let age: Double
    }

    /// The database did not respond.
    struct NoAnswer: Error, CustomStringConvertible {
        var description: String { "the database does not respond" }
    }

    private struct State {
        var isCounting = false
        var last: (at: ContinuousClock.Instant, outcome: Result<Depth, any Error>)?
    }

    private let state = Mutex(State())
    private let thread = SerialThread(capacity: 1)
    private let pool: StorePool
    private let clock: @Sendable () -> Instant

    /// How long a count is considered current.
    private static let freshness = Duration.seconds(1)
    /// How long a count is used if it cannot be renewed.
    private static let maxAge = Duration.seconds(10)
    /// How long a caller waits for a new count.
    private static let timeout = Duration.milliseconds(500)

    init(_ pool: StorePool, _ clock: @escaping @Sendable () -> Instant) {
        (self.pool, self.clock) = (pool, clock)
    }

    /// Returns the depth. Waits at most half a second, or two seconds if nothing recent is known.
    ///
    /// - Throws: ``NoAnswer``, or the error that kept the database from being read.
    func depth() throws -> Depth {
        let isKnown = outcome(notOlderThan: Self.maxAge) != nil
        let end = ContinuousClock.now + Self.timeout * (isKnown ? 1 : 4)
        startCounting()
        while ContinuousClock.now < end {
            if let outcome = outcome(notOlderThan: Self.freshness) { return try outcome.get() }
            // The counting thread has no event to wait for with a time limit.
            usleep(1_000)
        }
        guard let outcome = outcome(notOlderThan: Self.maxAge) else { throw NoAnswer() }
        return try outcome.get()
    }

    private func outcome(notOlderThan age: Duration) -> Result<Depth, any Error>? {
        state.withLock { state in
            state.last.flatMap { ContinuousClock.now - $0.at < age ? $0.outcome : nil }
        }
    }

    private func startCounting() {
        guard outcome(notOlderThan: Self.freshness) == nil else { return }
        let isFree = state.withLock { state in
            defer { state.isCounting = true }
            return !state.isCounting
        }
        guard isFree else { return }
        _ = thread.take { [weak self] in self?.count() }
    }

    private func count() {
        let outcome = Result { try pool.with { try count(in: $0) } }
        state.withLock { $0 = State(last: (ContinuousClock.now, outcome)) }
    }

    private func count(in stores: Stores) throws -> Depth {
        let now = clock()
        let counted = try stores.queue.depth(now: now)
        let age = counted.oldestDue.map { Double(now.milliseconds - $0.milliseconds) / 1000 }
        return Depth(waiting: counted.waiting, inFlight: counted.inFlight, age: max(0, age ?? 0))
    }
}

extension GatewayAPI {
    /// Why requests that need the database cannot be answered; nil if they can.
    package var databaseFault: String? { options.databaseFault() }

    /// Returns whether the database can be read and callbacks are sent, and how many wait.
    ///
    /// This runs on its own thread and waits neither for lists nor for the database, so that
    /// monitoring does not mistake a busy gateway for a dead one.
    func health() -> Envelope {
        if let databaseFault { return .failure(databaseFault, part: "headers", status: 503) }
        let depth: DepthGauge.Depth
        do {
            depth = try self.depth.depth()
        } catch {
            options.logError("healthz: \(error)")
            let words =
                error is DepthGauge.NoAnswer ? "\(error)" : "the database cannot be read"
            return .failure(words, part: "headers", status: 503)
        }
        if let fault = options.sendingFault() {
            return .failure("callbacks are not being sent: \(fault)", part: "headers", status: 503)
        }
        return Envelope(
            success: "The gateway is healthy",
            .object([
                "waiting": .integer(depth.waiting), "in_flight": .integer(depth.inFlight),
                "oldest_due_seconds": .rounded(depth.age),
                "unrecorded": .integer(options.unrecordedResults()),
            ]))
    }

    func metricsAnswer() -> Response {
        // A scrape without the queue depth is better than a failed one.
        let depth = databaseFault == nil ? try? depth.depth() : nil
        return Response(
            Array(metrics.text(depth).utf8), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    /// Counts a finished request.
    package func observe(_ request: ServedRequest) {
        metrics.count(
            call: request.answer?.facts.call ?? "none", status: request.answer?.status ?? 499,
            request.duration)
    }

    /// Counts a finished delivery attempt.
    package func countAttempt(outcome: String) {
        metrics.countAttempt(outcome)
    }
}
