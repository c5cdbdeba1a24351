import CommandLine
import Commands
import ReportDelivery

/// Where a report goes that somebody asked for.
enum ReportOutput {
    /// The five forms; `eml` is the whole mail.
    static let formats = ReportForm.allCases.map(\.rawValue) + ["eml"]

    static let option = OptionDescription.value(
        "output", "FILE", help: "Write it to this file; standard output when absent.")

    /// Writes it to `--output`, whole or not at all, or to standard output.
    static func write(_ bytes: [UInt8], _ context: Context) throws(OutputError) {
        guard let path = context.arguments.value("output") else {
            context.console.output.write(bytes: bytes)
            return
        }
        try FileOutput.write(bytes, to: context.absolute(path))
    }
}
