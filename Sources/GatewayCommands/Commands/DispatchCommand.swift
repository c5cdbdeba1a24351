import CallbackDispatch
import CivilTime
import CommandLine
import Commands
import DeliveryLog

/// `dispatch`: sends what is due, for cron.
enum DispatchCommand: Command {
    static let description = CommandDescription(
        name: "dispatch", summary: "Sends the callbacks that are due, and ends: a cron job.",
        discussion: [
            "Prints how many were delivered, failed and will be tried again, and nothing when there "
                + "was nothing to do. Any number may run at once. TERM makes it finish what is "
                + "under way."
        ],
        options: [
            .flag("once", help: "Send what is due now, and end; it can do nothing else."),
            .value("now", "TIME", help: "Send as though it were then: RFC 3339."),
        ],
        examples: [.init("callback-gateway dispatch --once", "as cron calls it, every minute")])

    static func run(_ context: Context) throws -> ExitStatus {
        guard context.arguments.flag("once") else {
            throw UsageError(context.arguments.command, .missingOption(form: "--once"))
        }
        let configuration = try context.configuration()
        let store = try GatewayStore(configuration)
        let tally = Tally(context.console)
        let stop = StopSignal(hangsUp: true)
        let clock = try clock(context)
        let start = clock()
        // What is written by this clock must not confirm it.
        let mayPrune = try store.mayPrune(
            configuration, at: start, isSynchronized: context.isClockSynchronized())
        try store.queue.pullIn(now: start)
        let isServed = { @Sendable in configuration.mayName(company: $0) }
        let dispatcher = try Dispatcher(
            store.dispatching(isServed: isServed),
            writing: {
                let timeout = GatewayStore.patienceOfWriters
                return try GatewayStore(configuration, timeout: timeout)
                    .dispatching(isServed: isServed)
            },
            options: context.httpOptions(configuration), clock: clock, tell: tally.take)
        try dispatcher.sendWhatIsDue(until: { stop.isRaised })
        if mayPrune { _ = try store.prune(configuration, at: clock()) }
        tally.report()
        return tally.status
    }

    /// The time from which `--now` is, going on as time does.
    private static func clock(_ context: Context) throws -> () -> Instant {
        guard let text = context.arguments.value("now") else { return context.clock }
        guard let start = Instant(rfc3339: text) else {
            throw context.arguments.invalid("now", expected: "an RFC 3339 time")
        }
        let (began, stopwatch) = (context.stopwatch(), context.stopwatch)
        return {
            let passed = (stopwatch() - began) / .milliseconds(1)
            return start.advanced(milliseconds: Int64(passed))
        }
    }

    /// What the dispatcher tells, counted.
    private final class Tally {
        private var counts: [Outcome: Int] = [:]
        private let console: Console

        init(_ console: Console) {
            self.console = console
        }

        func take(_ event: DispatchEvent) {
            switch event {
            case .attempted(_, _, let outcome, _): counts[outcome, default: 0] += 1
            case .disabledAsGone(let callback):
                say(callback, "its endpoint answered 410, so it is gone")
            case .disabledAsSilent(let callback):
                say(callback, "nothing got through for five days")
            case .interrupted(let error):
                console.say("waiting to write the answers that came: \(error)")
            case .resumed: break
            case .unwritable(let callback, let error):
                let id = callback.callbackID.withVisibleControls
                console.say("the answer to callback \(id) cannot be written: \(error)")
            }
        }

        private func say(_ callback: NewCallback, _ words: String) {
            let id = (callback.profileID ?? "").withVisibleControls
            console.say("disabled profile \(id): \(words)")
        }

        func report() {
            let words =
                [(Outcome.delivered, "delivered"), (.failed, "failed")]
                + [(.retrying, "to be tried again")]
            let parts = words.compactMap { outcome, word in counts[outcome].map { "\($0) \(word)" }
            }
            if !parts.isEmpty { console.print(parts.joined(separator: ", ")) }
        }

        var status: ExitStatus {
            ExitStatus.gravest([
                counts[.failed] == nil ? .success : .refused,
                counts[.retrying] == nil ? .success : .temporaryFailure,
            ])
        }
    }
}
