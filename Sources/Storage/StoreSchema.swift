import GRDB

/// The tables of the store, in the order in which versions of this program brought them.
enum StoreSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("gaits") { database in
            try database.execute(
                sql: """
                    CREATE TABLE subject (
                        name TEXT PRIMARY KEY NOT NULL,
                        split TEXT NOT NULL CHECK (split IN ('train', 'held_out'))
                    ) WITHOUT ROWID;
                    CREATE TABLE label_transaction (
                        name TEXT PRIMARY KEY NOT NULL,
                        created REAL NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE gait (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        robot TEXT NOT NULL,
                        person TEXT NOT NULL,
                        subject TEXT NOT NULL REFERENCES subject (name),
                        annotator TEXT,
                        label TEXT NOT NULL,
                        start REAL NOT NULL,
                        stamp REAL NOT NULL,
                        frames INTEGER NOT NULL CHECK (frames > 0),
                        layout TEXT NOT NULL CHECK (layout = 'step16'),
                        poses BLOB NOT NULL,
                        quality REAL NOT NULL CHECK (quality BETWEEN 0 AND 1),
                        synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
                        created REAL NOT NULL,
                        label_transaction TEXT REFERENCES label_transaction (name) ON DELETE SET NULL
                    );
                    CREATE INDEX gait_label ON gait (label, synthetic);
                    CREATE INDEX gait_subject ON gait (subject);
                    CREATE INDEX gait_person ON gait (robot, person);
                    CREATE INDEX gait_transaction ON gait (label_transaction);
                    CREATE INDEX gait_created ON gait (created);
                    """)
        }
        migrator.registerMigration("jobs") { database in
            try database.execute(
                sql: """
                    CREATE TABLE job (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        request TEXT NOT NULL,
                        state TEXT NOT NULL,
                        stage TEXT,
                        progress REAL,
                        created REAL NOT NULL,
                        started REAL,
                        ended REAL,
                        process INTEGER,
                        reason TEXT,
                        model INTEGER,
                        metrics TEXT NOT NULL DEFAULT '{}'
                    );
                    """)
        }
        migrator.registerMigration("pauses") { database in
            try database.execute(
                sql: """
                    CREATE TABLE pause (
                        robot TEXT NOT NULL,
                        person TEXT NOT NULL,
                        created REAL NOT NULL,
                        PRIMARY KEY (robot, person)
                    ) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("requests") { database in
            // Transactions keep their answers; the names that the old ones had in the index go with them.
            try database.execute(
                sql: """
                    DROP INDEX gait_transaction;
                    ALTER TABLE gait DROP COLUMN label_transaction;
                    DROP TABLE label_transaction;
                    ALTER TABLE gait ADD COLUMN live INTEGER NOT NULL DEFAULT 0 CHECK (live IN (0, 1));
                    CREATE UNIQUE INDEX gait_window ON gait (robot, person, stamp) WHERE live;
                    CREATE TABLE request (
                        id INTEGER PRIMARY KEY,
                        name TEXT NOT NULL UNIQUE,
                        digest TEXT NOT NULL,
                        answer TEXT,
                        created REAL NOT NULL
                    );
                    CREATE INDEX request_created ON request (created);
                    CREATE TABLE request_gait (
                        request INTEGER NOT NULL REFERENCES request (id) ON DELETE CASCADE,
                        gait INTEGER NOT NULL,
                        PRIMARY KEY (request, gait)
                    ) WITHOUT ROWID;
                    CREATE TABLE forgotten (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        gait INTEGER NOT NULL UNIQUE,
                        marked INTEGER NOT NULL DEFAULT 0
                    );
                    CREATE TABLE upkeep (
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        erasing INTEGER NOT NULL DEFAULT 0,
                        checked REAL,
                        trusted REAL
                    );
                    INSERT INTO upkeep (id) VALUES (1);
                    """)
        }
        migrator.registerMigration("pictures") { database in
            try database.execute(sql: "ALTER TABLE gait ADD COLUMN seen BLOB;")
        }
        return migrator
    }
}
