import CSQLite

/// The commit that a file is at. If the state differs from an earlier one, another commit happened
/// in between.
///
/// The state is the header of the WAL index. Every commit of any connection and process changes it
/// before the commit returns (https://sqlite.org/walformat.html#the_wal_index_header). SQLite
/// readers compare it as well to find out whether their caches are valid. Reading it takes
/// nanoseconds, while a transaction has to acquire and release locks.
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
    /// The current state of the file.
    ///
    /// Data that was read after this state is at least as new as the state. It is valid as long as
    /// the state does not change. The state is nil inside a transaction, which sees its own changes
    /// but not the commits of others, and if there is no WAL index. In these cases, treat cached
    /// data as outdated.
    package var fileState: FileState? {
        isIdle ? walIndex().map { FileState($0) } : nil
    }
}
