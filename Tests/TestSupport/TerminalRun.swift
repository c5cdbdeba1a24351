import Glibc

/// Runs programs on a pseudo terminal, as a user would.
package enum TerminalRun {
    /// The system has no pseudo terminals, or the program did not end in time.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs a built product of this package whose standard streams are one terminal.
    ///
    /// - Returns: What the terminal received from both streams, with lines that end in `\n`.
    package static func of(
        _ product: String, _ arguments: [String], environment: [String: String] = [:],
        in directory: TemporaryDirectory, limit: Double = 60
    ) throws -> String {
        let (terminal, name) = try openTerminal()
        defer { close(terminal) }
        // Reading fails while no program has the terminal open.
        let held = open(name, O_RDWR | O_NOCTTY)
        defer { close(held) }
        let variables = ["TERM": "xterm"].merging(environment) { $1 }
        let process = try ChildProcess(
            program: ProgramRun.path(of: product), arguments: arguments,
            environment: ProgramRun.basis(in: directory).merging(variables) { $1 },
            directory: directory.path
        ).start(files: [name, name, name])
        return try text(from: terminal, until: process, limit: limit)
    }

    /// Opens a pseudo terminal. Swift's Glibc has no `posix_openpt`, so this calls the kernel:
    /// https://man7.org/linux/man-pages/man2/ioctl_tty.2.html
    private static func openTerminal() throws -> (descriptor: Int32, name: String) {
        let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
        var (locked, number): (Int32, UInt32) = (0, 0)
        guard terminal >= 0, ioctl(terminal, unlock, &locked) == 0,
            ioctl(terminal, getNumber, &number) == 0
        else {
            throw Failure(description: "no pseudo terminal: \(String(cString: strerror(errno)))")
        }
        return (terminal, "/dev/pts/\(number)")
    }

    private static func text(
        from terminal: Int32, until process: pid_t, limit: Double
    ) throws -> String {
        let end = ContinuousClock.now + .seconds(limit)
        var bytes: [UInt8] = []
        while waitpid(process, nil, WNOHANG) == 0 {
            guard ContinuousClock.now < end else {
                kill(process, SIGKILL)
                waitpid(process, nil, 0)
                throw Failure(description: "killed after \(limit) seconds")
            }
            bytes += unread(terminal)
            usleep(1_000)
        }
        bytes += unread(terminal)
        return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    }

    private static func unread(_ terminal: Int32) -> [UInt8] {
        var (bytes, part): ([UInt8], [UInt8]) = ([], Array(repeating: 0, count: 4096))
        while true {
            let count = read(terminal, &part, part.count)
            guard count > 0 else { return bytes }
            bytes += part.prefix(count)
        }
    }
}
