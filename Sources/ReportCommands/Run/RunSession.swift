import CivilTime
import CommandLine
import Commands
import Glibc
import ReportDelivery
import Settings

/// A run whose events are printed, and what they mean for the exit status.
final class RunSession {
    let run: Run
    private let record: Record

    /// - Parameters:
    ///   - now: the instant to run as of; the clock's when nil.
    ///   - isQuiet: whether only what went wrong is said.
    init(
        _ context: Context, _ configuration: Configuration, _ store: Store, now: Instant? = nil,
        isQuiet: Bool = false
    ) throws {
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
            if event.weight > .fine {
                context.console.say(line)
            } else if !isQuiet {
                context.console.print(line)
            }
        }
    }

    /// How many mails a server took.
    var delivered: Int { record.delivered }

    var status: ExitStatus {
        switch record.heaviest {
        case .fine: .success
        case .forNow: .temporaryFailure
        case .forGood: .refused
        }
    }

    /// Unlike that of any other run, also on another machine that shares the file.
    private static func owner() -> String {
        "\(HostName.short) \(getpid()) \(UInt64.random(in: 0...UInt64.max))"
    }

    private final class Record {
        private(set) var heaviest = RunEvent.Severity.fine
        private(set) var delivered = 0

        func add(_ event: RunEvent) {
            heaviest = max(heaviest, event.weight)
            if case .delivered = event { delivered += 1 }
        }
    }
}
