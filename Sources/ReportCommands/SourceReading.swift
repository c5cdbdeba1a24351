import CommandLine
import Ingest
import Settings

/// Reads what is new in the configured sources.
enum SourceReading {
    static func read(
        _ configuration: Configuration, _ store: Store, _ context: Context
    ) throws -> ExitStatus {
        .success
    }
}
