import CallbackDispatch
import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Settings
import Storage

/// `dispatch`: sends due callbacks, for cron.
enum DispatchCommand: Command {
    static let description = CommandDescription(
        name: "dispatch",
        summary: "Sends the callbacks that are due, then exits. Run it from cron.",
        discussion: [
            "Prints how many callbacks were delivered, failed or will be retried. Prints nothing if "
                + "nothing is due. Concurrent runs are safe. After SIGTERM, it finishes the attempts "
                + "in flight."
        ],
        options: [
            .flag("once", help: "Send what is due now, then exit.", isRequired: true),
            .value("now", "TIME", help: "Send what is due at this RFC 3339 time (default: now)."),
        ],
        examples: [.init("callback-gateway dispatch --once", "every minute, from cron")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let store = try GatewayStore(creating: configuration) { context.console.say($0) }
        let tally = Tally(context.console)
        let stop = StopSignal(hangsUp: true)
        let clock = try clock(context)
        let start = clock()
        // Check the clock first: records that this run writes must not confirm it.
        let mayPrune = try store.mayPrune(
            configuration, at: start, isSynchronized: context.isClockSynchronized())
        try store.queue.resetFutureDueTimes(now: start)
        let isServed = { @Sendable in configuration.mayName(company: $0) }
        let dispatcher = try Dispatcher(
            store.dispatching(isServed: isServed),
            writing: {
                let timeout = GatewayStore.writerTimeout
                return try GatewayStore(configuration, timeout: timeout)
                    .dispatching(isServed: isServed)
            },
            options: context.httpOptions(configuration), clock: clock, onEvent: tally.take)
        try dispatcher.sendDueCallbacks(until: { stop.isRaised })
        if mayPrune { _ = try store.prune(configuration, at: clock()) }
        tally.report()
        return tally.status
    }

    /// Returns a clock that starts at `--now` and advances with real time.
    private static func clock(_ context: Context) throws -> () -> Instant {
        guard let text = context.arguments.value("now") else { return context.clock }
        guard let start = Instant(timestamp: text) else {
            throw context.arguments.invalid("now", expected: "an RFC 3339 time")
        }
        let (began, stopwatch) = (context.stopwatch(), context.stopwatch)
        return {
            let passed = (stopwatch() - began) / .milliseconds(1)
            return start.advanced(milliseconds: Int64(passed))
        }
    }

    /// Counts the events of the dispatcher.
    private final class Tally {
        private var counts: [Outcome: Int] = [:]
        /// Whether the result of an attempt could not be recorded.
        private var isIncomplete = false
        private let console: Console

        init(_ console: Console) {
            self.console = console
        }

        func take(_ event: DispatchEvent) {
            switch event {
            case .attempted(_, _, let outcome, _): counts[outcome, default: 0] += 1
            case .disabledAsGone(let callback):
                say(callback, "its endpoint responded with 410 (Gone)")
            case .disabledAsUnresponsive(let callback):
                say(callback, "no delivery succeeded for five days")
            case .interrupted(let error):
                console.say("cannot write results yet, retrying: \(error)", as: .warning)
            case .resumed: break
            case .unwritable(let callback, let error):
                isIncomplete = true
                let id = callback.callbackID.withVisibleControls
                console.say(
                    "the result of callback \(id) cannot be written: \(error)", as: .error)
            }
        }

        private func say(_ callback: NewCallback, _ words: String) {
            let id = (callback.profileID ?? "").withVisibleControls
            console.say("disabled profile \(id): \(words)", as: .warning)
        }

        func report() {
            let parts = [Outcome.delivered, .failed, .retrying].compactMap { outcome in
                counts[outcome].map { "\($0) \(outcome.name)" }
            }
            if !parts.isEmpty { console.print(parts.joined(separator: ", ")) }
        }

        var status: ExitStatus {
            ExitStatus.mostSevere([
                counts[.failed] == nil ? .success : .refused,
                counts[.retrying] == nil ? .success : .temporaryFailure,
                isIncomplete ? .ioError : .success,
            ])
        }
    }
}
