package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.ServerSql;
import org.jclone.recipient.sql.SqlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreflightTest {

    private final TestContext test = new TestContext(Path.of("target"));

    @AfterEach
    void close() {
        test.events();
    }

    /** Opens what knows nothing of any plugin, or nothing. */
    private static DonorLine.Opener donor(boolean answersStatements, CloneException failure) {
        return new DonorLine.Opener() {
            @Override
            public DonorLine open() {
                throw new AssertionError("no connection of a clone is wanted");
            }

            @Override
            public ServerSql openSql(String doing) throws CloneException {
                if (failure != null) {
                    throw failure;
                }
                return new EmptyServer(answersStatements);
            }
        };
    }

    private record EmptyServer(boolean answersStatements) implements ServerSql {

        @Override
        public String serverVersion() {
            return "9.7.4";
        }

        @Override
        public String transport() {
            return "TLSv1.3";
        }

        @Override
        public Rows query(String statement) throws SqlException {
            if (!answersStatements) {
                throw new SqlException(1142, "42000", "command denied");
            }
            return Rows.NONE;
        }

        @Override
        public Rows query(String statement, Duration limit) throws SqlException {
            return query(statement);
        }

        @Override
        public long drain(String statement) {
            throw new AssertionError(statement);
        }

        @Override
        public void tryCloneMode() throws SqlException {
            throw new SqlException(1524, "HY000", "Plugin 'clone' is not loaded");
        }

        @Override
        public void close() {}
    }

    private void assertStops(CloneErrorCode code, DonorLine.Opener donor) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Preflight.run(test.context, donor))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void stopsACloneThatTheDonorWouldRefuse() {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Preflight.run(test.context, donor(true, null)))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(CloneErrorCode.PLUGIN_MISSING);
                    assertThat(failure.hint())
                            .contains("INSTALL PLUGIN clone")
                            .endsWith("Nothing was copied. --check=OFF clones without looking first.");
                });
    }

    @ParameterizedTest
    @EnumSource(
            value = CloneErrorCode.class,
            names = {"DONOR_BUSY", "CONNECTION_LOST"})
    void leavesWhatMayPassToTheClone(CloneErrorCode code) {
        assertThatCode(() -> Preflight.run(test.context, donor(true, ScriptedDonor.failure(code))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(
            value = CloneErrorCode.class,
            names = {"ACCESS_DENIED", "CONNECT_FAILED", "TLS_FAILED"})
    void stopsACloneThatCannotConnect(CloneErrorCode code) {
        assertStops(code, donor(true, ScriptedDonor.failure(code)));
    }

    @Test
    void stopsAnAbortedCloneEvenIfTheDonorIsOnlyBusy() {
        test.context.abortion().demand(ScriptedDonor.failure(CloneErrorCode.ABORTED));

        assertStops(CloneErrorCode.ABORTED, donor(true, ScriptedDonor.lost()));
    }
}
