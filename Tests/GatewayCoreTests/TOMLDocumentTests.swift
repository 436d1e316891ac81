import GatewayCore
import GatewayTOML
import Testing

@Suite struct TOMLDocumentTests {
    @Test func keysAreInTheOrderOfTheFileWithTheirLines() throws {
        let text = #"""
            # The rig
            zebra = 1
            [modules.z]          # a comment with [brackets] = "and quotes"
            port = 8080
            "a key" = '''
            two = 'lines' '''
            [modules.a]
            list = [
              { x = 1 }, # first
              { y = "]}" },
            ]
            inner.deep.key = true
            [[call]]
            one = "\"# no comment"
            [[call]]
            two = 1979-05-27
            [call.more]
            last = 1.5
            """#
        let table = try TOMLDocument.table(of: text)
        #expect(table.entries.map(\.key) == ["zebra", "modules", "call"])
        #expect(table.entries.map(\.line) == [2, 3, 13])
        let modules = try #require(table["modules"]?.value.tableValue)
        #expect(modules.entries.map(\.key) == ["z", "a"])
        let first = try #require(modules["z"]?.value.tableValue)
        #expect(first.entries.map(\.key) == ["port", "a key"])
        #expect(first.entries.map(\.line) == [4, 5])
        #expect(first["a key"]?.value == .string("two = 'lines' "))
        let second = try #require(modules["a"]?.value.tableValue)
        #expect(second.entries.map(\.key) == ["list", "inner"])
        #expect(second["inner"]?.line == 12)
        guard case .array(let list) = second["list"]?.value else {
            Issue.record("no list")
            return
        }
        #expect(list.map { $0.tableValue?.entries.first?.line } == [9, 10])
        guard case .array(let calls) = table["call"]?.value else {
            Issue.record("no list of tables")
            return
        }
        #expect(calls.map { $0.tableValue?.line } == [13, 15])
        #expect(calls[0].tableValue?["one"]?.value == .string("\"# no comment"))
        #expect(calls[1].tableValue?["two"]?.value == .date("1979-05-27"))
        let more = calls[1].tableValue?["more"]
        #expect(more?.line == 17)
        #expect(more?.value.tableValue?["last"]?.value == .number(1.5))
    }

    @Test(arguments: ["a = ", "[a", "a = 1\na = 2", "a = \"\n"])
    func whatIsNoTOMLIsSaidWithItsLine(_ text: String) {
        let error = #expect(throws: ConfigurationErrors.self) { try TOMLDocument.table(of: text) }
        #expect(error?.problems.first?.line != nil)
    }

    @Test func aMemberOfAnInlineTableHasItsOwnPlace() throws {
        let table = try TOMLDocument.table(of: "[map]\n\nSTART = { command = \"x\", data = { z = 1, a = 2 } }\n")
        let start = try #require(table["map"]?.value.tableValue?["START"]?.value.tableValue)
        #expect(start["data"]?.line == 3)
        #expect(start["data"]?.value.tableValue?.entries.map(\.key) == ["z", "a"])
    }
}

extension ConfigurationValue {
    var tableValue: ConfigurationTable? { if case .table(let table) = self { table } else { nil } }
}
