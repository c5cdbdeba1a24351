import CivilTime
import Glibc
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

    /// Appends lines. They are on disk when this returns.
    ///
    /// - Parameters:
    ///   - rejects: The rejected lines.
    ///   - header: The CSV header row with its line end, or `nil` for NDJSON.
    func append(_ rejects: [RecordBatch.Reject], header: [UInt8]?) throws(StorageError) {
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

    private func failure(_ path: String) -> StorageError {
        StorageError(
            .unavailable, at: path,
            "cannot save rejected lines: \(String(cString: strerror(errno)))",
            remedy: "check the disk; this step was not saved")
    }
}
