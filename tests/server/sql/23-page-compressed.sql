-- Pages compressed when they are written, so that their files have holes: for servers whose pages are larger than a
-- block of the file system; after 20-storage.
CREATE TABLE storage.page_zlib (id INT PRIMARY KEY, t TEXT) COMPRESSION = 'zlib';
CREATE TABLE storage.page_lz4 (id INT PRIMARY KEY, t TEXT, KEY (t(10))) COMPRESSION = 'lz4';
INSERT INTO storage.page_zlib SELECT n, REPEAT(LEFT(SHA2(n, 256), 32), n % 100) FROM shop.numbers;
INSERT INTO storage.page_lz4 SELECT n, REPEAT(LEFT(SHA2(n, 256), 32), n % 100) FROM shop.numbers;
