import CSQLite

/// Which commit a file is at: another state means that somebody has committed since.
///
/// It is the header of the index of the WAL, which every commit changes before it returns, by
/// whichever connection and process (https://sqlite.org/walformat.html#the_wal_index_header).
/// Readers compare it as well, to learn whether what they hold of the file is still true. To
/// read it takes nanoseconds, where a transaction takes and gives back locks.
package struct FileState: Equatable, Sendable {
    private let header: callback_wal_header

    fileprivate init(_ index: UnsafeRawPointer) {
        header = callback_wal_header(index)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.header.words == right.header.words
    }
}

extension Database {
    /// The state that the file is in now.
    ///
    /// What is read after it was asked for is as new or newer: as long as the state is the same,
    /// so is what was read. Nil in a transaction, which sees what it has written itself and not
    /// what others commit, and where there is no such index; then nothing may be taken for
    /// unchanged.
    package var fileState: FileState? {
        isIdle ? walIndex().map { FileState($0) } : nil
    }
}
