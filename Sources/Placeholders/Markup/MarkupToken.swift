/// The markup language, which determines which tags must be closed and what must be quoted.
package enum MarkupLanguage: Hashable, Sendable {
    /// XML: https://www.w3.org/TR/xml/.
    case xml
    /// HTML: https://html.spec.whatwg.org/multipage/parsing.html.
    case html
}

/// A token of a template in XML or HTML.
enum MarkupToken {
    case literal(String)
    case placeholder(Placeholder, Escaping)
    /// `<name>` between tags: a start tag or a placeholder. ``MarkupTags`` decides which.
    case tagOrPlaceholder(Placeholder, Escaping)
    /// A start tag that cannot be a placeholder and needs an end tag. Its text is a separate
    /// literal.
    case start(name: String)
    /// An end tag. Its text is a separate literal.
    case end(name: String)
}
