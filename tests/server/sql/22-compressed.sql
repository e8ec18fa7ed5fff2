-- Tables compressed by InnoDB, with pages of half and a quarter of the server's page size in the file, for servers
-- with pages of up to 16 KiB; after 20-storage.  @HALF@ and @QUARTER@ are KiB (load fills them in).
CREATE TABLE storage.compressed_half (id INT PRIMARY KEY, t TEXT, KEY (t(20)))
  ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = @HALF@;
CREATE TABLE storage.compressed_quarter (id INT PRIMARY KEY, t TEXT, KEY (t(20)))
  ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = @QUARTER@;
INSERT INTO storage.compressed_half SELECT n, REPEAT(LEFT(SHA2(n, 256), 32), n % 70) FROM shop.numbers;
INSERT INTO storage.compressed_quarter SELECT n, REPEAT(LEFT(SHA2(n, 256), 32), n % 30) FROM shop.numbers;

-- A general tablespace whose tables are all compressed.
CREATE TABLESPACE `shared space packed` ADD DATAFILE 'shared_packed.ibd' FILE_BLOCK_SIZE = @HALF@K;
CREATE TABLE storage.shared_packed (id INT PRIMARY KEY, t VARCHAR(64))
  TABLESPACE = `shared space packed` ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = @HALF@;
INSERT INTO storage.shared_packed SELECT n, SHA2(n, 224) FROM shop.numbers;
