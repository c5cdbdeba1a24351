import CTimex
package import CivilTime
package import CommandLine
import Glibc

/// Everything that a program gets from outside except for its arguments.
package struct ProcessEnvironment {
    let environment: [String: String]
    /// The absolute path that relative paths are resolved against.
    let workingDirectory: String
    let console: Console
    /// Returns the current time. Nothing below the command layer reads a clock.
    let clock: @Sendable () -> Instant
    /// Returns the time since an arbitrary fixed point. Used for progress and leases.
    let stopwatch: () -> Duration
    /// Whether the kernel reports that the clock is synchronized.
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

    /// Returns the environment of this process. Call it once, at startup; nothing else reads these
    /// values.
    package static func ofProcess() -> ProcessEnvironment {
        let environment = processEnvironment()
        return ProcessEnvironment(
            environment: environment, workingDirectory: processDirectory(),
            console: .standard(environment: environment), clock: now, stopwatch: elapsed,
            isClockSynchronized: isKernelClockSynchronized)
    }

    /// Returns the time of the system clock.
    private static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Whether the clock is synchronized by NTP or similar, according to the kernel.
    ///
    /// If the kernel does not answer, as in some sandboxes, the clock counts as synchronized. See
    /// https://man7.org/linux/man-pages/man2/adjtimex.2.html.
    private static func isKernelClockSynchronized() -> Bool {
        var state = timex()
        let answer = adjtimex(&state)
        return answer < 0 || answer != TIME_ERROR && state.status & STA_UNSYNC == 0
    }

    /// Returns the time since boot, which is independent of changes to the clock.
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
