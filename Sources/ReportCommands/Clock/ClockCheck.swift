import CivilTime
import CommandLine
import Commands
import DeliveryLog
import ReportDelivery
import Settings
import Storage

/// Decides whether the current time is trusted enough to prune, schedule and send by it.
struct ClockCheck {
    private let reading: ClockReading
    private let store: Store

    static let option = OptionDescription.flag(
        "accept-clock", help: "Trust the current time even if nothing confirms it.")

    /// - Parameter simulated: The time of `--now`, which the kernel cannot confirm.
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

    /// Returns why the time is not trusted, or nil if it is. Records the reading for the next run.
    func refusal() throws -> String? {
        let verdict = try ClockGuard(store.log).decide(
            reading, lastRun: try store.ledger.lastRun()?.finishedAt)
        return words(for: verdict)
    }

    /// Returns the same as ``refusal()`` without recording the reading.
    func expectedRefusal() throws -> String? {
        let verdict = try ClockGuard(store.log).check(
            reading, lastRun: try store.ledger.lastRun()?.finishedAt)
        return words(for: verdict)
    }

    private func words(for verdict: ClockVerdict) -> String? {
        guard case .held(let known) = verdict else { return nil }
        return
            "clock: the clock says \(reading.now.rfc3339), but there is no run or record after "
            + "\(known.rfc3339) that confirms it. Nothing is sent, scheduled or pruned until a run an hour later agrees. "
            + "If the time is correct, use '--accept-clock'; otherwise set the clock"
    }
}
