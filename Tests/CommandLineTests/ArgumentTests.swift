import CommandLine
import Testing

@Suite struct ArgumentTests {
    @Test func takesAValueAfterASpaceOrAnEqualsSign() throws {
        let apart = try #require(arguments("import", "--format", "csv", "f"))
        let joined = try #require(arguments("import", "--format=csv", "f"))
        #expect(apart.value("format") == "csv")
        #expect(joined.value("format") == "csv")
    }

    @Test func keepsEqualsSignsInAValue() throws {
        #expect(try #require(arguments("import", "--rejects=a=b", "f")).value("rejects") == "a=b")
    }

    @Test func takesAValueThatBeginsWithOneDash() throws {
        let read = try #require(arguments("import", "--rejects", "-", "--tag", "-1", "f"))
        #expect(read.value("rejects") == "-")
        #expect(read.values("tag") == ["-1"])
    }

    @Test func takesAnEmptyValue() throws {
        #expect(try #require(arguments("import", "--rejects=", "f")).value("rejects") == "")
    }

    @Test func takesOptionsBetweenOperands() throws {
        let read = try #require(arguments("import", "a", "--strict", "b"))
        #expect(read.operands == ["a", "b"])
        #expect(read.flag("strict"))
        #expect(!read.flag("lenient"))
    }

    @Test func doubleDashEndsTheOptions() throws {
        let read = try #require(arguments("import", "--", "--strict", "--", "-h"))
        #expect(read.operands == ["--strict", "--", "-h"])
        #expect(!read.flag("strict"))
    }

    @Test func takesASingleDashAsAnOperand() throws {
        #expect(try #require(arguments("import", "-")).operands == ["-"])
    }

    @Test func takesSharedOptionsBeforeAndAfterTheCommand() throws {
        let before = try #require(arguments("--config", "c", "balance"))
        let after = try #require(arguments("balance", "--config=c"))
        #expect(before.value("config") == "c")
        #expect(after.value("config") == "c")
        #expect(after.command == "balance")
    }

    @Test func keepsTheOrderOfARepeatedOption() throws {
        let read = try #require(arguments("import", "--tag", "b", "--tag=a", "f"))
        #expect(read.values("tag") == ["b", "a"])
    }

    @Test func acceptsAMissingOptionalOperand() throws {
        #expect(try #require(arguments("show", "--account=a", "7")).operands == ["7"])
        #expect(try #require(arguments("show", "--account=a", "7", "d")).operands == ["7", "d"])
    }

    @Test func parsesAnIntegerInItsRange() throws {
        let read = try #require(arguments("show", "--account=a", "--count", "20", "7"))
        #expect(try read.integer("count", in: 1...20) == 20)
        #expect(throws: UsageError.self) { try read.integer("count", in: 1...19) }
    }

    @Test func missingIntegerIsNil() throws {
        let read = try #require(arguments("show", "--account=a", "7"))
        #expect(try read.integer("count", in: 1...20) == nil)
    }

    @Test func requiredThrowsForAMissingOption() throws {
        let read = try #require(arguments("import", "f"))
        #expect(throws: UsageError("import", .missingOption(form: "--rejects FILE"))) {
            try read.required("rejects")
        }
    }
}
