// swift-tools-version: 6.2
import PackageDescription

// Each module is a target, so that the compiler checks the direction of imports: CI builds with
// `--explicit-target-dependency-import-check error`. docs/architecture.md shows the modules.

/// Language features that are off by default in Swift 6. Warnings are errors.
let settings: [SwiftSetting] = [
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A module of the product, in Sources/NAME.
func module(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: settings)
}

/// The tests of one module, in Tests/NAMETests.
///
/// - Parameter support: `[]` for tests that do not use TestSupport.
func tests(
    of name: String, with imports: [Target.Dependency] = [],
    support: [Target.Dependency] = ["TestSupport"]
) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: [.byName(name: name)] + support + imports,
        swiftSettings: settings
    )
}

let libraries: [Target] = [
    .systemLibrary(
        name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CTimex"),
    // Not linked but loaded when it is needed, so that there is no pkgConfig.
    .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    // Of callback-gateway alone: nothing that callback-reports imports may import it.
    .systemLibrary(
        name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
        name: "CMicrohttpd", pkgConfig: "libmicrohttpd",
        providers: [.apt(["libmicrohttpd-dev"])]),
]

let modules: [Target] = [
    module("FileOwners"),
    // What any store may throw, so that no module above Storage needs SQLite for it.
    module("StorageErrors"),
    module("SQLite", ["StorageErrors", "CSQLite", "FileOwners"]),
    // What database engines have in common. Storage knows no engine.
    module("SQL", ["StorageErrors", "SQLite"]),
    module("Curl", ["TextSupport", "CCurl"]),
    module("EgressPolicy"),
    module("TextSupport"),
    module("JSON", ["TextSupport"]),
    module("Concurrency"),
    module("CommandLine", ["TextSupport", "FileOwners"]),
    module("Templates", ["TextSupport"]),
    module("CivilTime", ["TextSupport"]),
    module("DeliveryLog", ["CivilTime", "TextSupport"]),
    // When alerts are raised and which silences are unusual, as pure functions of what the log says.
    module("Alerts", ["DeliveryLog", "CivilTime"]),
    // Every SQL statement of the product belongs here. callback-reports links it: nothing in it may
    // import Encryption, which brings libcrypto.
    module(
        "Storage",
        [
            "Alerts", "DeliveryLog", "CivilTime", "StorageErrors", "SQL", "TextSupport",
            "Concurrency",
        ]),
    module(
        "Ingest",
        [
            "CMalloc", "DeliveryLog", "Storage", "StorageErrors", "CivilTime", "JSON",
            "TextSupport", "FileOwners",
        ]),
    module("Reporting", ["Alerts", "DeliveryLog", "Storage", "StorageErrors", "CivilTime"]),
    // BuiltIn is a link to templates/, so that the mails' templates are part of the program.
    .target(
        name: "Rendering",
        dependencies: [
            "Reporting", "Alerts", "Templates", "DeliveryLog", "CivilTime", "TextSupport", "JSON",
        ],
        exclude: ["BuiltIn/pages"],
        resources: [.embedInCode("BuiltIn")],
        swiftSettings: settings),
    module("Addresses", ["TextSupport", "Curl"]),
    module(
        "Mail",
        ["Addresses", "TextSupport", "Curl", "CivilTime", "FileOwners"]),
    // Signed webhooks and messages to Slack.
    module("Webhooks", ["Mail", "TextSupport", "Curl"]),
    module(
        "Settings",
        [
            "Addresses", "TextSupport", "EgressPolicy", "CivilTime", "JSON", "FileOwners", "Alerts",
            "DeliveryLog",
        ]),
    module(
        "ReportDelivery",
        [
            "Settings", "Mail", "Webhooks", "Addresses", "Rendering", "Reporting", "Alerts",
            "DeliveryLog", "Storage", "StorageErrors", "CivilTime",
        ]),
    module("Commands", ["CTimex", "CommandLine", "Settings", "CivilTime", "StorageErrors"]),
    module(
        "ReportCommands",
        [
            "Commands", "CommandLine", "JSON", "ReportDelivery", "Settings", "Mail", "Addresses",
            "Rendering", "Reporting", "Ingest", "Alerts", "DeliveryLog", "Storage",
            "StorageErrors", "CivilTime", "Curl", "TextSupport", "FileOwners",
        ]),
    .executableTarget(
        name: "callback-reports", dependencies: ["ReportCommands", "Commands", "CommandLine"],
        swiftSettings: settings),
    module("Encryption", ["CCrypto", "TextSupport", "FileOwners"]),
    module("Placeholders", ["JSON", "Curl", "TextSupport"]),
    module(
        "Profiles",
        [
            "Placeholders", "Encryption", "DeliveryLog", "Storage", "StorageErrors", "CivilTime",
            "JSON", "TextSupport",
        ]),
    module(
        "CallbackDispatch",
        [
            "Profiles", "Encryption", "DeliveryLog", "Storage", "StorageErrors", "Curl",
            "CivilTime", "JSON", "TextSupport", "Concurrency",
        ]),
    module("HTTPServer", ["CMicrohttpd", "EgressPolicy", "Concurrency"]),
    // The description of the API is part of the program.
    .target(
        name: "API",
        dependencies: [
            "HTTPServer", "CallbackDispatch", "Profiles", "DeliveryLog", "Storage", "StorageErrors",
            "Curl", "CivilTime", "JSON", "EgressPolicy", "Concurrency",
        ],
        resources: [.embedInCode("openapi.json")],
        swiftSettings: settings),
    // BuiltIn is a link to templates/pages.
    .target(
        name: "WebUI",
        dependencies: [
            "API", "HTTPServer", "CallbackDispatch", "Profiles", "Encryption",
            "ReportDelivery", "Rendering", "Reporting", "CivilTime", "Settings", "Templates",
            "TextSupport", "DeliveryLog", "Storage", "Curl", "JSON",
        ],
        resources: [.embedInCode("BuiltIn")],
        swiftSettings: settings),
    module(
        "GatewayCommands",
        [
            "Commands", "CommandLine", "WebUI", "API", "HTTPServer", "CallbackDispatch", "Profiles",
            "Encryption", "Settings", "ReportDelivery", "Mail", "DeliveryLog", "Storage",
            "StorageErrors", "CivilTime", "JSON", "EgressPolicy", "Curl", "Concurrency",
            "CMalloc",
        ]),
    .executableTarget(
        name: "callback-gateway", dependencies: ["GatewayCommands", "Commands", "CommandLine"],
        swiftSettings: settings),
]

let testModules: [Target] = [
    .target(
        name: "TestSupport",
        dependencies: [
            "CivilTime", "StorageErrors", "SQL", "Concurrency", "CommandLine", "Commands",
        ],
        path: "Tests/TestSupport",
        swiftSettings: settings),
    tests(of: "SQLite", with: ["CSQLite", "StorageErrors"]),
    tests(of: "SQL", with: ["StorageErrors", "Concurrency"]),
    tests(of: "Curl", with: ["TextSupport"]),
    tests(of: "FileOwners"),
    tests(of: "EgressPolicy"),
    tests(of: "TextSupport"),
    tests(of: "CommandLine"),
    tests(of: "Templates", support: []),
    tests(of: "CivilTime"),
    tests(of: "DeliveryLog", with: ["CivilTime"]),
    tests(of: "Alerts", with: ["DeliveryLog", "CivilTime"]),
    tests(
        of: "Storage",
        with: ["Alerts", "DeliveryLog", "CivilTime", "StorageErrors", "SQL"]),
    tests(
        of: "Ingest",
        with: ["DeliveryLog", "Storage", "StorageErrors", "SQL", "CivilTime", "Concurrency"]),
    tests(
        of: "Reporting",
        with: ["DeliveryLog", "Storage", "StorageErrors", "CivilTime", "SQL"]),
    tests(
        of: "Rendering",
        with: ["Reporting", "Alerts", "Templates", "DeliveryLog", "CivilTime", "JSON"]),
    tests(of: "Addresses"),
    tests(of: "Mail", with: ["Addresses", "TextSupport", "CivilTime"]),
    tests(of: "Webhooks", with: ["Mail", "TextSupport", "Curl"]),
    tests(
        of: "Settings",
        with: ["Addresses", "EgressPolicy", "CivilTime", "JSON", "TextSupport"]),
    tests(
        of: "ReportDelivery",
        with: [
            "Settings", "Mail", "Rendering", "Reporting", "Alerts", "DeliveryLog", "Storage",
            "StorageErrors", "CivilTime", "SQL", "JSON",
        ]),
    tests(
        of: "ReportCommands",
        with: [
            "callback-reports", "CivilTime", "Ingest", "SQL", "Settings", "JSON",
        ]),
    tests(of: "JSON"),
    tests(of: "Encryption", with: ["TextSupport"]),
    tests(of: "Placeholders", with: ["JSON", "TextSupport"]),
    tests(
        of: "Profiles",
        with: [
            "API", "Encryption", "DeliveryLog", "Storage", "SQL", "CivilTime", "JSON",
            "TextSupport",
        ]),
    tests(
        of: "CallbackDispatch",
        with: [
            "API", "Profiles", "Encryption", "DeliveryLog", "Storage", "StorageErrors", "SQL",
            "Curl", "CivilTime", "JSON", "TextSupport", "EgressPolicy", "Concurrency",
        ]),
    tests(of: "HTTPServer", with: ["EgressPolicy", "Concurrency"]),
    tests(
        of: "API",
        with: [
            "HTTPServer", "CallbackDispatch", "Profiles", "Encryption", "DeliveryLog", "Storage",
            "StorageErrors", "SQL", "Curl", "CivilTime", "JSON", "Concurrency",
        ]),
    tests(
        of: "WebUI",
        with: [
            "API", "HTTPServer", "CallbackDispatch", "Profiles", "Encryption", "Settings",
            "DeliveryLog", "Storage", "StorageErrors", "SQL", "Curl", "CivilTime", "JSON",
            "Templates", "TextSupport",
        ]),
    tests(
        of: "GatewayCommands",
        with: [
            "callback-gateway", "API", "callback-reports", "ReportCommands", "CivilTime",
            "DeliveryLog", "Settings", "Storage", "StorageErrors", "SQL", "JSON", "EgressPolicy",
        ]),
]

let package = Package(
    name: "callback-reports",
    products: [
        .executable(name: "callback-reports", targets: ["callback-reports"]),
        .executable(name: "callback-gateway", targets: ["callback-gateway"]),
    ],
    targets: libraries + modules + testModules
)
