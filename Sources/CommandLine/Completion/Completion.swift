/// What a shell can insert for the word at the cursor.
package struct Completion: Sendable, Equatable {
    /// A word that the shell can insert.
    package struct Candidate: Sendable, Equatable {
        package let text: String
        /// A few words that zsh and fish print beside the candidate. May be empty.
        package let meaning: String

        package init(_ text: String, _ meaning: String = "") {
            self.text = text
            self.meaning = meaning
        }
    }

    /// File names, which the shell completes itself.
    package enum Files: Sendable, Equatable {
        case none
        case directories
        /// Files with one of these extensions, or all files if there are no extensions.
        case files(extensions: [String])
    }

    /// The start of the word. All candidates begin with it.
    package let word: String
    package private(set) var candidates: [Candidate] = []
    package private(set) var files = Files.none
    /// The name of the option or operand whose values only the program knows, such as `company`.
    package private(set) var unknownValue: String?

    init(_ word: String, _ candidates: [Candidate] = [], files: Files = .none) {
        self.word = word
        self.files = files
        add(candidates)
    }

    init(_ word: String, valueOf name: String) {
        self.word = word
        unknownValue = name
    }

    /// Adds the candidates that begin with the word.
    package mutating func add(_ more: [Candidate]) {
        candidates += more.filter { $0.text.hasPrefix(word) }
    }

    /// The lines that the scripts of the shells read.
    ///
    /// The first line says what to do with file names: `none`, `directories`, or `files` with their
    /// extensions. Each other line is a candidate, a tab and its meaning.
    package var lines: String {
        let first =
            switch files {
            case .none: "none"
            case .directories: "directories"
            case .files(let extensions): (["files"] + extensions).joined(separator: " ")
            }
        let rest = candidates.map {
            "\($0.text.withVisibleControls)\t\($0.meaning.withVisibleControls)"
        }
        return ([first] + rest).map { $0 + "\n" }.joined()
    }
}
