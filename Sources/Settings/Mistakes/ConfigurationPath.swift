/// The path of a value in the file, such as `companies[0].timeZone`. The path of the whole file is
/// empty.
struct ConfigurationPath: Hashable, Sendable {
    /// A step from a value to one of its members or elements.
    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    /// The steps from the root. There are many paths but few are shown, so the text is built on
    /// demand.
    var steps: [Step] = []

    static let root = ConfigurationPath()

    func key(_ name: String) -> ConfigurationPath {
        ConfigurationPath(steps: steps + [.key(name)])
    }

    func index(_ index: Int) -> ConfigurationPath {
        ConfigurationPath(steps: steps + [.index(index)])
    }

    /// Whether the path is the given object or a value inside it.
    func isInside(_ other: ConfigurationPath) -> Bool {
        steps.starts(with: other.steps)
    }

    var text: String {
        steps.reduce("") { text, step in
            switch step {
            case .key(let name): text.isEmpty ? name : "\(text).\(name)"
            case .index(let index): "\(text)[\(index)]"
            }
        }
    }
}
