import FoundationEssentials
import Glibc

/// A program whose standard streams are files, with a time limit.
///
/// It uses files instead of pipes so that the program never waits for a reader, regardless of how
/// much it writes.
struct ChildProcess {
    /// The program could not be started, or was killed at the time limit.
    enum Failure: Error, CustomStringConvertible {
        case notStarted(program: String, reason: String)
        case killedAfter(seconds: Double, program: String, errors: String)

        var description: String {
            switch self {
            case .notStarted(let program, let reason): "cannot start \(program): \(reason)"
            case .killedAfter(let seconds, let program, let errors):
                "killed after \(seconds) seconds: \(program)\n\(errors)"
            }
        }
    }

    var program: String
    var arguments: [String]
    var environment: [String: String]
    var directory: String

    /// Runs the program and returns its exit status. A signal counts as 128 plus its number.
    func run(input: String, output: String, errors: String, limit: Double) throws -> Int32 {
        let process = try start(files: [input, output, errors])
        guard let status = Self.wait(for: process, limit: limit) else {
            let said = (try? String(contentsOf: URL(filePath: errors), encoding: .utf8)) ?? ""
            throw Failure.killedAfter(seconds: limit, program: program, errors: said)
        }
        return status
    }

    func start(files: [String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, file) in files.enumerated() {
            let flags = descriptor == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY
            posix_spawn_file_actions_addopen(&actions, Int32(descriptor), file, flags, 0o600)
        }
        for descriptor in Self.openDescriptors where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        return try spawn(actions)
    }

    /// Descriptors of concurrent tests, which must not be inherited.
    private static var openDescriptors: [Int32] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        return names?.compactMap { Int32($0) } ?? []
    }

    private func spawn(_ actions: posix_spawn_file_actions_t) throws -> pid_t {
        var (actions, process) = (actions, pid_t())
        // posix_spawn in Swift cannot change the directory, but env(1) can.
        let starter = "/usr/bin/env"
        let words = ([starter, "-C", directory, program] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var attributes = Self.plainSignals()
        defer { posix_spawnattr_destroy(&attributes) }
        let code = posix_spawn(&process, starter, &actions, &attributes, words, variables)
        guard code == 0 else {
            throw Failure.notStarted(program: starter, reason: String(cString: strerror(code)))
        }
        return process
    }

    /// Attributes with default handlers and no blocked signals, regardless of the test process.
    private static func plainSignals() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        return attributes
    }

    /// Waits for the process, and kills it at the time limit. Returns nil in that case.
    ///
    /// It polls every millisecond, because Glibc's wait functions have no timeout and Swift cannot
    /// use pidfd.
    static func wait(for process: pid_t, limit: Double) -> Int32? {
        let end = ContinuousClock.now + .seconds(limit)
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            guard ContinuousClock.now < end else {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                return nil
            }
            usleep(1_000)
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
