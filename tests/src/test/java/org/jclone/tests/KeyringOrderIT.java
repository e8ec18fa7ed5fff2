package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jclone.tests.disk.CallTrace;
import org.jclone.tests.disk.CallTrace.Call;
import org.jclone.tests.disk.DiskFault;
import org.jclone.tests.files.EncryptedFiles;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/**
 * The keyring is on disk before the first byte that depends on its new key, as a trace of the kernel shows. A wrapped
 * key has the name of its master key beside it, which identifies the writes that depend on it.
 */
@RealServer
class KeyringOrderIT {

    /** Beginning of a page 0, up to the encryption information after the extent descriptors of 16k pages. */
    private static final int WRITTEN_BYTES = 12 * 1024;

    private final Servers servers;
    private final MySqlServer donor;

    KeyringOrderIT(Servers servers) {
        Requirement.require(DiskFault.isPossible(), "strace is missing, or may not trace here");
        this.servers = servers;
        donor = servers.encryptedDonor();
    }

    @Test
    void theKeyringIsOnDiskBeforeAnythingDependsOnIt() throws Exception {
        EncryptedClones clones = new EncryptedClones(servers, donor);
        Path directory = servers.newPath("c");
        Path keyring = clones.newKeyring();
        Path log = servers.newPath("trace");
        List<String> fetch = Fetches.fetch(
                Fetches.address(donor),
                MySqlServer.CLONE_USER,
                directory,
                "--ssl-mode=REQUIRED",
                "--max-concurrency=4");
        fetch.add("--keyring-file=" + keyring);
        CommandResult result =
                Jclone.runUnder(CallTrace.recorder(log, WRITTEN_BYTES), MySqlServer.CLONE_PASSWORD, fetch);
        assertThat(result.exitStatus()).as(result.stderr()).isZero();

        List<Call> calls = CallTrace.read(log);
        String masterKey = EncryptedFiles.masterKeyUuid(keyring);
        List<Call> steps = calls.stream()
                .filter(call -> call.isFor(keyring.getParent()) && !call.name().equals("openat"))
                .toList();
        Path copy = Path.of(keyring + ".jclone-");
        assertThat(steps).extracting(Call::name).containsExactly("chmod", "pwrite64", "fsync", "rename", "fsync");
        assertThat(steps.subList(0, 4)).allMatch(step -> step.isFor(copy));
        assertThat(steps.get(1).text()).contains("INNODBKey-" + masterKey);
        assertThat(steps.get(3).text()).contains("\"" + keyring + "\"");
        assertThat(steps.get(4).text()).contains("<" + keyring.getParent() + ">");
        assertThat(steps).allMatch(Call::succeeded);
        for (int i = 1; i < steps.size(); i++) {
            assertThat(steps.get(i).begin()).isGreaterThan(steps.get(i - 1).end());
        }

        List<Call> dependent = calls.stream()
                .filter(call -> call.text().contains(masterKey) && call.isFor(directory))
                .toList();
        assertThat(dependent)
                .allSatisfy(write -> assertThat(write.begin())
                        .as("%s", write)
                        .isGreaterThan(steps.get(steps.size() - 1).end()));

        // The trace has every write that put a wrapped key where the clone has it in the end.
        Set<String> written = new TreeSet<>();
        dependent.stream()
                .filter(call -> call.name().equals("pwrite64"))
                .map(call -> fileOf(call, directory))
                .forEach(written::add);
        assertThat(written)
                .containsAll(EncryptedFiles.keys(directory, keyring, EncryptedClones.PAGE_SIZE)
                        .keySet());
    }

    private static String fileOf(Call call, Path directory) {
        String begin = '<' + directory.toString() + '/';
        int from = call.text().indexOf(begin) + begin.length();
        return call.text().substring(from, call.text().indexOf('>', from));
    }
}
