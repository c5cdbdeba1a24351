/// Where a value stands in the file, such as `companies[0].timeZone`; empty for the whole file.
struct Place: Hashable, Sendable {
    /// One member or element further inwards.
    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    /// They are many and few are shown, so that the text is made of them when it is.
    var steps: [Step] = []

    static let root = Place()

    func key(_ name: String) -> Place {
        Place(steps: steps + [.key(name)])
    }

    func index(_ index: Int) -> Place {
        Place(steps: steps + [.index(index)])
    }

    /// Of an object: whether this is the object itself or a value in it.
    func isInside(_ other: Place) -> Bool {
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
