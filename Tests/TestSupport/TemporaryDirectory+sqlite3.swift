/// An error of the sqlite3 shell.
package struct SQLiteShellError: Error {
    package let run: ProgramRun
}

extension TemporaryDirectory {
    /// Runs a command of the sqlite3 shell for a database in the directory, which may be in use.
    ///
    /// `.backup copy.db` copies the database, and `.restore copy.db` restores the copy.
    package func sqlite3(_ database: String, _ command: String) throws {
        let run = try ProgramRun.of(program: "/usr/bin/sqlite3", [database, command], in: self)
        guard run == ProgramRun(output: "", errors: "", status: 0) else {
            throw SQLiteShellError(run: run)
        }
    }
}
