package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClonedFilesTest {

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ibdata1",
                "ibdata12",
                "mysql.ibd",
                "undo_001",
                "more.ibu",
                "ib_buffer_pool",
                "ib_logfile0",
                "shop/orders.ibd",
                "shop/orders#p#p0.ibd",
                "shop/orders.ibd.#clone_ddl",
                "#innodb_redo/#ib_redo7",
                "#innodb_redo/#ib_redo8_tmp"
            })
    void findsFilesThatACloneCreates(String name) throws Exception {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        assertThat(ClonedFiles.isKnownByName(root, file)).isTrue();
        assertThat(ClonedFiles.in(root)).containsExactly(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "notes.txt",
                "my.cnf",
                "auto.cnf",
                "binlog.index",
                "ibdata1.bak",
                "sys2",
                "shop/README",
                "shop/deep/orders.ibd",
                "#innodb_redo/notes",
                "#clone/#status_in_progress"
            })
    void ignoresOtherFiles(String name) throws Exception {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        assertThat(ClonedFiles.isKnownByName(root, file)).isFalse();
        assertThat(ClonedFiles.in(root)).isEmpty();
    }

    @Test
    void doesNotFollowLinks() throws Exception {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Path file = Files.createFile(elsewhere.resolve("a.ibd"));
        Path data = Files.createDirectory(root.resolve("data"));
        Files.createSymbolicLink(data.resolve("shop"), elsewhere);
        Files.createSymbolicLink(data.resolve("b.ibd"), file);
        assertThat(ClonedFiles.in(data)).isEmpty();
    }
}
