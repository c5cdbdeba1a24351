// swift-tools-version: 6.0
import PackageDescription

// Each module is a target, so that the compiler keeps the direction of imports;
// the README's map of modules draws what stands below in words.

/// Language features that are off by default in Swift 6.
let settings: [SwiftSetting] = [
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A module of the product, in Sources/NAME.
func module(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: settings)
}

/// The tests of one module, in Tests/NAMETests.
func tests(of name: String, with imports: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: [.byName(name: name), "TestSupport"] + imports,
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
    module("SQLite", ["CSQLite", "FileOwners"]),
    module("Curl", ["CCurl"]),
    module("EgressPolicy"),
    module("Spelling"),
    module("ControlCharacters"),
    module("JSON"),
    module("Secrets"),
    module("Threads"),
    module("CommandLine", ["Spelling", "ControlCharacters", "FileOwners"]),
    module("Templates", ["Spelling"]),
    module("CivilTime", ["Spelling"]),
    module("Scheduling", ["CivilTime"]),
    module("DeliveryLog", ["SQLite", "CivilTime"]),
    module(
        "Ingest",
        [
            "CMalloc", "DeliveryLog", "SQLite", "CivilTime", "JSON", "Spelling",
            "ControlCharacters", "FileOwners",
        ]),
    module("Reporting", ["DeliveryLog", "Scheduling", "SQLite", "CivilTime"]),
    // BuiltIn is a link to templates/, so that the mails' templates are part of the program.
    .target(
        name: "Rendering",
        dependencies: [
            "Reporting", "Templates", "DeliveryLog", "Scheduling", "CivilTime", "Spelling",
            "ControlCharacters", "JSON",
        ],
        exclude: ["BuiltIn/pages"],
        resources: [.embedInCode("BuiltIn")],
        swiftSettings: settings),
    module("Addresses", ["ControlCharacters", "Curl"]),
    module("Mail", ["Addresses", "Secrets", "Curl", "CivilTime", "ControlCharacters"]),
    module(
        "Settings",
        [
            "Addresses", "Secrets", "EgressPolicy", "Scheduling", "CivilTime", "Spelling",
            "ControlCharacters", "FileOwners",
        ]),
    module(
        "ReportDelivery",
        [
            "Settings", "Mail", "Addresses", "Rendering", "Reporting", "Ingest", "DeliveryLog",
            "Scheduling", "CivilTime", "SQLite", "Curl",
        ]),
    module("Commands", ["CTimex", "CommandLine", "Settings", "CivilTime", "SQLite"]),
    module(
        "ReportCommands",
        [
            "Commands", "CommandLine", "JSON", "ReportDelivery", "Settings", "Mail", "Addresses",
            "Rendering", "Reporting",
            "Ingest", "DeliveryLog", "Scheduling", "CivilTime", "SQLite", "Templates", "Curl",
            "Spelling",
        ]),
    .executableTarget(
        name: "callback-reports", dependencies: ["ReportCommands", "Commands", "CommandLine"],
        swiftSettings: settings),
    module("Encryption", ["CCrypto", "Secrets", "FileOwners"]),
    module("Placeholders", ["JSON", "Curl"]),
    module(
        "Profiles",
        [
            "Placeholders", "Encryption", "DeliveryLog", "SQLite", "CivilTime", "JSON", "Secrets",
            "Spelling", "ControlCharacters",
        ]),
    module(
        "CallbackDispatch",
        [
            "Profiles", "Encryption", "DeliveryLog", "SQLite", "Curl", "CivilTime", "JSON",
            "Secrets", "Threads",
        ]),
    module("HTTPServer", ["CMicrohttpd", "EgressPolicy", "Threads"]),
    // The description of the API is part of the program.
    .target(
        name: "API",
        dependencies: [
            "HTTPServer", "CallbackDispatch", "Profiles", "DeliveryLog", "SQLite", "Curl",
            "CivilTime",
            "JSON", "EgressPolicy", "Threads",
        ],
        resources: [.embedInCode("openapi.json")],
        swiftSettings: settings),
    // BuiltIn is a link to templates/pages.
    .target(
        name: "WebUI",
        dependencies: [
            "API", "HTTPServer", "CallbackDispatch", "Profiles", "Placeholders", "Encryption",
            "ReportDelivery",
            "Rendering", "Reporting", "Scheduling", "Settings", "Addresses", "Templates",
            "DeliveryLog", "CivilTime", "JSON",
        ],
        resources: [.embedInCode("BuiltIn")],
        swiftSettings: settings),
    module(
        "GatewayCommands",
        [
            "Commands", "CommandLine", "WebUI", "API", "HTTPServer", "CallbackDispatch", "Profiles",
            "Encryption", "Settings", "DeliveryLog", "CivilTime", "SQLite", "JSON", "Spelling",
            "EgressPolicy", "Curl", "Threads",
        ]),
    .executableTarget(
        name: "callback-gateway", dependencies: ["GatewayCommands", "Commands", "CommandLine"],
        swiftSettings: settings),
]

