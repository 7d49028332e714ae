import Foundation
import Logging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Log lines")
struct NodeLogHandlerTests {
    private let levels = LogLevels()
    private let written = LogLines()

    @Test("each subsystem has its own level, which may change while loggers are in use")
    func subsystemLevels() {
        levels.settings = LogLevels.Settings(
            level: .warning, subsystems: [.mqtt: .debug, .training: .critical])
        let logger = logger(isForJournal: true)
        let (broker, training) = (logger.of(.mqtt), logger.of(.training))
        broker.debug("a")
        training.error("b")
        logger.info("c")
        logger.warning("d")
        #expect(lines == ["<7>mqtt: a\n", "<4>d\n"])
        levels.settings = LogLevels.Settings(level: .error)
        broker.warning("e")
        training.error("f")
        #expect(lines.dropFirst(2) == ["<3>training: f\n"])
    }

    @Test("the journal is told the priority of every level")
    func priorities() {
        levels.settings = LogLevels.Settings(level: .trace)
        let logger = logger(isForJournal: true)
        for level in Logger.Level.allCases { logger.log(level: level, "a") }
        #expect(lines == ["<7>a\n", "<7>a\n", "<6>a\n", "<5>a\n", "<4>a\n", "<3>a\n", "<2>a\n"])
    }

    @Test("people see the time and the level; a message of any content is one line")
    func text() throws {
        var logger = logger(isForJournal: false)
        logger[metadataKey: "robot"] = "r1"
        logger.warning("two\nlines\r\n<0>", metadata: ["a": "b"])
        let line = try #require(lines.first)
        let form = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z warning two lines <0> a=b robot=r1\n/
        #expect(line.wholeMatch(of: form) != nil, "\(line)")
    }

    @Test("the journal is recognized by its stream alone")
    func journal() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("stream", "")
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        let own = ["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"]
        #expect(NodeLogHandler.journalReads(descriptor, environment: own))
        #expect(!NodeLogHandler.journalReads(descriptor, environment: ["JOURNAL_STREAM": "8:1"]))
        #expect(!NodeLogHandler.journalReads(descriptor, environment: [:]))
        #expect(!NodeLogHandler.journalReads(-1, environment: own))
    }

    private var lines: [String] { written.all }

    private func logger(isForJournal: Bool) -> Logger {
        Logger(label: "test") { [levels, written] _ in
            NodeLogHandler(levels: levels, isForJournal: isForJournal) { written.add($0) }
        }
    }
}
