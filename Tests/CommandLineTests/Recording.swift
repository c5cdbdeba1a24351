import CommandLine

/// A console that records its streams and can simulate write failures.
final class Recording {
    /// Records what was written.
    final class Sheet {
        var bytes: [UInt8] = []
        var failsWith: Int32?

        var text: String { String(decoding: bytes, as: UTF8.self) }

        func take(_ more: [UInt8]) throws(OutputError) {
            if let failsWith { throw OutputError("standard output", code: failsWith) }
            bytes += more
        }
    }

    let output = Sheet()
    let errors = Sheet()
    let console: Console

    init(terminal: Bool = false, bufferSize: Int = 0, columns: Int = 80) {
        let (output, errors) = (output, errors)
        console = Console(
            output: TextStream(
                isTerminal: terminal, bufferSize: bufferSize,
                sink: { (bytes) throws(OutputError) in try output.take(bytes) }),
            errors: TextStream(
                isTerminal: terminal,
                sink: { (bytes) throws(OutputError) in try errors.take(bytes) }),
            canRedraw: terminal, columns: { columns })
    }
}
