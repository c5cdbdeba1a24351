import CommandLine
import Commands
import ReportDelivery
import Storage

/// The destination of a report that was requested by a command.
enum ReportOutput {
    /// The five formats; `eml` is the complete mail.
    static let formats = ReportForm.allCases.map(\.rawValue) + ["eml"]

    static let option = OptionDescription.value(
        "output", "FILE", help: "Write to this file (default: standard output).")

    /// Writes to the file of `--output`, atomically, or to standard output.
    static func write(_ bytes: [UInt8], _ context: Context) throws(OutputError) {
        guard let path = context.arguments.value("output") else {
            context.console.output.write(bytes: bytes)
            return
        }
        try FileOutput.write(bytes, to: context.absolute(path))
    }
}
