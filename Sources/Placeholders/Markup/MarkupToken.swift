/// XML and HTML differ in which tags have to be closed, and in what has to be quoted.
package enum MarkupLanguage: Hashable, Sendable {
    /// https://www.w3.org/TR/xml/
    case xml
    /// https://html.spec.whatwg.org/multipage/parsing.html
    case html
}

/// A piece of a template in XML or HTML.
enum MarkupToken {
    case literal(String)
    case placeholder(Placeholder, Escaping)
    /// `<name>` between tags: a start tag or a placeholder, which ``MarkupTags`` decides.
    case tagOrPlaceholder(Placeholder, Escaping)
    /// A start tag that cannot be a placeholder and needs an end tag; its text is a literal.
    case start(name: String)
    /// An end tag; its text is a literal.
    case end(name: String)
}
