import FoundationEssentials
import Glibc

/// The output and the exit status of a program.
package struct ProgramRun: Sendable, Equatable {
    /// The standard output. Invalid UTF-8 is repaired.
    package let output: String
    /// The standard error. Invalid UTF-8 is repaired.
    package let errors: String
    /// The exit status, or 128 plus the number of the signal.
    package let status: Int32

    /// Creates an expected result, for comparison.
    package init(output: String, errors: String, status: Int32) {
        self.output = output
        self.errors = errors
        self.status = status
    }

    /// Runs a built product of this package, such as `callback-reports`.
    ///
    /// Its standard streams are files, so it sees no terminal. It starts in `directory`, which is
    /// also its `HOME`. Its environment consists of `PATH` and `environment`. A run that exceeds
    /// `limit` seconds is killed and throws an error.
    package static func of(
        _ product: String, _ arguments: [String], environment: [String: String] = [:],
        input: String = "", in directory: TemporaryDirectory, limit: Double = 60
    ) throws -> ProgramRun {
        try of(
            program: path(of: product), arguments, environment: environment,
            input: Array(input.utf8), in: directory, limit: limit)
    }

    /// Runs any program, given by its absolute path, in the same way.
    package static func of(
        program: String, _ arguments: [String], environment: [String: String] = [:],
        input: [UInt8] = [], in directory: TemporaryDirectory, limit: Double = 60
    ) throws -> ProgramRun {
        let streams = try TemporaryDirectory()
        let given = try streams.write(Data(input), to: "input")
        let (output, errors) = (streams.path(of: "output"), streams.path(of: "errors"))
        let child = ChildProcess(
            program: program, arguments: arguments,
            environment: basis(in: directory).merging(environment) { $1 },
            directory: directory.path)
        let status = try child.run(input: given, output: output, errors: errors, limit: limit)
        return try ProgramRun(output: text(at: output), errors: text(at: errors), status: status)
    }

    /// Returns the absolute path of a built product.
    package static func path(of product: String) -> String {
        "\(productsDirectory)/\(product)"
    }

    /// The folder of the built products, which also contains the running test program.
    private static var productsDirectory: String {
        let program = realpath("/proc/self/exe", nil)
        defer { free(program) }
        let path = program.map { String(cString: $0) } ?? ""
        return String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    }

    static func basis(in directory: TemporaryDirectory) -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        let path = own["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return changedClock(own).merging(["PATH": path, "HOME": directory.path]) { $1 }
    }

    /// The variables that change the clock of this process, so that a program sees the same date as
    /// its test.
    private static func changedClock(_ environment: [String: String]) -> [String: String] {
        guard environment["LD_PRELOAD"]?.contains("libfaketime") == true else { return [:] }
        return environment.filter { $0.key == "LD_PRELOAD" || $0.key.hasPrefix("FAKETIME") }
    }

    private static func text(at path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
