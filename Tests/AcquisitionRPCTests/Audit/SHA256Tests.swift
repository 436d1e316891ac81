import TestSupport
import Testing

@testable import AcquisitionRPC

struct SHA256Tests {
    private func hex(_ bytes: [UInt8]) -> String { String(decoding: SHA256.hexDigest(of: bytes), as: UTF8.self) }

    /// The examples of FIPS 180-4.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func examples(_ text: String, _ digest: String) {
        #expect(hex(Array(text.utf8)) == digest)
    }

    /// Every length around the size of a block, and long ones, against Python's hashlib.
    @Test func likePython() async throws {
        let program = """
            import hashlib
            for n in list(range(260)) + [4096, 100001]:
                print(hashlib.sha256(bytes((i * 7 + n) & 255 for i in range(n))).hexdigest())
            """
        let python = try ToolProcess(".venvs/current/bin/python", ["-c", program])
        #expect(await python.status() == 0, "\(python.errorsSoFar)")
        let theirs = python.outputSoFar.split(separator: "\n").map(String.init)
        let lengths = Array(0..<260) + [4096, 100_001]
        try #require(theirs.count == lengths.count)
        for (length, digest) in zip(lengths, theirs) {
            #expect(hex((0..<length).map { UInt8(truncatingIfNeeded: $0 * 7 + length) }) == digest, "\(length) bytes")
        }
    }
}
