import FoundationEssentials
import Glibc

/// What a program wrote and how it ended.
package struct ProgramRun: Sendable, Equatable {
    /// Everything on standard output; bytes that are not UTF-8 are repaired.
    package let output: String
    /// Everything on standard error; bytes that are not UTF-8 are repaired.
    package let errors: String
    /// The exit status; 128 + its number for a signal.
    package let status: Int32

    /// What a run is expected to be, to be compared with one.
    package init(output: String, errors: String, status: Int32) {
        self.output = output
        self.errors = errors
        self.status = status
    }

    /// Runs a built product of this package, such as `callback-reports`, to its end.
    ///
    /// Its standard streams are files, so it sees no terminal. It starts in `directory`, which
    /// is also its `HOME`, with `PATH` and `environment` and nothing else. A run that is not
    /// over after `limit` seconds is killed and thrown as an error.
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

    /// The absolute path of a built product.
    package static func path(of product: String) -> String {
        "\(productsDirectory)/\(product)"
    }

    /// Where the build put the products: beside the test program that is running.
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

    /// What changes the clock of this process, so that a program sees the same date as its test.
    private static func changedClock(_ environment: [String: String]) -> [String: String] {
        guard environment["LD_PRELOAD"]?.contains("libfaketime") == true else { return [:] }
        return environment.filter { $0.key == "LD_PRELOAD" || $0.key.hasPrefix("FAKETIME") }
    }

    private static func text(at path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
