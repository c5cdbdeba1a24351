import JSON
import Profiles
import TextSupport

/// Inserts the selected variables into the body or the URL.
extension ProfileForm {
    mutating func pick() {
        let names = fields.values(of: .pick)
        guard !names.isEmpty else {
            notice = "Select variables first."
            return
        }
        let hasBody = HTTPMethod(rawValue: fields[.method])?.hasBody ?? true
        guard hasBody else {
            addToURL(names)
            return
        }
        switch BodyType(rawValue: fields[.bodyType]) ?? .json {
        case .json: addToObject(names)
        case .xml, .html: addToText(names.map { "{{\($0)}}" })
        case .text: addToText(names.map { "<\($0)>" })
        }
    }

    private mutating func addToURL(_ names: [String]) {
        var url = fields[.url]
        for name in names {
            url += (url.contains("?") ? "&" : "?") + "\(PercentEncoding.encoded(name))={\(name)}"
        }
        fields[.url] = url
        picked(names, "URL", focus: "url")
    }

    private mutating func addToObject(_ names: [String]) {
        let text = fields[.body]
        let isBlank = text.allSatisfy(\.isWhitespace)
        guard var object = isBlank ? [:] : (try? JSONValue(parsing: text))?.object else {
            notice = "The body is not a JSON object, so nothing was added."
            focus = "body"
            return
        }
        for name in names where object[name] == nil { object[name] = .string("<\(name)>") }
        fields[.body] = JSONValue.object(object).text()
        picked(names, "body", focus: "body")
    }

    private mutating func addToText(_ placeholders: [String]) {
        let text = fields[.body]
        let gap = text.isEmpty || text.hasSuffix("\n") ? "" : "\n"
        fields[.body] = text + gap + placeholders.joined(separator: "\n")
        picked(placeholders, "body", focus: "body")
    }

    private mutating func picked(_ names: [String], _ place: String, focus: String) {
        let count = names.count == 1 ? "1 variable" : "\(names.count) variables"
        (notice, isDone) = ("Added \(count) to the \(place).", true)
        self.focus = focus
        fields.remove(.pick)
    }
}