let testModules: [Target] = [
    .target(
        name: "TestSupport",
        dependencies: [
            "CivilTime", "DeliveryLog", "SQLite", "Threads", "CommandLine", "Commands",
        ],
        path: "Tests/TestSupport",
        swiftSettings: settings),
    tests(of: "SQLite", with: ["Threads"]),
    tests(of: "Curl"),
    tests(of: "FileOwners"),
    tests(of: "EgressPolicy"),
    tests(of: "Spelling"),
    tests(of: "ControlCharacters"),
    tests(of: "CommandLine"),
    tests(of: "Templates"),
    tests(of: "CivilTime"),
    tests(of: "Scheduling", with: ["CivilTime"]),
    tests(of: "DeliveryLog", with: ["SQLite", "CivilTime"]),
    tests(of: "Ingest", with: ["DeliveryLog", "SQLite", "CivilTime", "Threads"]),
    tests(of: "Reporting", with: ["DeliveryLog", "Scheduling", "SQLite", "CivilTime"]),
    tests(
        of: "Rendering",
        with: ["Reporting", "Templates", "DeliveryLog", "Scheduling", "CivilTime"]),
    tests(of: "Addresses"),
    tests(of: "Mail", with: ["Addresses", "Secrets", "CivilTime"]),
    tests(of: "Settings", with: ["Addresses", "EgressPolicy", "Scheduling", "CivilTime"]),
    tests(
        of: "ReportDelivery",
        with: [
            "Settings", "Mail", "Addresses", "Rendering", "Reporting", "Ingest", "DeliveryLog",
            "Scheduling", "CivilTime", "SQLite",
        ]),
    tests(
        of: "ReportCommands",
        with: [
            "callback-reports", "CommandLine", "CivilTime", "Ingest", "SQLite", "Settings",
        ]),
    tests(of: "JSON"),
    tests(of: "Secrets"),
    tests(of: "Encryption"),
    tests(of: "Placeholders", with: ["JSON"]),
    tests(
        of: "Profiles",
        with: ["Placeholders", "Encryption", "DeliveryLog", "SQLite", "CivilTime", "JSON"]),
    tests(
        of: "CallbackDispatch",
        with: [
            "Profiles", "Encryption", "DeliveryLog", "SQLite", "Curl", "CivilTime", "JSON",
            "Secrets", "EgressPolicy",
        ]),
    tests(of: "HTTPServer", with: ["EgressPolicy", "Threads"]),
    tests(
        of: "API",
        with: [
            "HTTPServer", "CallbackDispatch", "Profiles", "Encryption", "DeliveryLog", "SQLite",
            "Curl",
            "CivilTime", "JSON",
        ]),
    tests(
        of: "WebUI",
        with: [
            "API", "HTTPServer", "CallbackDispatch", "Profiles", "Encryption", "Settings",
            "DeliveryLog",
            "SQLite", "Curl", "CivilTime", "JSON", "Templates",
        ]),
    tests(
        of: "GatewayCommands",
        with: [
            "callback-gateway", "callback-reports", "ReportCommands", "Commands", "CommandLine",
            "CivilTime", "SQLite", "JSON", "Threads",
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
