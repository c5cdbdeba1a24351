import Glibc

/// Where a command's words go: results to `output`, everything else to `errors`.
///
/// Not `Sendable`: one thread talks.
package final class Console {
    package let output: TextStream
    package let errors: TextStream
    private let columns: () -> Int
    private let canRedraw: Bool
    private var hasPassingLine = false

    /// `columns` is asked whenever a line has to fit; `canRedraw` allows a progress bar.
    package init(
        output: TextStream, errors: TextStream, canRedraw: Bool = false,
        columns: @escaping () -> Int = { 80 }
    ) {
        self.output = output
        self.errors = errors
        self.canRedraw = canRedraw
        self.columns = columns
    }

    /// Prints a line of the result.
    package func print(_ line: String) {
        if output.isTerminal { clearPassingLine() }
        output.write(line + "\n")
        if output.isTerminal { output.flush() }
    }

    /// Prints a line that is not the result: an error, a warning, a remark.
    package func say(_ line: String) {
        output.flush()
        clearPassingLine()
        errors.write(line + "\n")
    }

    /// Whether a line that is redrawn can be seen and would not end up in a file.
    var showsPassingLines: Bool {
        errors.isTerminal && canRedraw
    }

    /// Shows a line on the terminal in the place of the last one.
    ///
    /// The codes around it stop the terminal from wrapping a line that is too wide for it.
    func showPassingLine(_ line: (_ columns: Int) -> String) {
        guard showsPassingLines else { return }
        errors.write("\r\u{1B}[?7l\(line(columns()))\u{1B}[K\u{1B}[?7h")
        hasPassingLine = true
    }

    func clearPassingLine() {
        guard hasPassingLine else { return }
        errors.write("\r\u{1B}[K")
        hasPassingLine = false
    }

    /// Ends all output, and adds to the status what became of it.
    package func finish(_ status: ExitStatus) -> ExitStatus {
        clearPassingLine()
        output.flush()
        errors.flush()
        guard let failure = output.failure else { return status }
        // A reader that went away, as `head` does, has what it wanted.
        if failure.code != EPIPE { say("\(failure)") }
        return ExitStatus.gravest([status, .cannotWriteOutput])
    }
}
