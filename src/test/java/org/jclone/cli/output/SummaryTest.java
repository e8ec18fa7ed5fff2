package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.cli.Progress;
import org.jclone.recipient.api.CarriedReplication;
import org.jclone.recipient.api.CarriedReplication.Channel;
import org.jclone.recipient.api.CloneResult;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void printsWhatWasCopiedAndTheNextStep() {
        assertThat(Summary.of(Progress.result(Map.of(), Map.of("innodb_page_size", "16384"))))
                .isEqualTo("""
                        Cloned db1:3306 (MySQL 9.7.4) to /data/mysql
                          Copied       4.20 GiB in 5.10 s, 843 MiB/s, 312 files, at most 4 connections
                                       FILE COPY  4.10 GiB in 4.80 s, 875 MiB/s
                                       REDO COPY  100 MiB in 0.20 s, 500 MiB/s
                          Not copied   the rows of 1 table: shop.log\\u001b (MyISAM)
                          Settings     that the server must have:
                                       innodb_page_size=16384
                          Not compared plugins (tell --plugin-dir)
                          Start        mysqld --datadir=/data/mysql
                                       as the user who owns the directory; the accounts in it are the donor's
                          Coordinates  when it runs: SELECT binlog_file, binlog_position, gtid_executed
                                                     FROM performance_schema.clone_status;
                        """);
    }

    @Test
    void breaksAListThatIsTooLongForALine() {
        List<String> aspects = List.of(
                "version (give --target-version or --mysqld)",
                "operating system (give --mysqld)",
                "machine (give --mysqld)",
                "plugins (tell --plugin-dir)",
                "collations (give --target-version or --mysqld)");
        assertThat(Summary.of(Progress.notCompared(aspects))).contains("""
                          Not compared version (give --target-version or --mysqld), operating system (give --mysqld),
                                       machine (give --mysqld), plugins (tell --plugin-dir),
                                       collations (give --target-version or --mysqld)
                          Start  \
                        """);
    }

    @Test
    void theStartCommandHasTheSettingsThatTheServerNeeds() {
        Map<String, Path> relocated = Map.of(
                "/outside/a.ibd", Path.of("/mnt/it's here/a.ibd"),
                "/outside/b.ibd", Path.of("/data/mysql/b.ibd"),
                "/outside/c.ibd", Path.of("/mnt/it's here/c.ibd"));
        assertThat(Summary.of(Progress.result(relocated, Map.of("innodb_page_size", "65536")))
                        .lines())
                .contains(
                        "  Relocated    /outside/a.ibd -> /mnt/it's here/a.ibd",
                        "  Relocated    /outside/b.ibd -> /data/mysql/b.ibd",
                        "  Start        mysqld --datadir=/data/mysql --innodb-page-size=65536"
                                + " --innodb-directories='/mnt/it'\\''s here'");
    }

    @Test
    void theStartCommandHasTheDirectoriesOfInnodb() {
        Map<String, String> directories = Map.of("innodb_undo_directory", "/ssd/undo logs");
        CloneResult result = Progress.result(
                Map.of(),
                Map.of(),
                directories,
                Optional.empty(),
                Progress.result(Map.of(), Map.of()).configuration().carried());
        assertThat(Summary.of(result).lines())
                .contains("  Start        mysqld --datadir=/data/mysql --innodb-undo-directory='/ssd/undo logs'");
    }

    @Test
    void theStartCommandNamesTheFileWithSettings() {
        assertThat(Summary.of(Progress.result(Map.of(), Map.of(), Optional.of(Path.of("/data/mysql.cnf"))))
                        .lines())
                .contains(
                        "  Settings     that the server must have, written to /data/mysql.cnf:",
                        "  Start        mysqld --defaults-extra-file=/data/mysql.cnf");
    }

    @Test
    void countsAllBytesOfAResumedClone() {
        assertThat(Summary.of(Progress.resumed(1 << 30)).lines())
                .contains("  Copied       4.20 GiB, the last 3.20 GiB in 5.10 s, 642 MiB/s, 312 files, at most 4"
                        + " connections");
    }

    @Test
    void printsWhatTheCloneCarriesOfTheDonorsReplication() {
        CarriedReplication carried = new CarriedReplication(
                List.of(
                        new Channel("a", "db0", "3307", "repl", Optional.of(true), true),
                        new Channel("", "db9", "3306", "repl\u001b[2J", Optional.empty(), false)),
                true,
                Optional.of("recovery"),
                OptionalLong.of(2),
                Optional.of(false),
                List.of("something: GRANT IT;"));
        CloneResult result = Progress.result(Map.of(), Map.of(), Map.of(), Optional.empty(), carried);
        assertThat(Summary.of(result))
                .contains("""
                  Channels     the clone has those of the donor; start or remove each:
                               'a': repl at db0:3307, by GTID, with the password in clear text
                                 START REPLICA FOR CHANNEL 'a';
                                 STOP REPLICA FOR CHANNEL 'a'; RESET REPLICA ALL FOR CHANNEL 'a';
                               the default channel: repl\\u001b[2J at db9:3306, by position
                                 START REPLICA FOR CHANNEL '';
                                   (if it fails with error 1872: jclone explain 1872)
                                 STOP REPLICA FOR CHANNEL ''; RESET REPLICA ALL FOR CHANNEL '';
                  Group        the donor is a member of a replication group; a server on the clone joins with:
                                 START GROUP_REPLICATION;
                               its recovery account recovery is in the clone with the password in clear text; without it:
                                 RESET REPLICA ALL FOR CHANNEL 'group_replication_recovery';
                                 START GROUP_REPLICATION USER='...', PASSWORD='...';
                  Events       2 are enabled and run at the first start, unless with --event-scheduler=OFF or
                               --super-read-only=ON; then:
                                 ALTER EVENT ... DISABLE;
                  Not seen     something: GRANT IT;
                """)
                .contains("if that table is missing: INSTALL PLUGIN clone SONAME 'mysql_clone.so';");
        assertThat(ResultJson.of(result).toString())
                .contains("\"name\":\"a\",\"host\":\"db0\",\"port\":\"3307\",\"user\":\"repl\",\"password\":true,")
                .contains(
                        "\"password\":null,",
                        "\"groupAccount\":\"recovery\",\"enabledEvents\":2,\"clonePluginLoads\":false,\"notSeen\":[\"something: GRANT IT;\"]");
    }

    @Test
    void jsonHasTheResult() {
        String json = ResultJson.of(Progress.result(
                        Map.of("/outside/a.ibd", Path.of("/data/mysql/a.ibd")), Map.of("innodb_page_size", "16384")))
                .toString();
        assertThat(json)
                .startsWith("{\"type\":\"result\",\"seconds\":5.100,\"donor\":\"db1:3306\",\"donorVersion\":\"9.7.4\","
                        + "\"directory\":\"/data/mysql\",\"files\":312,\"dataBytes\":4508876800,\"earlierBytes\":0,"
                        + "\"networkBytes\":4519362560,\"maxConnections\":4,\"stages\":[{\"stage\":\"FILE COPY\",")
                .endsWith("}],\"relocated\":{\"/outside/a.ibd\":\"/data/mysql/a.ibd\"},"
                        + "\"donorSettings\":{\"innodb_page_size\":\"16384\"},"
                        + "\"requiredSettings\":[\"innodb_page_size=16384\"],\"configFile\":null,"
                        + "\"mismatches\":[{\"severity\":\"harmless\",\"subject\":\"version\",\"donor\":\"9.7.4\","
                        + "\"target\":\"9.7.4-1\",\"advice\":\"No harm.\"}],"
                        + "\"notChecked\":[\"plugins (tell --plugin-dir)\"],"
                        + "\"carried\":{\"channels\":[],\"groupMember\":false,\"groupAccount\":null,\"enabledEvents\":0,"
                        + "\"clonePluginLoads\":true,\"notSeen\":[]},"
                        + "\"otherEngines\":{\"count\":1,\"allTablesSeen\":true,\"tables\":["
                        + "{\"schema\":\"shop\",\"name\":\"log\\u001b\",\"engine\":\"MyISAM\"}]}}");
    }
}
