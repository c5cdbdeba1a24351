import JSON
import Testing

@testable import Placeholders

/// Tests of which parts of XML and HTML are tags and which are placeholders.
@Suite struct MarkupTests {
    private static let values: [String: JSONValue] = [
        "body": "BODY", "from": "FROM", "a": "A", "title": "TITLE", "source": "SOURCE",
    ]

    private func filled(
        _ text: String, _ language: MarkupLanguage = .xml,
        _ values: [String: JSONValue] = Self.values
    ) -> String {
        TextTemplate(text, as: .markup(language)).filled(filler(values))
    }

    static let inBoth: [(String, String)] = [
        ("<msg><body></msg>", "<msg>BODY</msg>"),
        ("<from><from></from>", "<from>FROM</from>"),
        ("<body>text</body>", "<body>text</body>"),
        ("<body><from></body>", "<body>FROM</body>"),
        ("<from><from></from><from><from></from >", "<from>FROM</from><from>FROM</from >"),
        ("<body>{{body}}</body>", "<body>BODY</body>"),
        ("<from> and <body>", "FROM and BODY"),
        ("</body><body>", "</body>BODY"),
        ("<body class=\"x\">{{from}}</body>", "<body class=\"x\">FROM</body>"),
        ("<x><from><body></x></from>", "<x>FROMBODY</x></from>"),
        // A start tag with attributes or a space is a tag.
        ("<m><from id=\"1\"><from></from></m>", "<m><from id=\"1\">FROM</from></m>"),
        (
            "<m><from p:t=\"u:s\" xmlns:p=\"u\"><from></from></m>",
            "<m><from p:t=\"u:s\" xmlns:p=\"u\">FROM</from></m>"
        ),
        ("<m><from ><from></from></m>", "<m><from >FROM</from></m>"),
        ("<m><from\n><from></from></m>", "<m><from\n>FROM</from></m>"),
        ("<from number=\"<from>\">x</from>", "<from number=\"FROM\">x</from>"),
        ("<from n='{{body}}' m = \"<from>\"/>", "<from n='BODY' m = \"FROM\"/>"),
        ("<from n=\">\"><from></from>", "<from n=\">\">FROM</from>"),
        ("<from/><from></from>", "<from/><from></from>"),
        // A name with as many start tags as end tags.
        ("<a><body><a></a></a>", "<a>BODY<a></a></a>"),
        ("<a><a></a></a>", "<a><a></a></a>"),
        ("<a id=\"1\"><a></a></a>", "<a id=\"1\"><a></a></a>"),
        // Tags inside of an element do not match tags outside.
        ("<from>: <m><from><from></from></m>", "FROM: <m><from>FROM</from></m>"),
        ("<a k=\"1\"><m><a><a></a></m></a>", "<a k=\"1\"><m><a>A</a></m></a>"),
        // Comments are ignored.
        (
            "<m><!-- <from> {{body}} --><from><from></from></m>",
            "<m><!-- <from> {{body}} --><from>FROM</from></m>"
        ),
        ("<!-- <from> --><body></from>", "<!-- <from> -->BODY</from>"),
        ("<!--<from>", "<!--<from>"),
        // Values in tag names are converted to valid names.
        ("<{{a}}>x</{{a}}>", "<A>x</A>"), ("<<a> k='<a>'>x</<a>>", "<A k='A'>x</A>"),
        ("<x:{{a}} k=\"1\">x</x:{{a}}>", "<x:A k=\"1\">x</x:A>"),
        ("a < b <from> & {{body}}", "a < b FROM & BODY"), ("1 <2 <from>", "1 <2 FROM"),
    ]

    @Test(arguments: inBoth, [MarkupLanguage.xml, .html])
    func distinguishesTagsFromPlaceholders(example: (String, String), language: MarkupLanguage) {
        #expect(filled(example.0, language) == example.1)
    }

    static let inXML: [(String, String)] = [
        ("<From><from></From>", "<From>FROM</From>"),
        ("<?xml version=\"1.0\" <from>?><from>", "<?xml version=\"1.0\" <from>?>FROM"),
        ("<?a ' <from> ?><!--'--><from>", "<?a ' <from> ?><!--'-->FROM"),
        (
            "<!DOCTYPE m [<!ENTITY e \"<from>]>\"> <!-- ' --> <?x ]>?>]><m><from></m>",
            "<!DOCTYPE m [<!ENTITY e \"<from>]>\"> <!-- ' --> <?x ]>?>]><m>FROM</m>"
        ),
        ("<m><![CDATA[<from>]]></m>", "<m><![CDATA[FROM]]></m>"),
        ("<m><![CDATA[<from><from></from>]]></m>", "<m><![CDATA[<from>FROM</from>]]></m>"),
        ("<from><![CDATA[</from>]]><from></from>", "<from><![CDATA[</from>]]>FROM</from>"),
        (
            "<m><![CDATA[<from a=\"1\"><from></from>]]></m>",
            "<m><![CDATA[<from a=\"1\">FROM</from>]]></m>"
        ),
        ("<ü k=\"<from>\"/>", "<ü k=\"FROM\"/>"), ("<_a k=\"<from>\"/>", "<_a k=\"FROM\"/>"),
        ("<m>{{from}}></m>", "<m>FROM&gt;</m>"), ("<m>]]{{from}}]></m>", "<m>]]FROM]&gt;</m>"),
    ]

