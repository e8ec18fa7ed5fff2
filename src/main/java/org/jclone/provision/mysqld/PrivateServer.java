package org.jclone.provision.mysqld;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jclone.provision.api.MysqldSettings;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.provision.server.Words;
import org.jclone.recipient.ServerConnector;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.Durable;

/**
 * A server on the new data that only this run can reach. It has no network, a socket in a {@link PrivateFolder}, and
 * one temporary account. {@code --init-file} creates the account and does nothing else, because the server only logs an
 * error in that file. The file is removed as soon as the server answers.
 */
public final class PrivateServer implements AutoCloseable {

    private static final int ACCESS_DENIED = 1045;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(10);

    private final MysqldSettings settings;
    private final PrivateFolder folder;
    private final String account;
    private final Password password;
    private final Process process;
    private final LongSupplier nanoTime;
    private final FirstOutput output;
    private ServerSession session;

    private PrivateServer(
            MysqldSettings settings,
            PrivateFolder folder,
            String account,
            Password password,
            Process process,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.folder = folder;
        this.account = account;
        this.password = password;
        this.process = process;
        this.nanoTime = nanoTime;
        this.output = new FirstOutput(process.getInputStream());
    }

    /** Returns a new name for the temporary account. */
    public static String newAccount() {
        return "jclone_" + hex(6);
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /**
     * Starts a server and waits until it answers. There is no time limit while it works, because it may upgrade the
     * data.
     *
     * @param extraOptions for this start, {@code --name=value} each
     * @param stall how long it may neither write to its log nor use a processor
     */
    public static PrivateServer start(
            MysqldSettings settings,
            EffectiveOptions effective,
            Path directory,
            PrivateFolder folder,
            String account,
            List<String> extraOptions,
            Duration stall,
            LongSupplier nanoTime)
            throws CloneException {
        folder.create(settings.user());
        Password password = newPassword();
        boolean started = false;
        PrivateServer server = null;
        try {
            folder.writeInitFile(initStatements(account, password), settings.user());
            List<String> command = new ArrayList<>(EffectiveOptions.commandLine(settings));
            command.addAll(extraOptions);
            command.addAll(options(effective, directory, folder));
            settings.user().ifPresent(user -> command.add("--user=" + user));
            ProcessBuilder program = new ProcessBuilder(command)
                    .directory(folder.path().toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true);
            ChildEnvironment.clean(program.environment());
            server = new PrivateServer(settings, folder, account, password, program.start(), nanoTime);
            server.awaitReady(stall);
            started = true;
            return server;
        } catch (IOException e) {
            throw Failure.Provisioning.PRIVATE_SERVER.exception(
                    "cannot run " + settings.program() + ": " + e.getMessage(), e);
        } finally {
            if (!started) {
                if (server != null) {
                    server.close();
                }
                password.close();
            }
            Durable.delete(folder.initFile());
        }
    }

    private static List<String> options(EffectiveOptions effective, Path directory, PrivateFolder folder) {
        Words words = Words.of(effective.version());
        return List.of(
                "--datadir=" + directory,
                "--skip-networking=ON",
                "--socket=" + folder.socket(),
                "--pid-file=" + folder.pidFile(),
                "--log-error=" + folder.log(),
                "--" + words.variable("skip_replica_start") + "=ON",
                "--relay-log-recovery=ON",
                "--event-scheduler=OFF",
                "--super-read-only=ON",
                "--offline-mode=OFF",
                "--loose-group-replication-start-on-boot=OFF",
                "--loose-mysqlx=OFF",
                "--init-file=" + folder.initFile());
    }

    private static Password newPassword() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        // The tail satisfies any password policy.
        return Password.of((HexFormat.of().formatHex(random) + "_Aa1!").toCharArray());
    }

    private static String initStatements(String account, Password password) {
        return Stream.of(
                        Statement.of("SET SESSION sql_log_bin=0"),
                        Statement.of("SET GLOBAL super_read_only=OFF"),
                        Statement.of("DROP USER IF EXISTS ?@'localhost'", account),
                        Statement.of(
                                "CREATE USER ?@'localhost' IDENTIFIED WITH 'caching_sha2_password' BY ?",
                                account,
                                password),
                        Statement.of("GRANT ALL ON *.* TO ?@'localhost'", account),
                        Statement.of("SET GLOBAL super_read_only=ON"))
                .map(statement -> statement.text() + ";\n")
                .collect(Collectors.joining());
    }

