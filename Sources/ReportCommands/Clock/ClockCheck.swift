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
    private let log: AttemptLog
    /// The reports that runs have made, or nil for a command that only imports.
    private let ledger: ReportLedger?

    static let option = OptionDescription.flag(
        "accept-clock", help: "Trust the current time even if nothing confirms it.")

    /// - Parameters:
    ///   - simulated: The time of `--now`, which the kernel cannot confirm.
    ///   - isPruning: Whether the command deletes data by the clock and does nothing else with it.
    init(
        _ context: Context, _ configuration: Configuration, _ store: Store,
        simulated: Instant? = nil, isPruning: Bool = false
    ) {
        (log, ledger) = (store.log, store.ledger)
        reading = ClockReading(
            now: simulated ?? context.clock(),
            isSynchronized: simulated != nil || context.isClockSynchronized(),
            isAccepted: context.arguments.flag("accept-clock"), isPruning: isPruning,
            catchUp: configuration.catchUp)
    }

    /// Checks the clock of a command that only imports.
    init(_ context: Context, _ configuration: Configuration, _ log: AttemptLog) {
        (self.log, ledger) = (log, nil)
        reading = ClockReading(
            now: context.clock(), isSynchronized: context.isClockSynchronized(),
            catchUp: configuration.catchUp)
    }

    /// Records the reading of a command that does nothing by the clock, for the first run.
    func note() throws { try ClockGuard(log).note(reading) }

    /// Returns why the time is not trusted, or nil if it is. Records the reading for the next run.
    func refusal() throws -> String? {
        let verdict = try ClockGuard(log).decide(
            reading, lastRun: try ledger?.lastRun()?.finishedAt)
        return words(for: verdict)
    }

    /// Returns the same as ``refusal()`` without recording the reading.
    func expectedRefusal() throws -> String? {
        let verdict = try ClockGuard(log).check(
            reading, lastRun: try ledger?.lastRun()?.finishedAt)
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
