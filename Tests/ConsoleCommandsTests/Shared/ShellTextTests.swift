import AcquisitionModel
import Foundation
import TestSupport
import Testing
import ZeroMQ

@testable import ConsoleCommands

/// What is shown to be copied into a shell means there what it says.
struct ShellTextTests {
    @Test func plainWordsStayAsTheyAre() {
        #expect(
            ShellText.command(["remote-console", "--host", "rig-1:5557", "/a/b.key"])
                == "remote-console --host rig-1:5557 /a/b.key"
        )
        #expect(ShellText.quoted("") == "''")
        #expect(ShellText.quoted("a b") == "'a b'")
        #expect(ShellText.quoted("it's") == #"'it'\''s'"#)
        #expect(!ShellText.quoted("a\u{1B}[2Jb").contains("\u{1B}"))
    }

    @Test func aShellReadsTheWordsBack() async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let characters: [Character] = Array("ab '\"\\$`!*?[]{}()<>|&;#~=%\t\n\u{1B}\u{7F}\u{202E}öß€😀-")
        let words = (0..<200).map { _ in
            String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in characters.randomElement(using: &random) ?? "x"
                }
            )
        }
        let script = "printf '%s\\0' " + ShellText.command(words)
        for scalar in ShellText.command(words).unicodeScalars { #expect(!SafeText.isUnsafe(scalar)) }
        let run = try await Tool.run(URL(filePath: "/bin/bash"), ["-c", script])
        let read = run.out.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
        #expect(read == words, "seed \(seed)")
    }

    /// The command that 'keys show' names makes the keys that are missing, in a folder with a blank too.
    @Test func whatIsSuggestedCanBeCopied() async throws {
        let folder = try TemporaryFolder()
        let keys = folder.path + "/keys of it's rig"
        let shown = try await Tool.console(["keys", "show", "--keys", keys])
        let line = try #require(shown.out.split(separator: "\n").first { $0.contains("to make them: ") })
        let command = try #require(line.components(separatedBy: "to make them: ").last)
        let path = Tool.product("remote-console").deletingLastPathComponent().path
        let made = try await Tool.run(URL(filePath: "/bin/bash"), ["-c", "PATH=\(path):$PATH; \(command)"])
        #expect(made.status == 0, "\(command): \(made.err)")
        #expect(made.out.contains(ShellText.quoted("\(keys)/service.key")), "\(made.out)")
        // A key holds characters that a shell reads otherwise: what stands behind its label is one word.
        for (arguments, label) in [(["show"], "service "), (["show", "\(keys)/service.key"], "public key ")] {
            let run = try await Tool.console(["keys"] + arguments + ["--keys", keys])
            let line = try #require(run.out.split(separator: "\n").first { $0.hasPrefix(label) })
            let word = line.dropFirst(label.count).drop { $0 == " " }
            let read = try await Tool.run(URL(filePath: "/bin/bash"), ["-c", "printf %s \(word)"])
            #expect(CurveKey(z85: read.out) != nil, "\(line)")
        }
        #expect(FileManager.default.fileExists(atPath: "\(keys)/service.key"))
    }
}
