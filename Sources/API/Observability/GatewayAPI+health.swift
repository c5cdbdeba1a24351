package import HTTPServer
import JSON
import Profiles

extension GatewayAPI {
    /// Why no request that needs the database can be answered; nil when they can.
    package var databaseFault: String? { options.databaseFault() }

    /// Whether the file can be read and callbacks are sent, and how many wait.
    ///
    /// It is asked on a thread of its own, which waits neither for lists nor for the database: who
    /// watches the gateway must not take a busy one for a dead one.
    func health() -> Envelope {
        if let databaseFault { return .refusal(databaseFault, part: "headers", status: 503) }
        let depth: DepthGauge.Depth
        do {
            depth = try self.depth.depth()
        } catch {
            options.tell("healthz: \(error)")
            let words =
                error is DepthGauge.NoAnswer ? "\(error)" : "the database cannot be read"
            return .refusal(words, part: "headers", status: 503)
        }
        if let fault = options.sendingFault() {
            return .refusal("callbacks are not sent: \(fault)", part: "headers", status: 503)
        }
        return Envelope(
            success: "The gateway is well",
            .object([
                "waiting": .integer(depth.waiting), "in_flight": .integer(depth.inFlight),
                "oldest_due_seconds": .rounded(depth.age),
            ]))
    }

    func metricsAnswer() -> Response {
        // A scrape that fails says less than one without the queue.
        let depth = databaseFault == nil ? try? depth.depth() : nil
        return Response(
            Array(metrics.text(depth).utf8), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    /// Takes a request that is over into the counts.
    package func observe(_ request: ServedRequest) {
        metrics.count(
            call: request.answer?.facts.call ?? "none", status: request.answer?.status ?? 499,
            request.duration)
    }

    /// Takes the end of an attempt into the counts.
    package func countAttempt(outcome: String) {
        metrics.countAttempt(outcome)
    }
}
