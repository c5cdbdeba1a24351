import CivilTime
import DeliveryLog
import FoundationEssentials
import Glibc
import SQL
import Storage
import TestSupport

@testable import Ingest

/// A log in a directory, next to files that a program appends to.
final class SourceFixture {
    let directory: TemporaryDirectory
    let log: AttemptLog
    private(set) var failures: [IngestError] = []
    private(set) var problems: [String] = []
    /// The files whose last line waits for a later run, with the byte at which it starts.
    private(set) var waiting: [String] = []
    /// The rows with an open quote that wait for a later run.
    private(set) var openQuotes: [String] = []
    /// The files that were missing in one run.
    private(set) var absent: [String] = []
    /// Called after a file was read, with its path.
    var whenRead: (String) -> Void = { _ in }

    init() throws {
        directory = try TemporaryDirectory()
        log = try AttemptLog(Database(path: directory.path(of: "log.db")))
    }

    func path(_ name: String) -> String { directory.path(of: name) }

    /// Performs one run over a pattern.
    @discardableResult
    func run(
        _ pattern: String = "app.ndjson", rotatedTo: [String] = [], at seconds: Int64 = 0,
        lastRun: Int64? = nil, systemTime: Int64? = nil
    ) throws -> IngestCounts {
        let reader = try SourceReader(
            into: log, now: Instant(seconds: seconds),
            systemTime: systemTime.map { Instant(seconds: $0) },
            lastRun: lastRun.map { Instant(seconds: $0) }, batchSize: 2000
        ) { event in
            switch event {
            case .failure(let failure): self.failures.append(failure)
            case .absent(let path): self.absent.append(path)
            case .problem(_, let problem): self.problems.append(problem.description)
            case .read(let path, _): self.whenRead(path)
            case .openQuote(let failure): self.openQuotes.append("\(failure)")
            case .waiting(let path, let offset):
                self.waiting.append("\(path.split(separator: "/").last ?? "") \(offset)")
            }
        }
        defer { try? reader.forgetOld() }
        return try reader.readNew([
            SourcePattern(path: path(pattern), rotatedTo: rotatedTo.map(path))
        ])
    }

    func append(_ text: String, to name: String = "app.ndjson") throws {
        let file = open(path(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(file) }
        var text = text
        let size = text.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) }
        guard size == text.utf8.count else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Writes at an offset, like a program that does not notice a rotation.
    func write(_ text: String, at offset: Int, to name: String = "app.ndjson") throws {
        let file = open(path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(file) }
        var text = text
        let size = text.withUTF8 { pwrite(file, $0.baseAddress, $0.count, off_t(offset)) }
        guard size == text.utf8.count else { throw CocoaError(.fileWriteUnknown) }
    }

    func rename(_ old: String, to new: String) throws {
        guard Glibc.rename(path(old), path(new)) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    func copyAndTruncate(_ old: String, to new: String) throws {
        try? FileManager.default.removeItem(atPath: path(new))
        try FileManager.default.copyItem(atPath: path(old), toPath: path(new))
        guard truncate(path(old), 0) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func compress(_ name: String, by command: String) throws {
        let run = try ProgramRun.of(
            program: "/bin/sh", ["-c", "\(command) \(name)"], in: directory)
        guard run.status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func gzip(_ name: String) throws {
        let run = try ProgramRun.of(
            program: "/bin/sh", ["-c", "gzip -f \(name)"], in: directory)
        guard run.status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

    func stored() throws -> Int64 {
        try log.database.integer("SELECT count(*) FROM attempts")
    }

    static func line(_ id: Int) -> String {
        #"{"callback_id":"c\#(id)","company":"H1","finished_at":\#(1_767_225_600 + id),"#
            + #""status":200}"# + "\n"
    }

    static func lines(_ ids: Range<Int>) -> String { ids.map(line).joined() }
}
