extension JSONValue {
    /// Reads a text that is one JSON value and nothing else; a byte order mark may come first.
    package init(
        parsing bytes: [UInt8], _ rules: JSONRules = .strict
    ) throws(JSONSyntaxError) {
        var parser = JSONParser(bytes, rules)
        self = try parser.document()
    }

    package init(
        parsing text: String, _ rules: JSONRules = .strict
    ) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8), rules)
    }
}
