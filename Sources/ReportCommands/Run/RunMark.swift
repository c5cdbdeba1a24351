import CivilTime
import CommandLine
import Commands
import FoundationEssentials
import Glibc
import ReportDelivery
import Storage
import StorageErrors

/// The record of a run in the ledger. `health` finds in it that a run was killed or failed.
struct RunMark {
    private let ledger: ReportLedger
    private let owner = RunSession.owner()

    /// Records that this run has begun.
    init(in ledger: ReportLedger, at now: Instant) throws(StorageError) {
        self.ledger = ledger
        try ledger.beginRun(owner: owner, process: RunningProcess.own, at: now)
    }

    /// Records the end of this run. Earlier runs that failed or were killed do not matter any more.
    func finish(at now: Instant, _ status: ExitStatus) throws(StorageError) {
        // If the container of a run is gone, it is unknown whether the run was killed.
        let oldest = now.advanced(seconds: -Self.longestMemory)
        let over = try ledger.unfinishedRuns().filter { $0.isOver || $0.startedAt < oldest }
            .map(\.owner)
        try ledger.recordRun(
            finishedAt: now, status: Int(status.rawValue), user: geteuid(),
            replacing: over + [owner])
    }

    /// Records the error that ends this run. If that is impossible too, `health` finds the cause, or
    /// that the run did not finish.
    func fail(_ error: any Error, at now: Instant) {
        let line = "\(error)".prefix { !$0.isNewline }
        let message = String(line.prefix(Self.longestMessage))
        let status = Int32(Failure.status(of: error).rawValue)
        try? ledger.failRun(
            owner: owner, UnfinishedRun.Failure(at: now, status: status, message: message))
    }

    /// Removes the record of a run that has done nothing, for a reason that `health` finds itself.
    func withdraw() throws(StorageError) { try ledger.forgetRun(owner: owner) }

    private static let longestMessage = 500
    private static let longestMemory: Int64 = 86_400
}

extension UnfinishedRun {
    /// Whether the run has ended. False if that is unknown.
    var isOver: Bool { failure != nil || RunningProcess.isAlive(process) == false }
}

/// Identifies processes, so that another process can find out later whether they still exist.
enum RunningProcess {
    /// This process: the machine, its boot, the PID namespace, the PID, and the time of its start.
    static var own: String {
        "\(place) \(getpid()) \(startTime(of: getpid()) ?? "-")"
    }

    /// Returns whether a process exists, or nil if it is one of another machine or container.
    static func isAlive(_ process: String) -> Bool? {
        let parts = process.split(separator: " ").map(String.init)
        guard parts.count == 5, let pid = pid_t(parts[3]), parts[2] != "-" else { return nil }
        guard parts[1] == boot else {
            // The machine was restarted.
            return parts[0] == machine && machine != "-" ? false : nil
        }
        guard parts[2] == namespace else { return nil }
        guard kill(pid, 0) == 0 || errno == EPERM else { return false }
        // Another process may have the same PID by now.
        guard let start = startTime(of: pid), parts[4] != "-" else { return true }
        return start == parts[4]
    }

    private static var place: String { "\(machine) \(boot) \(namespace)" }

    /// See https://www.freedesktop.org/software/systemd/man/latest/machine-id.html.
    private static var machine: String { word(in: "/etc/machine-id") }

    private static var boot: String { word(in: "/proc/sys/kernel/random/boot_id") }

    private static func word(in path: String) -> String {
        let word = text(of: path)?.filter { !$0.isWhitespace } ?? ""
        return word.isEmpty ? "-" : word
    }

    private static var namespace: String {
        var name = [CChar](repeating: 0, count: 64)
        let size = readlink("/proc/self/ns/pid", &name, name.count - 1)
        return size > 0
            ? String(decoding: name[..<size].map(UInt8.init(bitPattern:)), as: UTF8.self) : "-"
    }

    /// The 22nd field of `/proc/PID/stat`. The second one is a name in parentheses, which may contain
    /// spaces. See https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html.
    private static func startTime(of pid: pid_t) -> String? {
        guard let stat = text(of: "/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else {
            return nil
        }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? String(fields[19]) : nil
    }

    private static func text(of path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
