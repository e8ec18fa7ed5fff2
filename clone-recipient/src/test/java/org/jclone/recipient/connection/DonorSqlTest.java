package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.clone.CloneError;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Statements over a connection of our own, against a donor of our own. */
class DonorSqlTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private DonorServer donor;
    private Transport transport;

    @AfterEach
    void close() {
        transport.close();
        donor.close();
    }

    @Test
    void getsRows() throws Exception {
        try (DonorSql sql = open(true, config -> config)) {
            Rows rows = sql.query("SELECT @@version_comment, @@innodb_page_size");
            assertThat(rows.columns()).containsExactly("@@version_comment", "@@innodb_page_size");
            assertThat(rows.text(0, 0)).isEqualTo("jclone donor");
            assertThat(Rows.number(rows.text(0, 1))).hasValue(16384);
            assertThat(sql.query("SELECT @@innodb_page_size").singleNumber()).hasValue(16384);
            assertThat(sql.query("SET x = 1").isEmpty()).isTrue();
            assertThat(sql.drain("SELECT @@innodb_page_size")).isGreaterThan(5);
        }
    }

    @Test
    void continuesAfterARefusal() throws Exception {
        try (DonorSql sql = open(true, config -> config)) {
            assertThat(catchThrowableOfType(SqlException.class, () -> sql.query("SELECT @@nonsense"))
                            .number())
                    .isEqualTo(CloneError.ER_UNKNOWN_SYSTEM_VARIABLE);
            assertThat(sql.query("SELECT @@innodb_page_size").size()).isEqualTo(1);
        }
    }

    @Test
    void entersAndLeavesCloneMode() throws Exception {
        try (DonorSql sql = open(true, config -> config)) {
            sql.tryCloneMode();
            assertThat(donor.clones()).isZero();
        }
    }

    @Test
    void reportsWhatCloneModeLacks() throws Exception {
        try (DonorSql sql = open(false, config -> config)) {
            assertThat(catchThrowableOfType(SqlException.class, sql::tryCloneMode))
                    .matches(SqlException::isAccessDenied)
                    .hasMessageContaining("BACKUP_ADMIN");
        }
    }

    @Test
    void reportsAMissingPlugin() throws Exception {
        try (DonorSql sql = open(true, config -> config.clonePlugin(false))) {
            assertThat(catchThrowableOfType(SqlException.class, sql::tryCloneMode)
                            .number())
                    .isEqualTo(CloneError.ER_PLUGIN_IS_NOT_LOADED);
        }
    }

    @Test
    void noticesThatTheDonorClosed() throws Exception {
        try (DonorSql sql = open(true, config -> config)) {
            donor.close();
            assertThatThrownBy(() -> sql.query("SELECT @@innodb_page_size"))
                    .isInstanceOf(CloneException.class)
                    .extracting(thrown -> ((CloneException) thrown).code())
                    .isEqualTo(CloneErrorCode.CONNECTION_LOST);
        }
    }

    private DonorSql open(boolean backupAdmin, UnaryOperator<DonorConfig.Builder> settings) throws Exception {
        Account account = new Account("asker", "secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, backupAdmin);
        donor = start(settings.apply(DonorConfig.builder(
                        MadeData.builder(1).systemTablespace(64 << 10).build())
                .account(account)));
        CloneRequest request = CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", donor.port()))
                .login(LoginSettings.of(
                        account.user(), Password.of(account.password().toCharArray())))
                .target(it -> it.withDirectory(Path.of("/nowhere")))
                .tls(it -> it.withSslMode(SslMode.DISABLED))
                .build();
        transport = new Transport(request.donor(), Logins.options(request), PATIENCE, 1);
        return transport.openSql(new ErrorTranslator(request.donor()), PATIENCE).get();
    }

    private static DonorServer start(DonorConfig.Builder config) throws IOException {
        return DonorServer.start(config.build());
    }
}
