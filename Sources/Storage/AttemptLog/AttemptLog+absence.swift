import SQL
package import StorageErrors

/// Databases that do not exist yet, or no longer.
extension AttemptLog {
    /// Why a path has no database.
    package enum Absence: Sendable {
        case missing
        /// The file has no content.
        case empty
        /// A database was created there, but is missing or empty now.
        case lost(StorageError)

        /// Returns a message for a command that needs the database.
        ///
        /// - Parameters:
        ///   - path: The path of the database.
        ///   - file: The name of the configuration file.
        package func message(at path: String, configuredIn file: String) -> String {
            let creator = "the first command that writes"
            let check = "Check 'database' in \(file)"
            return switch self {
            case .missing: "no database at \(path); \(creator) creates it. \(check)"
            case .empty:
                "the database \(path) is empty (0 bytes); \(creator) initializes it. \(check)"
            case .lost(let error): "\(error)"
            }
        }
    }

    /// Returns why a path has no database, or `nil` if it has one.
    package static func absence(at path: String) -> Absence? {
        if let loss = Database.loss(at: path) { return .lost(loss) }
        return Database.absence(at: path).map { $0 == .missing ? .missing : .empty }
    }

    /// A message if this connection has created the database, otherwise `nil`. A user who expects an
    /// existing database must see it.
    package var creationNotice: String? {
        database.isNew ? "created \(path): a new database without history" : nil
    }

    /// Records next to the database that it exists, so that its loss is noticed. Databases of version
    /// 1.0 have no such record.
    package func rememberCreation() { database.rememberCreation() }
}
