import SQL

/// The identity of the files that the path of a database leads to.
///
/// It does not change while a connection is open, unless a file is deleted or replaced.
package struct DatabaseIdentity: Equatable, Sendable {
    private let files: DatabaseFiles

    package init(at path: String) {
        files = DatabaseFiles(at: path)
    }
}
