package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.DonorErrorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DonorErrorsTest {

    private static final DonorAddress DONOR = new DonorAddress("db1", 3306);

    private static DonorErrorException of(int number, String text) {
        return DonorErrors.of(DONOR, ErrorTranslator.CONNECTING, number, "", text);
    }

    @Test
    void repeatsTheDonorsOwnWords() {
        DonorErrorException failure =
                DonorErrors.of(DONOR, "in FILE COPY", 1045, "28000", "Access denied for user 'x'@'y'");

        assertThat(failure)
                .hasMessage("db1:3306 said, in FILE COPY: error 1045 (28000): Access denied for user 'x'@'y'");
        assertThat(failure.donorError()).isEqualTo(1045);
        assertThat(failure.sqlState()).isEqualTo("28000");
        assertThat(failure.donorText()).isEqualTo("Access denied for user 'x'@'y'");
        assertThat(of(3634, "busy")).hasMessage("db1:3306 said, while connecting: error 3634: busy");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1040 | DONOR_BUSY        | max_connections",
                "1044 | ACCESS_DENIED     | mysql.user",
                "1045 | ACCESS_DENIED     | Check user and password",
                "1129 | CONNECT_FAILED    | TRUNCATE TABLE performance_schema.host_cache",
                "1130 | ACCESS_DENIED     | CREATE USER",
                "1203 | DONOR_BUSY        | --max-concurrency",
                "1205 | DONOR_BUSY        | --ddl-timeout",
                "1227 | PRIVILEGE_MISSING | GRANT BACKUP_ADMIN ON *.*",
                "1317 | DONOR_ERROR       | KILL",
                "1698 | ACCESS_DENIED     | Check user and password",
                "1815 | DONOR_ERROR       | error log",
                "1820 | ACCESS_DENIED     | ALTER USER",
                "1862 | ACCESS_DENIED     | ALTER USER",
                "3118 | ACCESS_DENIED     | ACCOUNT UNLOCK",
                "3159 | TLS_FAILED        | --ssl-mode=REQUIRED",
                "3633 | DONOR_BUSY        | --block-ddl=ON",
                "3634 | DONOR_BUSY        | one clone at a time",
                "3872 | ENCRYPTION_NEEDS_TLS | --ssl-mode=REQUIRED",
                "3957 | DONOR_ERROR       | max_allowed_packet",
                "3983 | DONOR_ERROR       | ENABLE INNODB REDO_LOG",
                "9999 | DONOR_ERROR       | error log",
                "   0 | DONOR_ERROR       | error log",
            })
    void knowsWhatToDoAbout(int number, CloneErrorCode code, String hintPart) {
        assertThat(of(number, "text").code()).isEqualTo(code);
        assertThat(of(number, "text").hint()).contains(hintPart);
    }

    /** The same number for two plugins: the clone's, and that of the account's login. */
    @Test
    void tellsTheClonePluginFromOneOfLogin() {
        DonorErrorException clone = of(1524, "Plugin 'clone' is not loaded");
        assertThat(clone.code()).isEqualTo(CloneErrorCode.PLUGIN_MISSING);
        assertThat(clone.hint()).contains("INSTALL PLUGIN clone");

        DonorErrorException login = of(1524, "Plugin 'mysql_native_password' is not loaded");
        assertThat(login.code()).isEqualTo(CloneErrorCode.ACCESS_DENIED);
        assertThat(login.hint()).contains("mysql.user");
    }
}
