package org.jclone.recipient.check;

import static org.jclone.recipient.api.CheckItem.COMPATIBILITY;
import static org.jclone.recipient.api.CheckItem.CONNECTIONS;
import static org.jclone.recipient.api.CheckItem.DIRECTORY;
import static org.jclone.recipient.api.CheckItem.LOGIN;
import static org.jclone.recipient.api.CheckItem.REACHABILITY;
import static org.jclone.recipient.api.CheckItem.TLS;
import static org.jclone.recipient.api.CheckItem.VERSION;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/** Runs all checks independently of each other: a check that fails does not affect the others. */
public final class DonorChecks {

    private static final Pattern VERSION_NUMBERS = Pattern.compile("(\\d{1,2})\\.(\\d{1,2})\\.(\\d{1,2})(?!\\d).*");
    private static final int FIRST_VERSION = 80_017;
    /** The subject of a failed login, if the cause is not the connection to the donor. */
    private static final Map<CloneErrorCode, CheckItem> ITEM_OF_FAILURE = Map.of(
            CloneErrorCode.TLS_FAILED, TLS,
            CloneErrorCode.ACCESS_DENIED, LOGIN,
            CloneErrorCode.USAGE, LOGIN,
            CloneErrorCode.DONOR_BUSY, CONNECTIONS);

    private static final String ANSWERS = "it answers";
    private static final String MARIADB = "MariaDB";
    private static final String TLS_TRANSPORT = "TLS";

    /** The prefix that MariaDB adds to its version for old MySQL replicas. */
    private static final String MARIADB_PREFIX = "5.5.5-";

    private static final Set<CheckItem> STOP_A_CLONE = EnumSet.of(
            CheckItem.PLUGIN,
            CheckItem.MAX_ALLOWED_PACKET,
            CheckItem.REDO_LOG,
            CheckItem.ENCRYPTION,
            CheckItem.TABLESPACES,
            CheckItem.UNDO_NAMES,
            CheckItem.PRIVILEGE);

    /** A check that queries the donor. */
    private interface Check {
        Finding run() throws SqlException, CloneException;
    }

    private final CloneRequest request;
    private final TargetChecks target;
    private final List<Finding> findings = new ArrayList<>();
    private Optional<String> version = Optional.empty();
    private Optional<String> account = Optional.empty();
    private Optional<CloneException> lost = Optional.empty();
    private Set<CheckItem> wanted = EnumSet.allOf(CheckItem.class);
    private String missingReason = "there is no connection";

    /** @param nanoClock gives the times from which durations are computed */
    public DonorChecks(CloneRequest request, LongSupplier nanoClock) {
        this.request = request;
        this.target = new TargetChecks(request, nanoClock);
    }

    /** Limits the checks to reasons for which the donor would fail a clone, so that a clone that follows starts sooner. */
    public DonorChecks onlyWhatStopsAClone() {
        return only(STOP_A_CLONE);
    }

    /** Limits the checks of donor, data and target. Those of the connection run always. */
    public DonorChecks only(Set<CheckItem> items) {
        wanted = items;
        return this;
    }

    /** Runs the checks that need no donor. */
    public void runLocal() {
        if (request.target().directory().isPresent()) {
            findings.add(new PlaceCheck(request).find());
        }
    }

    /** Records that no connection was established. */
    public void onNoConnection(CloneException failure) {
        CheckItem item = ITEM_OF_FAILURE.getOrDefault(failure.code(), REACHABILITY);
        boolean asked = failure.code() != CloneErrorCode.USAGE;
        if (asked && item != REACHABILITY && version.isEmpty()) {
            findings.add(Finding.ok(REACHABILITY, ANSWERS));
        }
        findings.add(Finding.problem(item, failure.code(), failure.getMessage(), failure.hint()));
    }

    /**
     * Runs the checks after a successful login.
     *
     * @param sql session to the donor, unusable afterwards
     * @param serverVersion version from the greeting
     * @param transport TLS version and cipher suite, or the kind of connection without TLS
     * @param local whether the connection stays on this machine
     */
    public void run(SqlSession sql, String serverVersion, String transport, boolean local) {
        String plainVersion =
                serverVersion.contains(MARIADB) ? serverVersion.replaceFirst("^" + MARIADB_PREFIX, "") : serverVersion;
        version = Optional.of(plainVersion);
        boolean tls = transport.startsWith(TLS_TRANSPORT);
        findings.add(Finding.ok(REACHABILITY, ANSWERS));
        findings.add(transport(transport, tls, local));
        Finding fit = version(plainVersion);
        findings.add(fit);
        if (fit.state() == Finding.State.PROBLEM) {
            findings.add(Finding.ok(LOGIN, "as " + request.login().user()));
            missingReason = "nothing can be cloned from such a server";
            return;
        }
        try {
            DonorView donor = DonorView.of(sql);
            account = Optional.of(donor.account());
            findings.add(Finding.ok(LOGIN, "as " + donor.account()));
            askAll(donor, tls);
        } catch (SqlException e) {
            findings.add(
                    Finding.unknown(LOGIN, "the donor refuses a query that any account may run: " + e.getMessage()));
        } catch (CloneException e) {
            onNoConnection(e);
        }
    }

