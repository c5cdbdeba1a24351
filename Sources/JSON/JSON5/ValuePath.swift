/// The path of a value in a JSON5 text, such as `companies[0].timeZone`. The path of the whole text
/// is empty.
package struct ValuePath: Hashable, Sendable {
    /// A step from a value to one of its members or elements.
    package enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    /// The steps from the root. There are many paths but few are shown, so the text is built on
    /// demand.
    package var steps: [Step] = []

    package static let root = ValuePath()

    package func key(_ name: String) -> ValuePath {
        ValuePath(steps: steps + [.key(name)])
    }

    package func index(_ index: Int) -> ValuePath {
        ValuePath(steps: steps + [.index(index)])
    }

    /// Whether the path is the given object or a value inside it.
    package func isInside(_ other: ValuePath) -> Bool {
        steps.starts(with: other.steps)
    }

    package var text: String {
        steps.reduce("") { text, step in
            switch step {
            case .key(let name): text.isEmpty ? name : "\(text).\(name)"
            case .index(let index): "\(text)[\(index)]"
            }
        }
    }
}
