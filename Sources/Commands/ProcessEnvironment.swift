import CTimex
package import CivilTime
package import CommandLine
import Glibc

/// What a program gets from outside, but for its arguments.
package struct ProcessEnvironment {
    let environment: [String: String]
    /// Absolute, for relative paths.
    let workingDirectory: String
    let console: Console
    /// Tells the time; nothing below reads another clock.
    let clock: @Sendable () -> Instant
    /// Time since any instant, for progress and leases.
    let stopwatch: () -> Duration
    /// Whether the kernel says that the clock is synchronized.
    let isClockSynchronized: @Sendable () -> Bool

    package init(
        environment: [String: String], workingDirectory: String, console: Console,
        clock: @escaping @Sendable () -> Instant, stopwatch: @escaping () -> Duration,
        isClockSynchronized: @escaping @Sendable () -> Bool
    ) {
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.console = console
        self.clock = clock
        self.stopwatch = stopwatch
        self.isClockSynchronized = isClockSynchronized
    }

    /// The process's own, which are read here and nowhere else; to be made once.
    package static func ofProcess() -> ProcessEnvironment {
        let environment = processEnvironment()
        return ProcessEnvironment(
            environment: environment, workingDirectory: processDirectory(),
            console: .standard(environment: environment), clock: now, stopwatch: elapsed,
            isClockSynchronized: kernelTrustsClock)
    }

    /// The instant that the system's clock shows.
    private static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Whether NTP or the like keeps the clock right, as far as the kernel knows.
    ///
    /// Where the kernel says nothing about it, as in some sandboxes, the clock counts as
    /// synchronized. https://man7.org/linux/man-pages/man2/adjtimex.2.html
    private static func kernelTrustsClock() -> Bool {
        var state = timex()
        let answer = adjtimex(&state)
        return answer < 0 || answer != TIME_ERROR && state.status & STA_UNSYNC == 0
    }

    /// Time since the machine started, which no change of the clock touches.
    private static func elapsed() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    private static func processDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    private static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
                variables[String(text[..<sign])] = String(text[text.utf8.index(after: sign)...])
            }
            next += 1
        }
        return variables
    }
}
