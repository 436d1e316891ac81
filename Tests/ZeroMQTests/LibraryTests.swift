import Testing
import ZeroMQ

struct LibraryTests {
    @Test func tellsItsVersion() {
        #expect(Library.version >= LibraryVersion(major: 4, minor: 3, patch: 0))
        #expect(LibraryVersion(major: 4, minor: 3, patch: 4) < LibraryVersion(major: 4, minor: 3, patch: 5))
        #expect(LibraryVersion(major: 4, minor: 3, patch: 4).description == "4.3.4")
    }

    @Test func tellsItsCapabilities() {
        #expect(Library.has("ipc"))
        #expect(!Library.has("telepathy"))
    }
}
