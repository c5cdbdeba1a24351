package import HTTPServer
import JSON
import Profiles

extension GatewayAPI {
    /// Why requests that need the database cannot be answered; nil if they can.
    package var databaseFault: String? { options.databaseFault() }

    /// Returns whether the database can be read and callbacks are sent, and how many wait.
    ///
    /// This runs on its own thread and waits neither for lists nor for the database, so that
    /// monitoring does not mistake a busy gateway for a dead one.
    func health() -> Envelope {
        if let databaseFault { return .refusal(databaseFault, part: "headers", status: 503) }
        let depth: DepthGauge.Depth
        do {
            depth = try self.depth.depth()
        } catch {
            options.logError("healthz: \(error)")
            let words =
                error is DepthGauge.NoAnswer ? "\(error)" : "the database cannot be read"
            return .refusal(words, part: "headers", status: 503)
        }
        if let fault = options.sendingFault() {
            return .refusal("callbacks are not being sent: \(fault)", part: "headers", status: 503)
        }
        return Envelope(
            success: "The gateway is healthy",
            .object([
                "waiting": .integer(depth.waiting), "in_flight": .integer(depth.inFlight),
                "oldest_due_seconds": .rounded(depth.age),
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
