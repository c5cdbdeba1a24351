import CivilTime
import CommandLine
import Commands
import DeliveryLog
import ReportDelivery
import Settings
import Storage

/// Whether a command may drop, schedule and send by the time that it works with.
struct ClockCheck {
    private let reading: ClockReading
    private let store: Store

    static let option = OptionDescription.flag(
        "accept-clock", help: "Believe the time although nothing confirms it.")

    /// - Parameter simulated: the time of `--now`, of which the kernel knows nothing.
    init(
        _ context: Context, _ configuration: Configuration, _ store: Store,
        simulated: Instant? = nil
    ) {
        self.store = store
        reading = ClockReading(
            now: simulated ?? context.clock(),
            isSynchronized: simulated != nil || context.isClockSynchronized(),
            isAccepted: context.arguments.flag("accept-clock"), catchUp: configuration.catchUp)
    }

    /// Why nothing may be done by this time; nil when it is confirmed. The next run remembers it.
    func refusal() throws -> String? {
        let verdict = try ClockGuard(store.log).decide(
            reading, lastRun: try store.ledger.lastRun()?.finishedAt)
        return words(for: verdict)
    }

    /// The same, without a trace in the file.
    func expectedRefusal() throws -> String? {
        let verdict = try ClockGuard(store.log).judge(
            reading, lastRun: try store.ledger.lastRun()?.finishedAt)
        return words(for: verdict)
    }

    private func words(for verdict: ClockVerdict) -> String? {
        guard case .held(let known) = verdict else { return nil }
        return "clock: it says \(reading.now.rfc3339), but neither runs nor records confirm the "
            + "time since \(known.rfc3339); nothing is sent, scheduled or dropped until a run an "
            + "hour later agrees. If the time is right, use '--accept-clock'; else set the clock"
    }
}
