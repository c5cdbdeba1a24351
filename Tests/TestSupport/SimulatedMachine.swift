package import CivilTime
import CommandLine
package import Commands
import Synchronization

/// A directory on a machine whose clock the test sets. Commands run in the test process.
package final class SimulatedMachine: Sendable {
    package let directory: TemporaryDirectory
    private let time: Mutex<Instant>
    private let trust: Mutex<Bool>

    package init(_ directory: TemporaryDirectory, now: Instant) {
        self.directory = directory
        time = Mutex(now)
        trust = Mutex(false)
    }

    /// The time of the clock.
    package var now: Instant {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }

    /// Whether the kernel reports that the clock is synchronized.
    package var isSynchronized: Bool {
        get { trust.withLock { $0 } }
        set { trust.withLock { $0 = newValue } }
    }

    /// Runs a command and returns its output and exit status.
    package func run(_ program: CommandLineTool, _ arguments: [String]) -> ProgramRun {
        let (output, errors) = (Sheet(), Sheet())
        let started = ContinuousClock.now
        let status = program.run(
            arguments,
            in: ProcessEnvironment(
                environment: [:], workingDirectory: directory.path,
                console: Console(output: output.stream, errors: errors.stream),
                clock: { [self] in now }, stopwatch: { ContinuousClock.now - started },
                isClockSynchronized: { [self] in isSynchronized }))
        return ProgramRun(
            output: output.text.replacing(directory.path, with: "DIR"),
            errors: errors.text.replacing(directory.path, with: "DIR"), status: status.rawValue)
    }

    /// Records what was written.
    private final class Sheet {
        private var bytes: [UInt8] = []

        var text: String { String(decoding: bytes, as: UTF8.self) }

        var stream: TextStream {
            TextStream(isTerminal: false) { [self] (more) throws(OutputError) in bytes += more }
        }
    }
}
