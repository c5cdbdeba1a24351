// The least that opens a database, in Swift; -D FORMATTER also formats a date with Foundation,
// -D ESSENTIALS a JSON value with FoundationEssentials.
import CSQLite
import Glibc

#if FORMATTER
    import Foundation
    print(ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: 0)))
#elseif ESSENTIALS
    import FoundationEssentials
    print(try JSONDecoder().decode([Int].self, from: Data("[1]".utf8)))
#endif

var database: OpaquePointer?
guard CommandLine.arguments.count == 2, sqlite3_open(CommandLine.arguments[1], &database) == 0,
    sqlite3_exec(database, "select count(*) from sqlite_schema", nil, nil, nil) == 0
else { exit(74) }
sqlite3_close(database)
print(1)
