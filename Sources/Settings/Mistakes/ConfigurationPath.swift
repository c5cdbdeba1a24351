/// Where a value stands in the file, such as `companies[0].timeZone`; empty for the whole file.
struct ConfigurationPath: Hashable, Sendable {
    /// One member or element further inwards.
    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    /// They are many and few are shown, so that the text is made of them when it is.
    var steps: [Step] = []

    static let root = ConfigurationPath()

    func key(_ name: String) -> ConfigurationPath {
        ConfigurationPath(steps: steps + [.key(name)])
    }

    func index(_ index: Int) -> ConfigurationPath {
        ConfigurationPath(steps: steps + [.index(index)])
    }

    /// Of an object: whether this is the object itself or a value in it.
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
