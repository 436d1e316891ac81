import Foundation
import TestSupport
import Testing

/// `rpc-gateway` raises its soft limit of open files to the hard one, since each connection takes one.
@Suite(.timeLimit(.minutes(1)))
struct OpenFilesTests {
    #if os(Linux)
        @Test func theGatewayMayOpenAsManyFilesAsTheSystemLets() async throws {
            let program = ToolProcess.products.appending(path: "rpc-gateway").path
            let process = try ToolProcess(
                "/bin/sh",
                [
                    "-c", #"ulimit -Sn 300; ulimit -Hn 700; exec "$0" "$@""#, program, "ibl", "--listen",
                    "udp://127.0.0.1:0",
                ]
            )
            #expect(await becomes { Self.limits(of: process.identifier) == ["700", "700"] })
            process.send(signal: SIGKILL)
            _ = await process.status()
        }

        /// The soft limit and the hard one.
        private static func limits(of process: Int32) -> [String] {
            let text = (try? String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("Max open files") } ?? ""
            return line.split(separator: " ").dropFirst(3).prefix(2).map(String.init)
        }
    #endif
}
