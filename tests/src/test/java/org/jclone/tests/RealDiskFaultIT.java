package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.verify.DirectoryCheck;
import org.jclone.tests.disk.DiskFault;
import org.jclone.tests.disk.SystemCall;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Servers;
import org.jclone.tests.server.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A system call on a file of the target fails while clients write to a real donor. The program says which call and what
 * to do next. After that a server starts on the result, with the donor's content. {@code
 * -Djclone.test.realDiskFaults=} sets how many fail, {@code -Djclone.test.seed=} which.
 */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealDiskFaultIT {

    private static final int FAULTS = Integer.getInteger("jclone.test.realDiskFaults", 2);
    private static final long SEED = Long.getLong("jclone.test.seed", 5);

    /** How many clones fail and are repaired while clients write to the donor, before servers start on them. */
    private static final int BATCH = 5;

    private static final String[] SLOWLY = {"--max-data-bandwidth=30"};
    private static final String[] COMPARED = {"--no-gtid", "--without", "churn"};

    private final Servers servers;
    private final MySqlServer donor;
    private final String expected;
    private final Map<String, Integer> outcomes = new TreeMap<>();

    RealDiskFaultIT(Servers servers) {
        this.servers = servers;
        Requirement.require(DiskFault.isPossible(), "strace is missing, or may not trace here");
        donor = servers.tablesDonor();
        expected = donor.fingerprint(COMPARED);
    }

    @Test
    void recoversFromAFailureOfAnyCall() throws Exception {
        Random random = new Random(SEED);
        List<SystemCall> calls = record();
        List<String> failures = new ArrayList<>();
        for (int made = 0; made < FAULTS; made += BATCH) {
            List<DiskFault> faults = new ArrayList<>();
            for (int i = made; i < Math.min(FAULTS, made + BATCH); i++) {
                faults.add(DiskFault.choose(calls, random));
            }
            Map<Path, DiskFault> met = Churn.during(donor, () -> meetAll(faults, random, failures));
            for (Map.Entry<Path, DiskFault> clone : met.entrySet()) {
                try {
                    assertWhole(clone.getKey());
                } catch (AssertionError e) {
                    failures.add(clone.getValue() + ": " + e.getMessage());
                }
                Workspace.delete(clone.getKey());
            }
        }
        System.out.println("disk faults of seed " + SEED + ", real donor: " + outcomes);
        System.out.println("reliability: system calls for files that fail, under load; repaired, started and compared"
                + " | mysqld | " + FAULTS + " | " + failures.size());
        assertThat(failures).isEmpty();
    }

    private List<SystemCall> record() throws Exception {
        Path target = servers.newPath("r");
        Path log = servers.newPath("l");
        CommandResult clone = Churn.during(donor, () -> run(DiskFault.recorder(log), target, SLOWLY));
        assertThat(clone.exitStatus()).as(clone.stderr()).isZero();
        List<SystemCall> calls = DiskFault.recorded(log, target);
        Files.delete(log);
        Workspace.delete(target);
        return calls;
    }

    private Map<Path, DiskFault> meetAll(List<DiskFault> faults, Random random, List<String> failures)
            throws Exception {
        Map<Path, DiskFault> met = new TreeMap<>();
        for (DiskFault fault : faults) {
            Path target = servers.newPath("c");
            String[] options = random.nextInt(3) == 0 ? SLOWLY : new String[0];
            try {
                outcomes.merge(meet(fault, target, options), 1, Integer::sum);
                met.put(target, fault);
            } catch (AssertionError e) {
                failures.add(fault + ": " + e.getMessage());
            }
        }
        return met;
    }

    /** Returns the outcome. */
    private String meet(DiskFault fault, Path target, String... options) throws Exception {
        Path log = servers.newPath("l");
        CommandResult first = run(fault.injector(log, target), target, options);
        boolean made = DiskFault.wasMade(log);
        Files.delete(log);
        if (first.exitStatus() == 0) {
            return made ? "did no harm" : "not met";
        }
        assertThat(made).as(first.stderr()).isTrue();
        FailedFetch failed = FailedFetch.of(fault, first, target);
        CommandResult second = run(List.of(), target, failed.next());
        assertThat(second.exitStatus())
                .as("%s\nthen\n%s", first.stderr(), second.stderr())
                .isZero();
        return failed.outcome();
    }

    private CommandResult run(List<String> tool, Path target, String... options) {
        List<String> fetch = Fetches.fetch(Fetches.address(donor), MySqlServer.CLONE_USER, target, options);
        fetch.addAll(List.of("--max-concurrency=2", "--autotune-concurrency=OFF"));
        return Jclone.runUnder(tool, MySqlServer.CLONE_PASSWORD, fetch);
    }

    private void assertWhole(Path target) throws Exception {
        VerificationReport report = new DirectoryCheck(target, 2).run();
        assertThat(report.damages()).isEmpty();
        assertThat(report.manifest()).isEqualTo(VerificationReport.Comparison.COMPARED);
        try (MySqlServer clone = servers.create("--data", target.toString(), "--gtid")) {
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(expected);
            assertThat(clone.check()).startsWith("checked");
            assertThat(Churn.state(clone).bad()).isZero();
        }
    }
}
