import CivilTime
import DeliveryLog
import Glibc
import Storage
import StorageErrors

extension SourcePattern {
    /// Returns whether a file belongs to this source, while it is written or after rotation.
    func matches(_ file: FileCheckpoint) -> Bool {
        names(file.path) || names(file.seenPath) || names(LogName.original(of: file.path))
    }
}

/// An event while sources were read.
package enum SourceEvent: Hashable, Sendable {
    /// New records were read from a file.
    case read(path: String, IngestCounts)
    /// A record was rejected and saved. Reported once per record.
    case problem(path: String, RejectedRecord)
    /// The last line of a rotated file, from this byte, has no line end yet. A later run decides.
    case waiting(path: String, offset: Int64)
    /// A quoted CSV cell is not closed, so that the rows after it wait for a later run.
    case openQuote(IngestError)
    /// A file that an earlier run has read is missing. If the next run does not find it either, that
    /// is a failure.
    case absent(path: String)
    /// A file could not be read completely. Other files were read.
    case failure(IngestError)
}

/// The sources that a run could not read.
final class SourceProblems {
    private(set) var list: [SourceProblem] = []
    /// The paths of damaged files.
    private(set) var damaged: Set<String> = []
    /// Those of which nothing can be read.
    private(set) var destroyed: Set<String> = []
    /// The paths of files that exist and that a later run may be able to read.
    private(set) var unread: Set<String> = []

    /// Notes a file that may still be incomplete.
    func addUnfinished(_ path: String) { unread.insert(path) }

    /// Adds a source, unless its failure is reported only once and saved for the operator.
    func add(_ failure: IngestError, since now: Instant, waits: Bool = false) {
        switch failure {
        case .damaged(let path, _, let offset):
            damaged.insert(path)
            if offset == 0 { destroyed.insert(path) }
            return
        case .gone: return
        case .cannotOpen, .cannotRead, .noProgram, .cannotSave: unread.insert(failure.path)
        default: break
        }
        list.append(
            SourceProblem(path: failure.path, problem: "\(failure)", since: now, waits: waits))
    }
}
