package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fault.Rewrite;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A donor with malicious file names writes only to a directory that is marked as unfinished. */
class HostileNamesTest {

    private static final String LONG = "x".repeat(300);

    /** Names for an ordinary tablespace. */
    static final List<String> TABLESPACE_NAMES = List.of(
            "..",
            "../..",
            "../shop/../evil.ibd",
            "./../../shop/../../evil.ibd",
            "./shop/../../evil.ibd",
            "./shop/../evil.ibd",
            "./shop/..",
            "../#clone/evil.ibd",
            ".//#clone/evil.ibd",
            "././#evil.ibd",
            "/../evil.ibd",
            "/a/../evil.ibd",
            "/etc/passwd",
            "/.ibd/",
            "shop/evil.ibd/",
            "#clone/evil.ibd",
            "./#clone/#status_in_progress",
            "./#innodb_redo/evil.ibd",
            "./#evil.ibd",
            "mysqld.my",
            "./mysqld.my",
            "auto.cnf",
            "./shop/evil.frm",
            "./shop/ev\nil.ibd",
            "./shop/ev\u001b[2Jil.ibd",
            "./sh\tp/evil.ibd",
            "./shop/evil\u007f.ibd",
            "./" + LONG + "/evil.ibd",
            "./shop/" + LONG + ".ibd",
            ".");

    /** Names for files that DDL changes, which are resolved in the same way. */
    static final List<String> FEW_TABLESPACE_NAMES =
            List.of("../shop/../evil.ibd", "./shop/../../evil.ibd", "/a/../evil.ibd", "./#clone/evil.ibd", "mysqld.my");

    /** Names for a file of the system tablespace, which may have any other name. */
    static final List<String> SYSTEM_NAMES = List.of(
            "../ibdata1",
            "./../ibdata1",
            "/ibdata1",
            "shop/ibdata1",
            "#clone",
            "#status_in_progress",
            "mysqld.my",
            "my.cnf",
            "auto.CNF",
            "private_key.pem",
            "binlog.index",
            "ib\u0001data1",
            "..",
            ".",
            LONG);

    /** Names that are not valid text, or that contain NULs. */
    static final List<Bytes> RAW_NAMES = List.of(
            utf8("./shop/evil.ibd\0"),
            utf8("./shop/\0evil.ibd"),
            utf8("\0"),
            Bytes.of((byte) 0xff, (byte) 0xfe, (byte) '.', (byte) 'i', (byte) 'b', (byte) 'd'),
            utf8("./" + "y/".repeat(3000) + "evil.ibd"),
            Bytes.EMPTY);

    @TempDir
    Path parent;

    private static MadeDataBuilder someFiles() {
        return MadeData.builder(11).systemTablespace(64 << 10).table("shop/orders", 112 << 10);
    }

    @ParameterizedTest
    @FieldSource("TABLESPACE_NAMES")
    void ofTablespaces(String name) {
        assertRefused(someFiles().rawName(name, 64 << 10).build(), FaultScript.NONE);
    }

    @ParameterizedTest
    @FieldSource("SYSTEM_NAMES")
    void ofTheSystemTablespace(String name) {
        assertRefused(
                someFiles().build(),
                FaultScript.of(Fault.on(main())
                        .at(Moment.file(SnapshotState.FILE_COPY))
                        .then(Rewrite.rawFileName(utf8(name)))));
    }

