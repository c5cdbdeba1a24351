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
        text.family("callbacks_in_flight", "gauge", "Callbacks being sent.")
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
