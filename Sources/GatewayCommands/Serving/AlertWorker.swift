import CivilTime
import Concurrency
import Glibc
import Mail
import ReportDelivery
import Settings
import Storage
import Synchronization

/// Raises and sends alerts while the gateway serves, on a thread of its own.
///
/// `callback-reports run` does the same. Any number of both can use one database: every alert is
/// raised once, and sent once to each recipient.
final class AlertWorker: Sendable {
    /// What the thread needs.
    struct Options: Sendable {
        var settings: LiveSettings
        /// Opens the database.
        var open: @Sendable () throws -> AttemptLog
        /// The release of the tz database.
        var tzVersion: String?
        /// The environment variables, of which one may contain the password of the mail server.
        var environment: [String: String]
        var clock: @Sendable () -> Instant
        var log: @Sendable (String) -> Void
        /// The time between two evaluations.
        var interval = Duration.seconds(15)
        /// How long an alert waits for endpoints that fail shortly after, in milliseconds.
        ///
        /// With the interval of evaluations on both sides, an alert is sent within a minute.
        var hold: Int64 = 20_000
    }

    private let options: Options
    private let isStopping = Atomic(false)
    private let isOver = Atomic(false)

    init(_ options: Options) {
        self.options = options
    }

    func start() {
        WorkerThread.start(named: "alerts") { [self] in
            var next = ContinuousClock.now
            var database: AttemptLog?
            var fault: String?
            while !isStopping.load(ordering: .relaxed) {
                if ContinuousClock.now >= next {
                    fault = evaluate(&database, after: fault)
                    next = ContinuousClock.now + options.interval
                }
                Polling.of(milliseconds: 50)
            }
            isOver.store(true, ordering: .releasing)
        }
    }

    /// Starts no further evaluation. An email that is being sent is finished.
    func end() {
        isStopping.store(true, ordering: .relaxed)
    }

    /// Waits until the thread has ended. Returns false if it has not at the given time.
    func wait(until end: ContinuousClock.Instant) -> Bool {
        while !isOver.load(ordering: .acquiring) {
            guard ContinuousClock.now < end else { return false }
            Polling.of(milliseconds: 5)
        }
        return true
    }

    /// Evaluates once. An error that persists is logged once.
    ///
    /// - Returns: The error, or nil if there was none.
    private func evaluate(_ database: inout AttemptLog?, after fault: String?) -> String? {
        let configuration = options.settings.configuration
        guard configuration.companies.contains(where: { $0.alerts?.enabled ?? false }) else {
            database = nil
            return nil
        }
        do {
            let log = try database ?? options.open()
            database = log
            try run(configuration, log).performAlerts(hold: options.hold)
            return nil
        } catch {
            database = nil
            let words = "alerts cannot be evaluated: \(error)"
            if words != fault { options.log(words) }
            return words
        }
    }

    private func run(_ configuration: Configuration, _ log: AttemptLog) throws -> Run {
        let start = ContinuousClock.now
        let emit = options.log
        return Run(
            configuration: configuration, ledger: try ReportLedger(in: log), log: log,
            composer: try ReportComposer(configuration, log, tzVersion: options.tzVersion),
            transport: try configuration.mail.transport(environment: options.environment) {
                ContinuousClock.now - start
            }, owner: "\(MachineName.short) \(getpid()) alerts", clock: options.clock
        ) { emit("\($0)") }
    }
}
