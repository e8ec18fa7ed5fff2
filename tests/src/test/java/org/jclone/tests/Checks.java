package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.Servers;

/** A donor to check, and common operations of the tests of {@code check}. */
final class Checks {

    /** An account that sees everything that a check looks at. */
    static final String USER = "checker";

    static final long PATIENCE_SECONDS = 30;

    private Checks() {}

    static MySqlServer donor(Servers servers) {
        MySqlServer donor = servers.create("--gtid");
        donor.sql("CREATE USER checker@'%' IDENTIFIED BY 'clone_donor';"
                + " GRANT BACKUP_ADMIN, PROCESS, REFERENCES ON *.* TO checker@'%';"
                + " GRANT SELECT ON performance_schema.metadata_locks TO checker@'%'; CREATE DATABASE spoil");
        return donor;
    }

    static CloneRequest.Builder request(MySqlServer donor, String user) {
        return CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", donor.port()))
                .login(LoginSettings.of(user, password()));
    }

    static Password password() {
        return Password.of(MySqlServer.CLONE_PASSWORD.toCharArray());
    }

    static CheckReport run(CloneRequest request) {
        return new DonorCheck(request).run();
    }

    static Finding only(CheckReport report, CheckItem item) {
        List<Finding> found = report.findings().stream()
                .filter(finding -> finding.item() == item)
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
