/// SHA-256 (FIPS 180-4) of bytes in memory: all that the chain of an audit file needs.
///
/// Not swift-crypto: whoever embeds this package would build BoringSSL with it, a minute of processor time, for one
/// function that keeps no secret. Tests compare it with another implementation.
enum SHA256 {
    /// The digest in hexadecimal digits, lower case: 64 bytes of ASCII.
    static func hexDigest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var state = initial
        // A block, and the 64 words that the rounds take from it.
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
            guard let words = words.baseAddress else { return }
            var start = 0
            while bytes.count - start >= 64 {
                add(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 64]), to: &state, words)
                start += 64
            }
            var end = Array(bytes[start...])
            end.append(0x80)
            end.append(contentsOf: repeatElement(0, count: (120 - end.count) % 64))
            let bits = UInt64(bytes.count) << 3
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                end.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
            end.withUnsafeBytes { end in
                for start in stride(from: 0, to: end.count, by: 64) {
                    add(UnsafeRawBufferPointer(rebasing: end[start..<start + 64]), to: &state, words)
                }
            }
        }
        return state.flatMap { word in
            stride(from: UInt32(28), through: 0, by: -4).map { digits[Int(word >> $0 & 0xF)] }
        }
    }

    /// The digest of bytes in an array.
    static func hexDigest(of bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { hexDigest(of: $0) } }

    private static let digits = Array("0123456789abcdef".utf8)

    /// One block of 64 bytes. Plain loops over pointers: quick enough even where nothing is optimised.
    private static func add(
        _ block: UnsafeRawBufferPointer,
        to state: inout [UInt32],
        _ words: UnsafeMutablePointer<UInt32>
    ) {
        var index = 0
        while index < 16 {
            words[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self))
            index &+= 1
        }
        while index < 64 {
            let (early, late) = (words[index &- 15], words[index &- 2])
            let first = turned(early, 7) ^ turned(early, 18) ^ (early &>> 3)
            let second = turned(late, 17) ^ turned(late, 19) ^ (late &>> 10)
            words[index] = words[index &- 16] &+ first &+ words[index &- 7] &+ second
            index &+= 1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        constants.withUnsafeBufferPointer { constants in
            guard let constants = constants.baseAddress else { return }
            var round = 0
            while round < 64 {
                let second = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
                let choice = (e & f) ^ (~e & g)
                let new = h &+ second &+ choice &+ constants[round] &+ words[round]
                let first = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
                let majority = (a & b) ^ (a & c) ^ (b & c)
                h = g
                g = f
                f = e
                e = d &+ new
                d = c
                c = b
                b = a
                a = new &+ first &+ majority
                round &+= 1
            }
        }
        for (place, word) in [a, b, c, d, e, f, g, h].enumerated() { state[place] &+= word }
    }

    @inline(__always)
    private static func turned(_ word: UInt32, _ count: UInt32) -> UInt32 {
        (word &>> count) | (word &<< (32 &- count))
    }

    private static let initial: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
