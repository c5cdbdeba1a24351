import CivilTime
import CommandLine
import Commands
import Glibc
import ReportDelivery
import Settings

/// A run that prints its events and derives the exit status from them.
final class RunSession {
    let run: Run
    private let record: Record

    /// - Parameters:
    ///   - now: The time of the run; nil for the current time.
    ///   - isQuiet: Whether to print only problems.
    init(
        _ context: Context, _ configuration: Configuration, _ store: Store, now: Instant? = nil,
        isQuiet: Bool = false
    ) throws {
        // Closing the terminal must not stop it midway: an email might then be sent twice.
        signal(SIGHUP, SIG_IGN)
        let record = Record()
        self.record = record
        run = Run(
            configuration: configuration, ledger: store.ledger, log: store.log,
            composer: try context.composer(configuration, store.log),
            transport: try context.transport(configuration), owner: Self.owner(),
            clock: { now ?? context.clock() }
        ) { event in
            record.add(event)
            let line = "\(event)".withVisibleControls
            if event.severity > .info {
                context.console.say(line, as: event.severity.emphasis)
            } else if !isQuiet {
                context.console.print(line)
            }
        }
    }

    /// The number of emails that the server accepted.
    var delivered: Int { record.delivered }

    var status: ExitStatus {
        switch record.maxSeverity {
        case .info: .success
        case .temporary: .temporaryFailure
        case .permanent: .refused
        }
    }

    /// Returns a name that no other run uses, even on another machine that shares the database.
    private static func owner() -> String {
        "\(MachineName.short) \(getpid()) \(UInt64.random(in: 0...UInt64.max))"
    }

    private final class Record {
        private(set) var maxSeverity = RunEvent.Severity.info
        private(set) var delivered = 0

        func add(_ event: RunEvent) {
            maxSeverity = max(maxSeverity, event.severity)
            if case .delivered = event { delivered += 1 }
        }
    }
}

extension RunEvent.Severity {
    fileprivate var emphasis: Emphasis {
        switch self {
        case .info: .plain
        case .temporary: .warning
        case .permanent: .error
        }
    }
}
