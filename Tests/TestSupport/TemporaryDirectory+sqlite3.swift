/// What SQLite's own program complained of.
package struct SQLiteShellError: Error {
    package let run: ProgramRun
}

extension TemporaryDirectory {
    /// Gives SQLite's own program a command for a database in the directory, which may be in use.
    ///
    /// `.backup copy.db` takes a copy of it, `.restore copy.db` makes it what the copy is.
    package func sqlite3(_ database: String, _ command: String) throws {
        let run = try ProgramRun.of(program: "/usr/bin/sqlite3", [database, command], in: self)
        guard run == ProgramRun(output: "", errors: "", status: 0) else {
            throw SQLiteShellError(run: run)
        }
    }
}
