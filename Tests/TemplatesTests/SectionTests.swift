import Templates
import Testing

/// The module `sections` of the specification.
@Suite struct SectionTests {
    @Test(arguments: cases) func `renders sections as specified`(
        example: SpecificationCase
    ) throws {
        try example.expectOutput()
    }

    private static let cases = truth + contexts + lists + iterators + dotted + whitespace

    private static let yes: TemplateValue = ["on": true]
    private static let no: TemplateValue = ["on": false]

    private static let truth = [
        SpecificationCase("Truthy", "<{{#on}}shown{{/on}}>", "<shown>", data: yes),
        SpecificationCase("Falsey", "<{{#on}}hidden{{/on}}>", "<>", data: no),
        SpecificationCase("Null is falsey", "<{{#on}}hidden{{/on}}>", "<>", data: ["on": .none]),
        SpecificationCase(
            "Doubled", "{{#on}}\n1 one\n{{/on}}\n2 {{two}}\n{{#on}}\n3 three\n{{/on}}\n",
            "1 one\n2 two\n3 three\n", data: ["on": true, "two": "two"]),
        SpecificationCase(
            "Nested (Truthy)", "1 {{#on}}2 {{#on}}3{{/on}} 4{{/on}} 5", "1 2 3 4 5", data: yes),
        SpecificationCase(
            "Nested (Falsey)", "1 {{#on}}2 {{#on}}3{{/on}} 4{{/on}} 5", "1  5", data: no),
        SpecificationCase("Context Misses", "<{{#absent}}hidden{{/absent}}>", "<>"),
    ]

    private static let contexts = [
        SpecificationCase(
            "Context", "{{#city}}In {{name}}.{{/city}}", "In Pune.",
            data: ["city": ["name": "Pune"]]),
        SpecificationCase(
            "Parent contexts", "{{#in}}{{a}}, {{b}}, {{c.d}}{{/in}}", "outer, inner, dotted",
            data: ["a": "outer", "b": "wrong", "in": ["b": "inner"], "c": ["d": "dotted"]]),
        SpecificationCase(
            "Variable test", "{{#name}}{{.}} = {{name}}{{/name}}", "Ada = Ada",
            data: ["name": "Ada"]),
        SpecificationCase(
            "List Contexts",
            "{{#rows}}{{#cells}}{{mark.small}}{{n}}:{{#ends}}{{mark.big}}{{n}}{{e}} {{/ends}}"
                + "{{/cells}}{{/rows}}",
            "q1:Q1x Q1y ",
            data: [
                "rows": [
                    [
                        "mark": ["big": "Q", "small": "q"],
                        "cells": [["n": "1", "ends": [["e": "x"], ["e": "y"]]]],
                    ]
                ]
            ]),
        SpecificationCase(
            "Deeply Nested Contexts",
            """
            {{#a}}
            {{one}}
            {{#b}}
            {{one}}{{two}}
            {{#c.d}}
            {{one}}{{two}}{{three}}
            {{#four}}
            {{one}}{{two}}{{three}}{{four}}{{.}}
            {{/four}}
            {{three}}{{two}}{{one}}
            {{/c.d}}
            {{two}}{{one}}
            {{/b}}
            {{one}}
            {{/a}}

            """,
            "1\n12\n123\n12344\n321\n21\n1\n",
            data: [
                "a": ["one": "1"], "b": ["two": "2"], "c": ["d": ["three": "3", "four": "4"]],
            ]),
    ]

    private static let lists = [
        SpecificationCase(
            "List", "{{#rows}}{{n}};{{/rows}}", "1;2;3;",
            data: ["rows": [["n": "1"], ["n": "2"], ["n": "3"]]]),
        SpecificationCase("Empty List", "<{{#rows}}hidden{{/rows}}>", "<>", data: ["rows": []]),
    ]

    private static let marks: TemplateValue = ["list": ["<", "&", "\""]]

    private static let iterators = [
        SpecificationCase(
            "Implicit Iterator - String", "{{#list}}[{{.}}]{{/list}}", "[x][y]",
            data: ["list": ["x", "y"]]),
        SpecificationCase(
            "Implicit Iterator - Integer", "{{#list}}[{{.}}]{{/list}}", "[1][2]",
            data: ["list": ["1", "2"]]),
        SpecificationCase(
            "Implicit Iterator - Decimal", "{{#list}}[{{.}}]{{/list}}", "[1.5][2.5]",
            data: ["list": ["1.5", "2.5"]]),
        SpecificationCase(
            "Implicit Iterator - Array", "{{#list}}[{{#.}}{{.}}{{/.}}]{{/list}}", "[12][xy]",
            data: ["list": [["1", "2"], ["x", "y"]]]),
        SpecificationCase(
            "Implicit Iterator - HTML Escaping", "{{#list}}[{{.}}]{{/list}}",
            "[&lt;][&amp;][&quot;]", data: marks),
        SpecificationCase(
            "Implicit Iterator - Triple mustache", "{{#list}}[{{{.}}}]{{/list}}", "[<][&][\"]",
            data: marks),
        SpecificationCase(
            "Implicit Iterator - Ampersand", "{{#list}}[{{&.}}]{{/list}}", "[<][&][\"]",
            data: marks),
        SpecificationCase(
            "Implicit Iterator - Root-level", "{{#.}}[{{n}}]{{/.}}", "[1][2]",
            data: [["n": "1"], ["n": "2"]]),
    ]

    private static let dotted = [
        SpecificationCase(
            "Dotted Names - Truthy", "<{{#a.b.c}}shown{{/a.b.c}}>", "<shown>",
            data: ["a": ["b": ["c": true]]]),
        SpecificationCase(
            "Dotted Names - Falsey", "<{{#a.b.c}}hidden{{/a.b.c}}>", "<>",
            data: ["a": ["b": ["c": false]]]),
        SpecificationCase(
            "Dotted Names - Broken Chains", "<{{#a.b.c}}hidden{{/a.b.c}}>", "<>", data: ["a": [:]]),
    ]

    private static let whitespace = [
        SpecificationCase(
            "Surrounding Whitespace", " . {{#on}}\t.\t{{/on}} . \n", " . \t.\t . \n", data: yes),
        SpecificationCase(
            "Internal Whitespace", " . {{#on}} {{! kept }}\n {{/on}} . \n", " .  \n  . \n",
            data: yes),
        SpecificationCase(
            "Indented Inline Sections", " {{#on}}a{{/on}}\n {{#on}}b{{/on}}\n", " a\n b\n",
            data: yes),
        SpecificationCase(
            "Standalone Lines", "a\n{{#on}}\nb\n{{/on}}\nc\n", "a\nb\nc\n", data: yes),
        SpecificationCase(
            "Indented Standalone Lines", "a\n  {{#on}}\nb\n\t{{/on}}\nc\n", "a\nb\nc\n", data: yes),
        SpecificationCase(
            "Standalone Line Endings", "a\r\n{{#on}}\r\n{{/on}}\r\nb", "a\r\nb", data: yes),
        SpecificationCase(
            "Standalone Without Previous Line", "  {{#on}}\na{{/on}}\nb", "a\nb", data: yes),
        SpecificationCase(
            "Standalone Without Newline", "a{{#on}}\nb\n  {{/on}}", "a\nb\n", data: yes),
        SpecificationCase("Padding", "<{{# on }}={{/ on }}>", "<=>", data: yes),
    ]
}
