import Storage
import StorageErrors

/// The files next to the database that contain the rejected lines of sources.
///
/// The lines are unchanged, so that they can be corrected and imported. CSV rows with the same
/// header row share a file, which starts with that row.
package struct RejectedLines {
    private let database: String

    /// - Parameter database: The path of the database.
    package init(nextTo database: String) {
        self.database = database
    }

    /// The existing files.
    package var paths: [String] {
        let folder = Directory(of: database)
        let prefix = database.dropFirst(folder.path.count) + "-rejected"
        return (folder.names ?? []).filter { $0.hasPrefix(prefix) }.sorted()
            .map { folder.path + $0 }
    }

    /// Returns the number of lines in the files, without header rows.
    package func count() -> Int {
        paths.reduce(0) { $0 + max(0, file(at: $1).count - ($1.hasSuffix(".csv") ? 1 : 0)) }
    }

    /// The files that this user cannot read.
    package var unreadable: [String] { paths.filter { file(at: $0).isUnreadable } }

    private func file(at path: String) -> SavedLines {
        SavedLines(path: path, database: database, contents: "rejected lines")
    }

    /// Appends lines. They are on disk when this returns.
    ///
    /// - Parameters:
    ///   - rejects: The rejected lines.
    ///   - header: The CSV header row with its line end, or `nil` for NDJSON.
    func append(_ rejects: [RecordBatch.Reject], header: [UInt8]?) throws(StorageError) {
        guard !rejects.isEmpty else { return }
        var bytes: [UInt8] = []
        for reject in rejects {
            bytes += reject.bytes
            if reject.bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        }
        try file(at: path(for: header)).append(bytes, after: header ?? [])
    }

    private func path(for header: [UInt8]?) -> String {
        guard let header else { return database + "-rejected.ndjson" }
        let hash = String(ContentHash(of: header).value, radix: 16)
        return database + "-rejected-\(hash).csv"
    }
}
