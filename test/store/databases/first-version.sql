-- A database as version 0.1.0 made it, before its migrations were written by schema builder.
-- key file: 6ff5fd9bd48d530f9a698946ac992fa72e6985972fefb5ca27ddf21b2c3aa05a
BEGIN TRANSACTION;
CREATE TABLE gateway_secret (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
INSERT INTO "gateway_secret" VALUES('occupant-id',X'0132D16CBB41AB3926FAF4063D3D78C462655117BF6B40B2D0A713712783213354DB25A85B393DDEE45DF2659D5F9E0A24C10687C23AAB6E4F9793A925',1795939214180);
CREATE TABLE identity (
        user TEXT PRIMARY KEY,
        public_key BLOB NOT NULL,
        private_key BLOB NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT;
INSERT INTO "identity" VALUES('alice@example.org',X'7075626C6963206B6579206F6620616C696365',X'01F55BD344BE3134BFDE57E60C7861838CF8F632A9277B2B46C643B1C6B6217A79D7BD901237F9E9F7BC8D1D174166441B',1795939214178);
CREATE TABLE "kysely_migration" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null);
INSERT INTO "kysely_migration" VALUES('0001-identities','2026-11-29T08:00:14.175Z');
CREATE TABLE "kysely_migration_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null);
INSERT INTO "kysely_migration_lock" VALUES('migration_lock',0);
CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL
      ) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('key-check',X'01D952BD2C9D191D2A6E26C57C1D1EC06771A50472978963F87A175EC37F206B6AA502B9DF33E637E35A27F87005');
CREATE TABLE server_key (
        network TEXT NOT NULL,
        server TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        first_seen INTEGER NOT NULL,
        PRIMARY KEY (network, server)
      ) STRICT, WITHOUT ROWID;
INSERT INTO "server_key" VALUES('silcnet','silc.example.net:706','abababababababababababababababababababab',1795939214179);
COMMIT;
