package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsFileTest {

    private static final BandwidthLimits OLD = new BandwidthLimits(100, 200);

    private final List<String> said = new ArrayList<>();
    private final List<BandwidthLimits> changes = new ArrayList<>();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "max-data-bandwidth=5,5,200",
        "max_network_bandwidth = 7,100,7",
        "max-data-bandwidth=0,0,200",
        "'# both\n\n max-data-bandwidth = 1\nmax-network-bandwidth=2',1,2",
    })
    void keepsALimitThatIsNotNamed(String text, long data, long network) throws Exception {
        LimitsFile file = new LimitsFile(write(text), OLD);
        file.readAtStart(said::add);
        assertThat(file.limits()).isEqualTo(new BandwidthLimits(data, network));
        assertThat(said).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-data-bandwith=5 | line 1: max-data-bandwith (expected: max-data-bandwidth or max-network-bandwidth)",
                "'' | which is empty (expected: max-data-bandwidth=MIB or max-network-bandwidth=MIB)",
                "# nothing | which is empty (expected: max-data-bandwidth=MIB or max-network-bandwidth=MIB)",
                "max-data-bandwidth=fast | line 1: max-data-bandwidth=fast (expected: 0 to 1048576 MiB per second)",
                "max-data-bandwidth=-1 | line 1: max-data-bandwidth=-1 (expected: 0 to 1048576 MiB per second)",
                "max-data-bandwidth | line 1: max-data-bandwidth= (expected: 0 to 1048576 MiB per second)",
                "'max-network-bandwidth=1\nx=2' | line 2: x (expected: max-data-bandwidth or max-network-bandwidth)",
            })
    void keepsTheLimitsAfterAMistake(String text, String message) throws Exception {
        LimitsFile file = new LimitsFile(write(text), OLD);
        file.reread(changes::add, said::add);
        assertThat(changes).isEmpty();
        assertThat(file.limits()).isEqualTo(OLD);
        assertThat(said)
                .containsExactly("warning: " + path() + ", " + message
                        + "; the limits stay: 100 MiB/s of data, 200 MiB/s on the wire (0 is no limit)");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> file.readAtStart(said::add))
                .withMessage("--limits-file: " + path() + ", " + message);
    }

    @Test
    void appliesAndKeepsAChange() throws Exception {
        LimitsFile file = new LimitsFile(write("max-data-bandwidth=5"), OLD);
        file.reread(changes::add, said::add);
        write("max-network-bandwidth=6");
        file.reread(changes::add, said::add);
        assertThat(changes).containsExactly(new BandwidthLimits(5, 200), new BandwidthLimits(5, 6));
        assertThat(said).last().isEqualTo("limits now: 5 MiB/s of data, 6 MiB/s on the wire (0 is no limit)");
    }

    @Test
    void acceptsAFileThatIsCreatedLater() throws Exception {
        LimitsFile file = new LimitsFile(path(), OLD);
        file.readAtStart(said::add);
        assertThat(said)
                .containsExactly(
                        "warning: --limits-file: " + path() + " does not exist yet; create it and send SIGHUP");
        write("max-data-bandwidth=5");
        file.reread(changes::add, said::add);
        assertThat(changes).containsExactly(new BandwidthLimits(5, 200));
    }

    @Test
    void reportsAMistakeAtTheStartAsWrongUsage() throws Exception {
        TestContext program = new TestContext();
        String[] args = {
            "fetch", "--donor=127.0.0.1:1", "--user=u", "--dir=" + folder.resolve("d"), "--limits-file=" + write("x")
        };
        assertThat(program.run(args)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: --limits-file: " + path() + ", line 1: x (expected: ");
        assertThat(folder.resolve("d")).doesNotExist();
    }

    private Path path() {
        return folder.resolve("limits");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(path(), text.replace("\\n", "\n"));
    }
}
