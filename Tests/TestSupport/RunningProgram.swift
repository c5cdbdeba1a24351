import FoundationEssentials
import Glibc

/// A built product that runs until it is stopped, such as a server.
package final class RunningProgram: Sendable {
    package let process: Int32
    private let streams: TemporaryDirectory
    private let name: String

    /// Starts the program in a directory, which is also its `HOME`.
    package convenience init(
        _ product: String, _ arguments: [String], in directory: TemporaryDirectory
    ) throws {
        try self.init(program: ProgramRun.path(of: product), arguments, in: directory)
    }

    /// Starts another program in the same way.
    ///
    /// - Parameter program: The absolute path.
    package init(program: String, _ arguments: [String], in directory: TemporaryDirectory) throws {
        streams = try TemporaryDirectory()
        name = program
        let input = try streams.write("", to: "input")
        process = try ChildProcess(
            program: program, arguments: arguments,
            environment: ProgramRun.basis(in: directory), directory: directory.path
        ).start(files: [input, streams.path(of: "output"), streams.path(of: "errors")])
    }

    deinit {
        // A program that has ended has already been waited for and is no longer a child.
        guard waitpid(process, nil, WNOHANG) == 0 else { return }
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    package var output: String { text("output") }
    package var errors: String { text("errors") }

    /// Waits until `find` returns a value for the standard error. Returns nil if the program ends
    /// before.
    package func wait<Found>(_ find: (_ errors: String) -> Found?) -> Found? {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if let found = find(errors) { return found }
            guard kill(process, 0) == 0 else { return nil }
            usleep(1_000)
        }
        return nil
    }

    package var isRunning: Bool { kill(process, 0) == 0 }

    package func signal(_ number: Int32) {
        kill(process, number)
    }

    /// Waits for the program to end and returns the exit status, or 128 plus the number of the
    /// signal.
    package func end(limit: Double = 60) throws -> Int32 {
        guard let status = ChildProcess.wait(for: process, limit: limit) else {
            throw ChildProcess.Failure.killedAfter(seconds: limit, program: name, errors: errors)
        }
        return status
    }

    private func text(_ name: String) -> String {
        (try? streams.text(of: name)) ?? ""
    }
}