    @Test(arguments: inXML)
    func followsTheRulesOfXML(template: String, text: String) {
        #expect(filled(template, .xml) == text)
    }

    static let inHTML: [(String, String)] = [
        ("<BODY><from></body>", "<BODY>FROM</body>"),
        ("<p>Dear <title> <from></p>", "<p>Dear TITLE FROM</p>"),
        ("<title><title></title><from>", "<title>TITLE</title>FROM"),
        (
            "<script>if (a<b && c=\"</p>\") <from></SCRIPT><from>",
            "<script>if (a<b && c=\"</p>\") FROM</SCRIPT>FROM"
        ),
        ("<script src=\"x\">'<from>\"</script> {{a}}", "<script src=\"x\">'FROM\"</script> A"),
        ("<img src=\"<source>\"><from>", "<img src=\"SOURCE\">FROM"),
        ("<a href={{from}}>x</a>", "<a href=\"FROM\">x</a>"),
        ("<a href=x\"{{from}}/ b=1>x</a>", "<a href=\"x&quot;FROM/\" b=1>x</a>"),
        ("<a href=<from> b>x</a>", "<a href=\"FROM\" b>x</a>"),
        ("<a href=x/>x", "<a href=x/>x"),
        ("<!-->{{from}}", "<!-->FROM"), ("<!-- {{a}} --!>{{from}}", "<!-- {{a}} --!>FROM"),
        ("<!x ' {{a}}>{{from}}", "<!x ' {{a}}>FROM"), ("<?x {{a}}>{{from}}", "<?x {{a}}>FROM"),
        ("</ {{a}}>{{from}}", "</ {{a}}>FROM"), ("</p x=\"{{a}}\">{{from}}", "</p x=\"A\">FROM"),
        ("<br class=\"x\"><from><br><from></from>", "<br class=\"x\"><from><br>FROM</from>"),
    ]

    @Test(arguments: inHTML)
    func followsTheRulesOfHTML(template: String, text: String) {
        #expect(filled(template, .html) == text)
    }

    @Test func escapesForText() {
        let value: JSONValue = "<b a='1' c=\"2\">&amp;\u{1}\r\n\t]]></b>\u{FFFE}"
        #expect(
            filled("<p>{{v}}</p>", .xml, ["v": value])
                == "<p>&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;\u{FFFD}&#13;\n\t]]&gt;"
                + "&lt;/b&gt;\u{FFFD}</p>")
    }

    @Test func escapesForAttributes() {
        #expect(
            filled("<p t=\"{{v}}\">", .xml, ["v": "a\r\n\t\"'<"])
                == "<p t=\"a&#13;&#10;&#9;&quot;&#39;&lt;\">")
    }

    @Test(arguments: [
        ("a]]>b", "<![CDATA[a]]]]><![CDATA[>b]]>"), ("<&\"'", "<![CDATA[<&\"']]>"),
        ("a]]", "<![CDATA[a]]]]><![CDATA[]]>"),
        ("a\rb\u{1}", "<![CDATA[a]]>&#13;<![CDATA[b\u{FFFD}]]>"),
        ("]]>]]>", "<![CDATA[]]]]><![CDATA[>]]]]><![CDATA[>]]>"),
    ])
    func splitsCDATASections(value: String, text: String) {
        #expect(filled("<![CDATA[{{v}}]]>", .xml, ["v": .string(value)]) == text)
    }

    @Test func splitsCDATAEndsOfTextAndValues() {
        let filled = filled("<![CDATA[]]{{v}}>{{w}}]>]]>", .xml, ["v": "", "w": "]"])
        #expect(filled == "<![CDATA[]]]]><![CDATA[>]]]><![CDATA[]>]]>")
    }

    @Test(arguments: [
        ("", "x"), ("1", "x1"), ("a b=\"c\"", "a_b__c_"), ("é:x", "x__x"), ("-", "x-"), ("_", "x_"),
    ])
    func convertsValuesToNames(value: String, name: String) {
        #expect(filled("<{{v}}/>", .xml, ["v": .string(value)]) == "<\(name)/>")
        #expect(filled("<x{{v}}/>", .xml, ["v": .string(value)]).hasPrefix("<x"))
    }

    @Test(arguments: [
        ("<a {{b}}=\"1\">", true), ("<a c{{b}}>", true), ("<a <b>>", true),
        ("<a b=\"{{c}}\">", false), ("<a b={{c}}>", false), ("<{{a}} b=\"1\">", false),
        ("<!-- <a {{b}}> -->", false),
    ])
    func detectsPlaceholdersInAttributeNames(text: String, isFound: Bool) {
        #expect(TextTemplate(text, as: .markup(.xml)).namesAttributes == isFound)
    }
}
