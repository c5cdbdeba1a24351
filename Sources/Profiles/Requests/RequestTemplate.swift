import JSON
import Placeholders

/// The templates of a profile, read once however many callbacks are made of them.
struct RequestTemplate: Equatable, Sendable {
    let url: URLTemplate?
    let headers: [(name: String, value: TextTemplate)]
    let body: BodyTemplate
    let responseMessage: TextTemplate?

    init(_ settings: ProfileSettings) {
        // The settings were checked, so there is one.
        url = try? URLTemplate(settings.url)
        headers = settings.headers.map { ($0.name, TextTemplate($0.value, as: .header)) }
        body = BodyTemplate(settings.body, settings.bodyType, headers: settings.headers)
        responseMessage = settings.responseMessage.map { TextTemplate($0, as: .plain) }
    }

    /// Every placeholder, in the order of URL, headers, body and message.
    var placeholders: [Placeholder] {
        (url?.placeholders ?? []) + headers.flatMap(\.value.placeholders) + body.placeholders
            + (responseMessage?.placeholders ?? [])
    }

    static func == (left: Self, right: Self) -> Bool {
        left.url == right.url && left.body == right.body
            && left.responseMessage == right.responseMessage
            && left.headers.elementsEqual(right.headers) { $0 == $1 }
    }
}
