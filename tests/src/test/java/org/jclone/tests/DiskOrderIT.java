package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.clone.command.CloneCommandCode;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.journal.RecordType;
import org.jclone.tests.disk.DiskFault;
import org.jclone.tests.disk.DiskOrder;
import org.jclone.tests.disk.DiskOrder.Step;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the order on disk that {@code docs/reliability.md} describes with a trace of the kernel: everything that is claimed, or that the
 * next run concludes, was flushed before. File systems that preserve an order of their own would hide a mistake.
 */
class DiskOrderIT {

    private static final Account ACCOUNT =
            new Account("clone_user", "a secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);

    /** With DDL of all kinds between the states. */
    private static final MadeData DATA = MadeData.builder(73)
            .bufferPoolDump(300)
            .systemTablespace(512 << 10)
            .undoTablespaces(1, 256 << 10)
            .table("t/a", 512 << 10)
            .table("t/old", 256 << 10)
            .table("t/moved", 256 << 10)
            .table("t/gone", 256 << 10)
            .modify("t/a", 1, 2, 20)
            .create(SnapshotState.FILE_COPY, "t/new")
            .rename(SnapshotState.FILE_COPY, "t/old", "t/renamed")
            .rename(SnapshotState.PAGE_COPY, "t/moved", "u/moved")
            .drop(SnapshotState.PAGE_COPY, "t/gone")
            .build();

    /** In a record of the journal, after length and checksum. */
    private static final int TYPE_OFFSET = 8;

    /** In a packet, after length and sequence id. */
    private static final int COMMAND_OFFSET = 4;

    private static final int COM_ACK = CloneCommandCode.COM_ACK.wireCode();

    @TempDir
    Path folder;

    private Path target;
    private Path staging;
    private DiskOrder order;

    /** Tells whether a state has begun that the journal says has ended. */
    private boolean copying;

    @BeforeEach
    void cloneOverOldData() throws Exception {
        Requirement.require(DiskFault.isPossible(), "strace is missing, or may not trace here");
        target = Files.createDirectory(folder.resolve("target"));
        staging = target.resolve(".jclone-new");
        Files.writeString(target.resolve("ibdata1"), "old");
        Files.writeString(Files.createDirectory(target.resolve("shop")).resolve("a.ibd"), "old");
        Path log = folder.resolve("trace");
        try (DonorServer donor =
                DonorServer.start(DonorConfig.builder(DATA).account(ACCOUNT).build())) {
            List<String> fetch = Fetches.fetch("127.0.0.1:" + donor.port(), ACCOUNT.user(), target, "--replace");
            fetch.addAll(List.of("--ssl-mode=DISABLED", "--max-concurrency=1", "--autotune-concurrency=OFF"));
            CommandResult clone = Jclone.runUnder(DiskOrder.recorder(log), ACCOUNT.password(), fetch);
            assertThat(clone.exitStatus()).as(clone.stderr()).isZero();
        }
        order = DiskOrder.read(log, target);
    }

    @Test
    void everythingClaimedIsOnDisk() {
        List<Claim> claims = claims();
        Set<String> made = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        Predicate<Step> beginsState = writes(RecordType.STATE);
        order.replay(step -> {
            copying |= beginsState.test(step);
            for (Claim claim : claims) {
                if (claim.moment().test(step)) {
                    made.add(claim.text());
                    Set<Path> unflushed = order.unflushedNames(claim.names());
                    unflushed.addAll(order.unflushedContents(claim.contents()));
                    if (!unflushed.isEmpty()) {
                        wrong.add(claim.text() + "; but a crash before \"" + step + "\" could undo changes of "
                                + unflushed.stream().map(target::relativize).toList());
                    }
                }
            }
        });
        assertThat(wrong).isEmpty();
        assertThat(made)
                .containsExactlyInAnyOrderElementsOf(
                        claims.stream().map(Claim::text).toList());
    }

    /**
     * What must be on disk at a moment.
     *
     * @param moment the step before which it must be
     * @param names the names that a crash must not change any more
     * @param contents the files whose contents a crash must not change any more
     */
    private record Claim(String text, Predicate<Step> moment, Predicate<Path> names, Predicate<Path> contents) {}

    private static boolean none(Path path) {
        return false;
    }

    private List<Claim> claims() {
        Path marks = staging.resolve("#clone");
        Path mark = marks.resolve("#status_in_progress");
        Path journal = marks.resolve("#jclone_journal");
        Path swapJournal = target.resolve(".jclone-swap");
        Path finalMarks = target.resolve("#clone");
        Path finalMark = finalMarks.resolve("#status_in_progress");
        Predicate<Path> staged = path -> path.startsWith(staging);
        Predicate<Path> all = path -> path.startsWith(target) && !path.endsWith(".jclone-lock");
        return List.of(
                new Claim(
                        "the directory is marked before the first file of data is made",
                        step -> step.is("openat") && step.creates() && isData(step.path()),
                        List.of(mark, marks, staging)::contains,
                        DiskOrderIT::none),
                new Claim(
                        "all files are made when the journal says so",
                        writes(RecordType.METADATA_COMPLETE),
                        this::isData,
                        DiskOrderIT::none),
                new Claim(
                        "all of a state is flushed when the journal says so",
                        writes(RecordType.ENDED),
                        this::isData,
                        this::isData),
                new Claim(
                        "what the journal says of a state is flushed before its end is acknowledged",
                        step -> copying
                                && step.path().equals(DiskOrder.NETWORK)
                                && DiskOrder.byteOf(step, COMMAND_OFFSET) == COM_ACK,
                        journal::equals,
                        journal::equals),
                new Claim(
                        "files have their names when the journal says that a state begins",
                        writes(RecordType.STATE),
                        this::isData,
                        DiskOrderIT::none),
                new Claim(
                        "files are whole under temporary names when the journal says that they go to final ones",
                        writes(RecordType.FINISHING),
                        this::isData,
                        this::isData),
                new Claim(
                        "the journal is flushed before a file is renamed",
                        step -> step.is("rename") && isData(step.path()),
                        journal::equals,
                        journal::equals),
                new Claim(
                        "a file is flushed before it replaces another one",
                        step -> step.is("rename") && isTemporary(step.path()),
                        DiskOrderIT::none,
                        DiskOrderIT::isTemporary),
                new Claim(
                        "the clone is flushed before its mark is removed",
                        step -> step.is("unlink") && step.path().equals(mark),
                        staged,
                        staged),
                new Claim(
                        "the clone is flushed before the exchange begins, and each phase before the next",
                        step -> step.creates() && step.path().equals(target.resolve(".jclone-swap.tmp")),
                        all,
                        all),
                new Claim(
                        "the exchange is noted, and the directory marked, before old data moves",
                        step -> step.is("rename") && step.path().equals(target.resolve("ibdata1")),
                        List.of(swapJournal, finalMarks, finalMark)::contains,
                        DiskOrderIT::none),
                new Claim(
                        "all is in its place before a server may start",
                        step -> step.is("unlink") && step.path().equals(finalMark),
                        all,
                        all),
                new Claim(
                        "old data is removed before the exchange is forgotten",
                        step -> step.is("unlink") && step.path().equals(swapJournal),
                        all,
                        all));
    }

    private Predicate<Step> writes(RecordType type) {
        Path journal = staging.resolve("#clone/#jclone_journal");
        int code = type.ordinal() + 1;
        return step ->
                step.is("pwrite64") && step.path().equals(journal) && DiskOrder.byteOf(step, TYPE_OFFSET) == code;
    }

    private boolean isData(Path path) {
        return path.startsWith(staging) && !path.equals(staging) && !path.startsWith(staging.resolve("#clone"));
    }

    /** Excludes files that are rewritten during a clone without waiting for the disk: nothing depends on them. */
    private static boolean isTemporary(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(".tmp") && !name.startsWith("#view_");
    }
}
