import CivilTime
import CommandLine
import Commands
import Curl
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
    ///   - isClockAccepted: Whether the operator has confirmed the clock.
    init(
        _ context: Context, _ configuration: Configuration, _ store: Store, now: Instant? = nil,
        isQuiet: Bool = false, isClockAccepted: Bool = false
    ) throws {
        // Closing the terminal must not stop it midway: an email might then be sent twice.
        signal(SIGHUP, SIG_IGN)
        let record = Record()
        self.record = record
        run = Run(
            configuration: configuration, ledger: store.ledger, log: store.log,
            composer: try context.composer(configuration, store.log),
            transport: try context.transport(configuration), owner: Self.owner(),
            clock: { now ?? context.clock() }, isClockAccepted: isClockAccepted
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
    static func owner() -> String {
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

/// Notifies a monitoring service that a run ended.
enum Heartbeat {
    /// Requests the configured URL, with `/fail` appended to its path if the run failed.
    ///
    /// An unreachable service is reported but does not change the exit status, because the service
    /// notices the missing request.
    static func send(_ status: ExitStatus, _ configuration: Configuration, _ context: Context) {
        guard let url = configuration.heartbeat else { return }
        let target = status == .success ? url : failing(url)
        do {
            let answer = try HTTPGet.status(of: target, timeout: 10_000)
            guard !(200..<300).contains(answer) else { return }
            context.console.say(
                "heartbeat: the monitor returned HTTP status \(answer)", as: .warning)
        } catch {
            context.console.say("heartbeat: \(error)", as: .warning)
        }
    }

    /// Appends `/fail` to the path and keeps the query.
    private static func failing(_ url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        let slash = path.hasSuffix("/") ? "fail" : "/fail"
        return path + slash + url.dropFirst(path.count)
    }
}
