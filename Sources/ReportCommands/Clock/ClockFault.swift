import CivilTime
import CommandLine
import Commands
import DeliveryLog
import ReportDelivery
import SQLite
import Storage

/// Something in the file that only a wrong clock can have left there.
enum ClockFault: Hashable {
    /// The log refuses records from before this time, which has not come yet.
    case pruneLimit(Instant)
    /// Runs have acted for a time that has not come yet.
    case ledger(Instant)
    /// Runs are held back since their clock said this time, which nothing confirms.
    case held(Instant)

    var exitStatus: ExitStatus {
        if case .held = self { return .temporaryFailure }
        return .badData
    }

    /// Whether a run says it: reports of a week or more will not come.
    ///
    /// A clock that was a little ahead needs no word, and held runs speak for themselves.
    func isSaid(byRunAt now: Instant) -> Bool {
        switch self {
        case .pruneLimit: true
        case .ledger(let time): time > now.advanced(seconds: 7 * 86_400)
        case .held: false
        }
    }

    /// Whether a run would call records refused that it can take after the repair.
    var stopsRuns: Bool {
        if case .pruneLimit = self { return true }
        return false
    }
}

extension ClockFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .pruneLimit(let limit):
            "the prune limit lies in the future (\(limit.rfc3339)); \(Self.remedy)"
        case .ledger(let time):
            "the ledger lies in the future (\(time.rfc3339)); \(Self.remedy)"
        case .held(let time):
            "runs are held back because nothing confirms their clock (\(time.rfc3339)); set the "
                + "clock, or use 'callback-reports run --accept-clock'"
        }
    }

    private static let remedy = "if the clock is right, run 'callback-reports repair clock'"
}

extension Store {
    /// What a wrong clock left in the file.
    ///
    /// Clocks of hosts that share a file may differ by an hour before anything is said.
    func clockFaults(at now: Instant) throws(DatabaseError) -> [ClockFault] {
        let soon = now.advanced(seconds: 3600)
        let clock = ClockGuard(log)
        var faults: [ClockFault] = []
        if let limit = try log.pruneLimit(after: soon) { faults.append(.pruneLimit(limit)) }
        let latest = [try ledger.latestTime(), try clock.confirmedAt()].compactMap(\.self).max()
        if let latest, latest > soon { faults.append(.ledger(latest)) }
        if let held = try clock.heldRuns() { faults.append(.held(held.last)) }
        return faults
    }

    /// Stops a command that takes records of any time while the log would refuse them all.
    func requirePastLimit(at now: Instant) throws {
        guard let fault = try clockFaults(at: now).first(where: \.stopsRuns) else { return }
        throw CommandFailure(.temporaryFailure, "nothing imported: \(fault)")
    }
}

extension Context {
    /// Prints a line for each fault, and returns the status that they mean.
    func tell(_ faults: [ClockFault]) -> ExitStatus {
        for fault in faults { console.say("clock: \(fault)") }
        return ExitStatus.gravest([.success] + faults.map(\.exitStatus))
    }
}