    private void askAll(DonorView donor, boolean tls) {
        ServerChecks server = new ServerChecks(donor);
        DataChecks data = new DataChecks(donor);
        ask(CONNECTIONS, () -> server.connections(request.transfer().maxConcurrency() + 1));
        ask(CheckItem.PLUGIN, server::plugin);
        ask(CheckItem.MAX_ALLOWED_PACKET, server::maxAllowedPacket);
        ask(CheckItem.OTHER_CLONE, server::otherClone);
        ask(CheckItem.REDO_LOG, server::redoLog);
        ask(CheckItem.DDL, server::ddl);
        ask(CheckItem.TIMEOUTS, () -> server.timeouts(version.orElse("")));
        ask(CheckItem.DURATION, () -> target.duration(donor));
        ask(CheckItem.NETWORK_FAILURE, () -> server.networkFailure(target.expectedSeconds()));
        ask(CheckItem.BINARY_LOGS, server::binaryLogs);
        ask(CheckItem.ENGINES, data::engines);
        ask(CheckItem.ENCRYPTION, () -> data.encryption(tls));
        ask(CheckItem.TABLESPACES, data::tablespaces);
        ask(CheckItem.UNDO_NAMES, data::undoNames);
        if (wanted.contains(COMPATIBILITY)) {
            compatibility(donor);
        }
        ask(CheckItem.KEYRING, () -> new KeyringCheck(request).find(data.hasEncrypted()));
        ask(CheckItem.SPACE, () -> new RoomCheck(request).find(donor));
        ask(CheckItem.PAGE_COMPRESSION, () -> new HolesCheck(request).find(donor));
        ask(CheckItem.MEMORY, () -> new MemoryCheck(MemoryCheck.Memory.ofThisMachine()).find(request, donor));
        ask(CheckItem.PRIVILEGE, server::privilege);
    }

    private void ask(CheckItem item, Check check) {
        if (lost.isPresent() || !wanted.contains(item)) {
            return;
        }
        try {
            findings.add(check.run());
        } catch (SqlException e) {
            findings.add(Finding.unknown(item, "the donor says " + e.getMessage()));
        } catch (CloneException e) {
            onFailure(item, e);
        }
    }

    private void onFailure(CheckItem item, CloneException failure) {
        findings.add(Finding.unknown(item, failure.getMessage()));
        if (failure.code() == CloneErrorCode.CONNECTION_LOST) {
            lost = Optional.of(failure);
        }
    }

    private void compatibility(DonorView donor) {
        if (lost.isPresent()) {
            return;
        }
        try {
            findings.addAll(target.compatibility(donor));
        } catch (SqlException e) {
            findings.add(Finding.unknown(COMPATIBILITY, "the donor says " + e.getMessage()));
        } catch (CloneException e) {
            if (e.code() == CloneErrorCode.USAGE) {
                findings.add(Finding.problem(COMPATIBILITY, e.code(), e.getMessage(), e.hint()));
            } else {
                onFailure(COMPATIBILITY, e);
            }
        }
    }

    private Finding transport(String transport, boolean tls, boolean local) {
        if (tls) {
            String checked =
                    request.tls().sslMode().verifiesCertificate() ? "" : "; the donor's certificate is not checked";
            return Finding.ok(TLS, transport + checked);
        }
        return local
                ? Finding.ok(TLS, transport + ", on this machine")
                : Finding.warning(
                        TLS,
                        "clear text over a network",
                        "Anyone on the network path can read all data. Clone with --ssl-mode=REQUIRED.");
    }

    private static Finding version(String text) {
        Matcher numbers = VERSION_NUMBERS.matcher(text);
        if (text.contains(MARIADB)) {
            return unusable(text, "This is MariaDB, which has no clone plugin. Use its own mariadb-backup.");
        }
        if (!numbers.matches()) {
            return unusable(text, "This is not a version of MySQL.");
        }
        int number = Integer.parseInt(numbers.group(1)) * 10_000
                + Integer.parseInt(numbers.group(2)) * 100
                + Integer.parseInt(numbers.group(3));
        return number >= FIRST_VERSION
                ? Finding.ok(VERSION, "MySQL " + text)
                : unusable(text, "The clone plugin was introduced in 8.0.17.");
    }

    private static Finding unusable(String text, String why) {
        return Finding.problem(VERSION, CloneErrorCode.INCOMPATIBLE, text, why);
    }

    /** Returns all findings, including checks that were not reached. */
    public CheckReport report() {
        Set<CheckItem> missing = EnumSet.allOf(CheckItem.class);
        findings.forEach(finding -> missing.remove(finding.item()));
        if (request.target().directory().isEmpty()) {
            missing.remove(DIRECTORY);
        }
        String reason = lost.isPresent() ? "the connection was lost" : missingReason;
        missing.forEach(item -> findings.add(Finding.unknown(item, reason)));
        return new CheckReport(request.donor(), version, account, findings);
    }
}
