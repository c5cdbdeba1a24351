/// The text between two commas of an address list.
struct AddressEntry {
    /// The number of the entry, counted from 1, including empty entries.
    let number: Int
    /// The column of the first character in the list, counted from 1.
    let column: Int
    let characters: [Character]

    var isBlank: Bool { characters.allSatisfy(\.isBlank) }

    var text: String { String(characters) }

    /// Splits a list at the commas outside of quotes.
    static func split(_ text: String) -> [AddressEntry] {
        var entries: [AddressEntry] = []
        var start = 0
        let characters = Array(text)
        for comma in commas(in: characters) + [characters.count] {
            let part = Array(characters[start..<comma])
            entries.append(
                AddressEntry(number: entries.count + 1, column: start + 1, characters: part))
            start = comma + 1
        }
        return entries
    }

    private static func commas(in characters: [Character]) -> [Int] {
        var commas: [Int] = []
        var isQuoted = false
        var isEscaped = false
        for (index, character) in characters.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == "\\" {
                isEscaped = isQuoted
            } else if character == ",", !isQuoted {
                commas.append(index)
            }
        }
        return commas
    }

    /// Returns the error for a problem at an index of ``characters``.
    func error(_ problem: AddressError.Problem, at index: Int) -> AddressError {
        AddressError(problem: problem, entry: number, column: column + index, text: text)
    }
}

extension Character {
    /// Whether the character is allowed whitespace. Other whitespace is rejected.
    var isBlank: Bool { self == " " || self == "\t" }
}