    private void awaitReady(Duration stall) throws CloneException {
        StallLimit limit = new StallLimit(stall, nanoTime);
        while (true) {
            if (!process.isAlive()) {
                output.awaitEnd();
                throw Failure.Provisioning.PRIVATE_SERVER.exception("the private server ended with status "
                        + process.exitValue() + " before it answered" + errorsOfLog());
            }
            if (Files.exists(folder.socket())) {
                Optional<ServerSession> answer = tryToConnect();
                if (answer.isPresent()) {
                    session = answer.get();
                    return;
                }
            }
            if (limit.isExceededBy(activity())) {
                throw Failure.Provisioning.PRIVATE_SERVER.exception("the private server made no progress for "
                        + stall.toSeconds() + " s before it answered" + errorsOfLog());
            }
            StallLimit.pause();
        }
    }

    private Optional<ServerSession> tryToConnect() throws CloneException {
        try {
            return Optional.of(server().connect());
        } catch (RefusedException e) {
            throw Failure.Provisioning.PRIVATE_SERVER.exception(
                    "cannot log in to the private server: " + e.getMessage(), e);
        } catch (ServerException e) {
            if (e.number() == ACCESS_DENIED) {
                throw Failure.Provisioning.PRIVATE_SERVER.exception(
                        "the private server did not make the temporary account" + errorsOfLog(), e);
            }
            return Optional.empty();
        }
    }

    private String activity() {
        long cpu = process.toHandle()
                .info()
                .totalCpuDuration()
                .map(Duration::toMillis)
                .orElse(0L);
        try {
            return cpu + " " + Files.size(folder.log());
        } catch (IOException e) {
            return cpu + " no log";
        }
    }

    private Server server() {
        return Server.of(new ServerConnector(
                DonorAddress.ofSocket(folder.socket()),
                new LoginSettings(account, password, CONNECT_TIMEOUT),
                TlsSettings.DEFAULT.withSslMode(SslMode.DISABLED),
                STATEMENT_TIMEOUT));
    }

    /** Returns the session of the temporary account. */
    public ServerSession session() {
        return session;
    }

    /** Opens another session of the temporary account. */
    public ServerSession connect() throws ServerException {
        return server().connect();
    }

    /** Whether the server still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the last errors of its log, for a message; empty if there are none. */
    public String errorsOfLog() {
        return folder.errors(output.text());
    }

    /** Removes the temporary account, without an entry in the binary log, and checks that it is removed. */
    public void removeAccount() throws ServerException, CloneException {
        session.query("SET SESSION sql_log_bin=0");
        session.query("SET GLOBAL super_read_only=OFF");
        session.query(Statement.of("DROP USER ?@'localhost'", account));
        boolean left = !session.query(Statement.of("SELECT 1 FROM mysql.user WHERE user = ?", account))
                .isEmpty();
        session.query("SET GLOBAL super_read_only=ON");
        if (left) {
            throw Failure.Provisioning.PRIVATE_SERVER.exception(
                    "the temporary account " + account + " was not removed");
        }
    }

    /** Shuts the server down with SQL, waits for the end of its process, and removes its folder. */
    public void shutDown(Duration stall) throws CloneException {
        try {
            session.query("SHUTDOWN");
        } catch (ServerException e) {
            process.destroy(); // SIGTERM, which is the same to a mysqld
        }
        session.close();
        session = null;
        awaitEnd(process.toHandle(), folder, new StallLimit(stall, nanoTime));
        password.close();
        folder.remove();
    }

    static void awaitEnd(ProcessHandle process, PrivateFolder folder, StallLimit limit) throws CloneException {
        while (process.isAlive()) {
            if (limit.isExceededBy(process.info().totalCpuDuration())) {
                throw Failure.Provisioning.PRIVATE_SERVER.exception(
                        "the private server (process " + process.pid() + ") does not stop" + folder.errors(""));
            }
            StallLimit.pause();
        }
    }

    /** Sends SIGTERM to a server that still runs, and waits. Does not kill it, because it would then need recovery. */
    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
        process.destroy();
        try {
            process.waitFor(STATEMENT_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        password.close();
    }

    public MysqldSettings settings() {
        return settings;
    }
}
