import CivilTime
import Glibc
import TestSupport
import Testing

@testable import Settings

/// Tests of warnings about files that control the programs and that others can modify.
@Suite struct WarningTests {
    private let folder: TemporaryDirectory
    private let configuration: Configuration

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write("", to: "templates/report-text.mustache")
        try folder.write("", to: "callback-gateway.key")
        let text = "{templatesDirectory: 'templates', companies: []}"
        let path = try folder.write(text, to: "config.json")
        let file = ConfigurationFile(name: path, path: path, text: text)
        configuration = try Configuration(
            reading: file, zones: ZoneDatabase(directory: "/usr/share/zoneinfo"))
    }

    @Test func filesOfTheOwnerHaveNoWarning() {
        #expect(configuration.warnings.isEmpty)
    }

    @Test(arguments: [
        "config.json", "callback-gateway.key", "templates", "templates/report-text.mustache", ".",
    ])
    func namesEachFileAndFolder(_ name: String) {
        let path = name == "." ? folder.path : folder.path(of: name)
        var status = stat()
        stat(path, &status)
        chmod(path, status.st_mode & 0o7777 | 0o002)
        #expect(
            configuration.warnings == [
                "\(path): other users of this machine can change it; run 'chmod go-w \(path)'"
            ])
        // In a sticky folder, only owners can replace files.
        if name == "." {
            chmod(path, 0o1777)
            #expect(configuration.warnings.isEmpty)
        }
    }
}
