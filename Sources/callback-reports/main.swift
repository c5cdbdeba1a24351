import CivilTime
import CommandLine
import Glibc
import ReportCommands

// The process's own surroundings are read here and nowhere below.

/// The instant that the system's clock shows.
func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
}

/// Time since the machine started, which no change of the clock touches.
func elapsed() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
}

func workingDirectory() -> String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
}

func environment() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
        let parts = String(cString: entry).split(separator: "=", maxSplits: 1)
        if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        next += 1
    }
    return variables
}

let variables = environment()
let status = CallbackReports.main(
    Array(Swift.CommandLine.arguments.dropFirst()), environment: variables,
    workingDirectory: workingDirectory(), console: .standard(environment: variables),
    clock: now, stopwatch: elapsed)
exit(status.rawValue)
