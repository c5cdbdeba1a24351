import CivilTime
import StorageErrors
import TextSupport

/// The file next to the database that lists the ends of sources that were lost, one per line: the
/// rest of a deleted file, or what follows damage.
///
/// A run reports such an end once. The file remains until the operator removes it.
package struct UnreadEnds {
    private let lines: SavedLines

    /// - Parameter database: The path of the database.
    package init(nextTo database: String) {
        lines = SavedLines(
            path: database + "-unread.txt", database: database, contents: "a message")
    }

    package var path: String { lines.path }

    /// Whether the file exists but this user cannot read it.
    package var isUnreadable: Bool { lines.isUnreadable }

    /// The number of lost ends.
    package var count: Int { lines.count }

    func append(_ error: IngestError, at now: Instant) throws(StorageError) {
        let message = "\(error)".unicodeScalars.map { scalar in
            scalar.isControl ? scalar.escaped(asASCII: true) : String(scalar)
        }
        try lines.append(Array("\(now.rfc3339) \(message.joined())\n".utf8))
    }
}
