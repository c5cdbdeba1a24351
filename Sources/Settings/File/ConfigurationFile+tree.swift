import FoundationEssentials

extension ConfigurationFile {
    /// The values of the file, and a mistake for each key that is given twice.
    func tree() throws(ConfigurationError) -> (value: JSON5Value, repetitions: [Mistake]) {
        do throws(Mistake) {
            let text = try text()
            let repetitions = try Self.repetitions(in: text)
            return (try Self.decoded(text), repetitions)
        } catch {
            throw .mistakes(file: name, [error])
        }
    }

    /// Without the byte order mark that some editors put first.
    private func text() throws(Mistake) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Mistake(place: .root, problem: .notUTF8)
        }
        let body =
            text.unicodeScalars.first == "\u{FEFF}"
            ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
        guard !body.allSatisfy(\.properties.isWhitespace) else {
            throw Mistake(place: .root, problem: .emptyFile)
        }
        return String(body)
    }

    private static func repetitions(in text: String) throws(Mistake) -> [Mistake] {
        do throws(SyntaxFault) {
            return try JSON5Scanner.repetitions(in: text).map { found in
                let problem = Problem.repeatedKey(found.key, line: found.line)
                return Mistake(place: found.object, problem: problem)
            }
        } catch {
            throw Mistake(
                place: Place(text: "\(error.line):\(error.column)"), problem: .syntax(error.kind))
        }
    }

    /// The scanner takes nothing that the decoder refuses; `undecodable` is for the day it does.
    private static func decoded(_ text: String) throws(Mistake) -> JSON5Value {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        do {
            return try decoder.decode(JSON5Value.self, from: Data(text.utf8))
        } catch {
            throw Mistake(place: .root, problem: .undecodable)
        }
    }
}
