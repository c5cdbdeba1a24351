import Glibc

/// The output of a command: results go to `output`, everything else to `errors`.
///
/// A console is not `Sendable`; only one thread may use it.
package final class Console {
    package let output: TextStream
    package let errors: TextStream
    private let columns: () -> Int
    private let canRedraw: Bool
    private var hasTransientLine = false

    /// Creates a console.
    ///
    /// - Parameters:
    ///   - output: the stream for results.
    ///   - errors: the stream for errors, warnings and progress.
    ///   - canRedraw: whether the terminal can redraw a line, which progress bars need.
    ///   - columns: returns the current width of the terminal in characters.
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
    package func print(_ line: String, as emphasis: Emphasis = .plain) {
        if output.isTerminal { clearTransientLine() }
        output.write(output.style.text(line, as: emphasis) + "\n")
        if output.isTerminal { output.flush() }
    }

    /// Prints a line that is not part of the result, such as an error or a warning.
    package func say(_ line: String, as emphasis: Emphasis = .plain) {
        output.flush()
        clearTransientLine()
        errors.write(errors.style.text(line, as: emphasis) + "\n")
    }

    /// Whether transient lines are visible and would not end up in a file.
    var showsTransientLines: Bool {
        errors.isTerminal && canRedraw
    }

    /// Shows a line on the terminal that replaces the previous transient line.
    ///
    /// The escape codes around it prevent the terminal from wrapping a line that is too wide.
    func showTransientLine(_ line: (_ columns: Int) -> String) {
        guard showsTransientLines else { return }
        errors.write("\r\u{1B}[?7l\(line(columns()))\u{1B}[K\u{1B}[?7h")
        hasTransientLine = true
    }

    func clearTransientLine() {
        guard hasTransientLine else { return }
        errors.write("\r\u{1B}[K")
        hasTransientLine = false
    }

    /// Flushes all output.
    ///
    /// - Parameter status: the status of the command.
    /// - Returns: the status, or `cannotWriteOutput` if output was lost and that is more severe.
    package func finish(_ status: ExitStatus) -> ExitStatus {
        clearTransientLine()
        output.flush()
        errors.flush()
        guard let failure = output.failure else { return status }
        // A reader that closed the pipe, as `head` does, got everything it wanted.
        if failure.code != EPIPE { say("\(failure)") }
        return ExitStatus.mostSevere([status, .cannotWriteOutput])
    }
}
