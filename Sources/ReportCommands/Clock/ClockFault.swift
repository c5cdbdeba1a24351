import CivilTime
import CommandLine
import Commands
import DeliveryLog
import ReportDelivery
import Storage
import StorageErrors

/// A state of the database that only a wrong clock can have caused.
enum ClockFault: Hashable {
    /// The log rejects records from before this time, which is in the future.
    case pruneLimit(Instant)
    /// Runs acted for this time, which is in the future.
    case ledger(Instant)
    /// Runs are on hold because nothing confirms their clock, which last showed this time.
    case held(Instant)

    var exitStatus: ExitStatus {
        if case .held = self { return .temporaryFailure }
        return .badData
    }

    /// Whether a run reports the fault.
    ///
    /// A ledger that is less than a week ahead is not worth a message, and runs on hold print their
    /// own.
    func isReported(byRunAt now: Instant) -> Bool {
        switch self {
        case .pruneLimit: true
        case .ledger(let time): time > now.advanced(seconds: 7 * 86_400)
        case .held: false
        }
    }

    /// Whether runs must stop, because they would reject records that are valid after the repair.
    var stopsRuns: Bool {
        if case .pruneLimit = self { return true }
        return false
    }
}

extension ClockFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .pruneLimit(let limit):
            "the prune limit is in the future (\(limit.rfc3339)); \(Self.remedy)"
        case .ledger(let time):
            "the report ledger contains times in the future (\(time.rfc3339)); \(Self.remedy)"
        case .held(let time):
            "runs are on hold because nothing confirms their clock (\(time.rfc3339)); set the "
                + "clock, or use 'callback-reports run --accept-clock'"
        }
    }

    private static let remedy = "if the clock is correct, run 'callback-reports repair clock'"
}

extension Store {
    /// Returns what a wrong clock left in the database.
    ///
    /// A difference of up to an hour is ignored, because the clocks of hosts that share a database
    /// may differ.
    func clockFaults(at now: Instant) throws(StorageError) -> [ClockFault] {
        let soon = now.advanced(seconds: 3600)
        let clock = ClockGuard(log)
        var faults: [ClockFault] = []
        if let limit = try log.pruneLimit(after: soon) { faults.append(.pruneLimit(limit)) }
        let latest = [try ledger.latestTime(), try clock.confirmedAt()].compactMap(\.self).max()
        if let latest, latest > soon { faults.append(.ledger(latest)) }
        if let held = try clock.heldRuns() { faults.append(.held(held.last)) }
        return faults
    }

    /// Fails if the log would reject valid records because of a prune limit in the future.
    func requireValidPruneLimit(at now: Instant) throws {
        guard let fault = try clockFaults(at: now).first(where: \.stopsRuns) else { return }
        throw CommandFailure(.temporaryFailure, "nothing imported: \(fault)")
    }
}

extension Context {
    /// Prints a line for each fault and returns the combined exit status.
    func printFaults(_ faults: [ClockFault]) -> ExitStatus {
        for fault in faults { console.say("clock: \(fault)", as: .error) }
        return ExitStatus.mostSevere([.success] + faults.map(\.exitStatus))
    }
}
