import JSON

extension ConfigurationFile {
    /// Parses the file, and returns a diagnostic for each duplicate key.
    func tree() throws(ConfigurationError) -> (value: JSON5Value, repetitions: [Diagnostic]) {
        do throws(Diagnostic) {
            return try Self.parsed(text())
        } catch {
            throw .diagnostics(file: name, [error])
        }
    }

    /// Returns the text without the byte order mark that some editors write.
    private func text() throws(Diagnostic) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostic(place: .root, problem: .notUTF8)
        }
        let body =
            text.unicodeScalars.first == "\u{FEFF}"
            ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
        guard !body.allSatisfy(\.properties.isWhitespace) else {
            throw Diagnostic(place: .root, problem: .emptyFile)
        }
        return String(body)
    }

    private static func parsed(
        _ text: String
    ) throws(Diagnostic) -> (value: JSON5Value, repetitions: [Diagnostic]) {
        do throws(JSON5SyntaxError) {
            let (value, repetitions) = try JSON5Parser.parse(text)
            let diagnostics = repetitions.map { found in
                let problem = Problem.repeatedKey(found.key, line: found.line)
                return Diagnostic(place: found.object, problem: problem)
            }
            return (value, diagnostics)
        } catch {
            throw Diagnostic(
                place: .root.key("\(error.line):\(error.column)"), problem: .syntax(error.kind))
        }
    }
}