    @ParameterizedTest
    @FieldSource("SYSTEM_NAMES")
    void ofUndoTablespaces(String name) {
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.file(SnapshotState.FILE_COPY))
                .then(Rewrite.file("undo " + name, file -> file(file, name, SpaceIds.UNDO_MAX))));
        assertRefused(someFiles().build(), script);
    }

    @ParameterizedTest
    @FieldSource("FEW_TABLESPACE_NAMES")
    void ofTablespacesThatAreRenamed(String name) {
        MadeData data = someFiles()
                .rename(SnapshotState.FILE_COPY, "shop/orders", "shop/renamed")
                .build();
        FaultScript script = FaultScript.of(
                Fault.on(main()).at(Moment.file(SnapshotState.PAGE_COPY)).then(Rewrite.rawFileName(utf8(name))));
        assertRefused(data, script);
    }

    @ParameterizedTest
    @FieldSource("FEW_TABLESPACE_NAMES")
    void ofTablespacesThatAreCreated(String name) {
        MadeData data =
                someFiles().create(SnapshotState.PAGE_COPY, "shop/created").build();
        FaultScript script = FaultScript.of(
                Fault.on(main()).at(Moment.file(SnapshotState.REDO_COPY)).then(Rewrite.rawFileName(utf8(name))));
        assertRefused(data, script);
    }

    @ParameterizedTest
    @FieldSource("RAW_NAMES")
    void thatAreNoNames(Bytes name) {
        FaultScript script = FaultScript.of(
                Fault.on(main()).at(Moment.file(SnapshotState.FILE_COPY).nth(2)).then(Rewrite.rawFileName(name)));
        assertRefused(someFiles().build(), script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./shop/orders.ibd",
                "shop/orders.ibd",
                "shop//./orders.ibd",
                "/elsewhere/shop/orders.ibd",
                "../elsewhere//shop/orders.ibd"
            })
    void thatAreTaken(String name) {
        try (CloneRig rig =
                CloneRig.of(parent, someFiles().rawName(name, 64 << 10).build())) {
            CloneException failure = rig.fail(CloneErrorCode.FILE_NAME_CLASH);
            assertThat(failure).hasMessageContaining("shop/orders.ibd: ./shop/orders.ibd and " + name);
        }
    }

    @Test
    void oneForTwoUndoTablespaces() {
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.file(SnapshotState.FILE_COPY).nth(4))
                .then(Rewrite.rawFileName(utf8("undo_001"))));
        MadeData data = someFiles().undoTablespaces(2, 64 << 10).build();
        try (CloneRig rig = CloneRig.of(parent, data, script)) {
            CloneException failure = rig.fail(CloneErrorCode.FILE_NAME_CLASH);
            assertThat(failure).hasMessage("the donor has two undo tablespaces with the file name undo_001");
            assertThat(failure.hint()).contains("CREATE UNDO TABLESPACE");
        }
    }

    @Test
    void thatAreTakenByAFolder() {
        MadeData data = someFiles()
                .rawName("./a.ibd/b.ibd", 64 << 10)
                .rawName("./a.ibd", 64 << 10)
                .build();
        try (CloneRig rig = CloneRig.of(parent, data)) {
            assertThat(rig.failure().code()).isIn(CloneErrorCode.STORAGE, CloneErrorCode.PROTOCOL);
        }
    }

    @Test
    void aRenameOntoAnotherFile() {
        MadeData data = someFiles()
                .table("shop/other", 112 << 10)
                .rename(SnapshotState.FILE_COPY, "shop/orders", "shop/other")
                .build();
        try (CloneRig rig = CloneRig.of(parent, data)) {
            rig.fail(CloneErrorCode.FILE_NAME_CLASH);
        }
    }

    private void assertRefused(MadeData data, FaultScript script) {
        try (CloneRig rig = CloneRig.of(parent, data, script)) {
            CloneException failure = rig.fail(CloneErrorCode.PROTOCOL);
            assertThat(failure.getMessage().chars())
                    .as("the message is fit for a terminal")
                    .allMatch(c -> !Character.isISOControl(c));
            Set<String> left = Files.exists(rig.target()) ? FinalState.filesBelow(rig.target()) : Set.of();
            assertThat(left)
                    .as("nothing, if no data had come")
                    .allMatch(name -> name.matches(
                            "#clone/(#(status_in_progress|view_status|view_progress|jclone_journal)|jclone-page-sums)|ibdata1"
                                    + "|shop/(orders|created|renamed).ibd(.#clone_ddl)?|#innodb_redo/#ib_redo0"));
        }
    }

    private static FileDescriptor file(FileDescriptor file, String name, long spaceId) {
        return new FileDescriptor(
                file.version(),
                file.state(),
                file.fileSize(),
                file.allocatedSize(),
                file.fspFlags(),
                file.fsBlockSize(),
                file.flags(),
                spaceId,
                file.fileIndex(),
                file.firstChunk(),
                file.lastChunk(),
                name,
                file.key());
    }

    private static Bytes utf8(String name) {
        return Bytes.of(name.getBytes(StandardCharsets.UTF_8));
    }
}
