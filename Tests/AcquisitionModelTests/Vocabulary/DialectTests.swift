import AcquisitionModel
import Testing

struct DialectTests {
    @Test(
        arguments: [
            ("0.9.0", .legacy), ("0.9.7", .legacy), ("0.9.16", .legacy), ("0.9.17", .current), ("0.9.24", .current),
            ("0.10.0", .current), ("0.12.0", .current), ("1.0.0", .current), ("", .current), ("nonsense", .current),
        ] as [(String, Dialect)]
    )
    func followsTheRelease(_ release: String, _ dialect: Dialect) {
        #expect(Dialect(release: release) == dialect)
    }

    @Test(arguments: Dialect.allCases)
    func knowsItsOwnRelease(_ dialect: Dialect) {
        #expect(Dialect(release: dialect.release) == dialect)
    }
}
