package import CivilTime
import SQL
package import StorageErrors

/// Why the last run could not read a source.
package struct SourceProblem: Hashable, Sendable {
    /// The path of the file, or the pattern that matches none.
    package var path: String
    /// The path, the cause and the remedy.
    package var problem: String
    /// The first of the runs that could not read it.
    package var since: Instant
    /// Whether the file may be back in the next run, so that nothing is wrong yet.
    package var waits: Bool

    package init(path: String, problem: String, since: Instant, waits: Bool = false) {
        self.path = path
        self.problem = problem
        self.since = since
        self.waits = waits
    }
}

extension CheckpointStore {
    /// Replaces the problems of the last run. A problem that it had too keeps its beginning.
    ///
    /// Writes only if something has changed.
    package func replaceProblems(with problems: [SourceProblem]) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            let known = Dictionary(try self.problems().map { ($0.path, $0) }) { first, _ in first }
            let new = problems.map { problem in
                var problem = problem
                if let since = known[problem.path]?.since {
                    problem.since = min(since, problem.since)
                }
                return problem
            }
            guard Set(new) != Set(known.values) else { return }
            try database.execute("DELETE FROM source_problems")
            for problem in new {
                try database.execute(
                    "INSERT OR IGNORE INTO source_problems VALUES(?, ?, ?, ?)",
                    [
                        .text(problem.path), .text(problem.problem),
                        .integer(problem.since.milliseconds), .integer(problem.waits ? 1 : 0),
                    ])
            }
        }
    }

    /// Returns the problems of the last run, ordered by path.
    package func problems() throws(StorageError) -> [SourceProblem] {
        try Self.problems(in: database)
    }

    /// Returns the problems of the last run, ordered by path. Does not create or migrate tables, so
    /// that users who may only read the database can call it.
    package static func problems(of log: AttemptLog) throws(StorageError) -> [SourceProblem] {
        guard try log.database.hasTable("source_problems") else { return [] }
        return try problems(in: log.database)
    }

    private static func problems(in database: Database) throws(StorageError) -> [SourceProblem] {
        try database.rows("SELECT path, problem, since, waits FROM source_problems ORDER BY path") {
            SourceProblem(
                path: $0.text(0), problem: $0.text(1), since: $0.instant(2), waits: $0.int(3) != 0)
        }
    }
}
