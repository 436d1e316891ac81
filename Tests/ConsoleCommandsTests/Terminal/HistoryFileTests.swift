import Testing

@testable import ConsoleCommands

struct HistoryFileTests {
    @Test(
        arguments: [
            (["ACQUISITION_HISTORY": "/a/b", "XDG_STATE_HOME": "/state"], "/a/b"),
            (["ACQUISITION_HISTORY": "", "HOME": "/home/x"], nil),
            (["XDG_STATE_HOME": "/state", "HOME": "/home/x"], "/state/acquisition-rpc/tool-history"),
            (["XDG_STATE_HOME": "relative", "HOME": "/home/x"], "/home/x/.local/state/acquisition-rpc/tool-history"),
            ([:], nil),
        ] as [([String: String], String?)]
    )
    func theEnvironmentDecides(environment: [String: String], path: String?) {
        #expect(HistoryFile.path(for: "tool", environment: environment) == path)
    }
}
