import CivilTime
import Glibc
import SQLite

/// The files beside the database that keep the lines of sources that were not taken.
///
/// The lines are unchanged, so that they can be corrected and imported again. CSV rows of one
/// header row have a file of their own, which begins with it.
package struct RejectedLines {
    private let database: String

    /// - Parameter database: path of the database.
    package init(besides database: String) {
        self.database = database
    }

    /// The files that are there.
    package var paths: [String] {
        let folder = Directory(of: database)
        let prefix = database.dropFirst(folder.path.count) + "-rejected"
        return (folder.names ?? []).filter { $0.hasPrefix(prefix) }.sorted()
            .map { folder.path + $0 }
    }

    /// How many lines they hold, without header rows.
    package func count() -> Int {
        paths.reduce(0) { $0 + lines(in: $1) - ($1.hasSuffix(".csv") ? 1 : 0) }
    }

    private func lines(in path: String) -> Int {
        guard let file = try? InputFile(path: path, onlyRegular: true) else { return 0 }
        var count = 0
        try? FileBytes(file).read(upTo: .max) { piece in
            count += piece.count { $0 == UInt8(ascii: "\n") }
        }
        return count
    }

    /// Adds lines; they are on the disk when it returns.
    ///
    /// - Parameter header: CSV's header row with its line end; nil for NDJSON.
    func append(_ rejects: [RecordBatch.Reject], header: [UInt8]?) throws(DatabaseError) {
        guard !rejects.isEmpty else { return }
        let path = path(for: header)
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        let isNew = lseek(file, 0, SEEK_END) == 0
        var bytes = isNew ? header ?? [] : []
        for reject in rejects {
            bytes += reject.bytes
            if reject.bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        }
        guard write(bytes, to: file), fsync(file) == 0 else { throw failure(path) }
    }

    private func path(for header: [UInt8]?) -> String {
        guard let header else { return database + "-rejected.ndjson" }
        let hash = String(ContentHash(of: header).value, radix: 16)
        return database + "-rejected-\(hash).csv"
    }

    private func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let size = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if size < 0, errno == EINTR { continue }
            guard size > 0 else { return false }
            rest = rest.dropFirst(size)
        }
        return true
    }

    private func failure(_ path: String) -> DatabaseError {
        // SQLITE_IOERR: whoever asks for the words gets the remedy as well.
        DatabaseError(
            code: 10, message: "cannot keep rejected lines: \(String(cString: strerror(errno)))",
            path: path)
    }
}
