package org.jclone.provision.mysqld;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.DirectorySwap;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;

/**
 * A server on the new data that only this run can reach: without network, its socket in a folder of mode 0700, with one
 * temporary account. That account is made by {@code --init-file}, which does nothing else: an error in that file would only
 * be logged. The file is removed as soon as the server answers.
 */
public final class PrivateServer implements AutoCloseable {

    private static final int ACCESS_DENIED = 1045;
    private static final int MAX_SOCKET_BYTES = 100;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(10);
    private static final long POLL_MILLIS = 100;
    private static final String ERROR = "[ERROR]";
    private static final int MAX_LOG_LINES = 4;
    private static final int MAX_LOG_BYTES = 1 << 20;

    private final MysqldSettings settings;
    private final Path folder;
    private final String account;
    private final Password password;
    private final Process process;
    private final FirstOutput output;
    private ServerSession session;

    private PrivateServer(MysqldSettings settings, Path folder, String account, Password password, Process process) {
        this.settings = settings;
        this.folder = folder;
        this.account = account;
        this.password = password;
        this.process = process;
        this.output = new FirstOutput(process.getInputStream());
    }

    /** Returns the folder for the private server of a data directory, which is in it unless that path is too long. */
    public static Path folderFor(Path directory) {
        Path inside = directory.resolve(DirectorySwap.PROVISION_PRIVATE);
        int length = inside.resolve("mysqld.sock").toString().getBytes(StandardCharsets.UTF_8).length;
        return length <= MAX_SOCKET_BYTES ? inside : temporary().resolve("jclone-" + hex(4));
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
     * Starts a server and waits until it answers, however long it takes as long as it works: it may upgrade the data.
     *
     * @param extraOptions for this start, {@code --name=value} each
     * @param stall how long it may neither write to its log nor use a processor
     */
    public static PrivateServer start(
            MysqldSettings settings,
            EffectiveOptions effective,
            Path directory,
            Path folder,
            String account,
            List<String> extraOptions,
            Duration stall)
            throws CloneException {
        createFolder(folder, settings.user());
        Password password = newPassword();
        boolean started = false;
        PrivateServer server = null;
        try {
            writeInitFile(folder, account, password, settings.user());
            List<String> command = new ArrayList<>(EffectiveOptions.commandLine(settings));
            command.addAll(extraOptions);
            command.addAll(options(effective, directory, folder));
            settings.user().ifPresent(user -> command.add("--user=" + user));
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .start();
            server = new PrivateServer(settings, folder, account, password, process);
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
            Durable.delete(folder.resolve("init.sql"));
        }
    }

    private static List<String> options(EffectiveOptions effective, Path directory, Path folder) {
        Words words = Words.of(effective.version());
        return List.of(
                "--datadir=" + directory,
                "--skip-networking=ON",
                "--socket=" + folder.resolve("mysqld.sock"),
                "--pid-file=" + folder.resolve("mysqld.pid"),
                "--log-error=" + folder.resolve("mysqld.log"),
                "--" + words.variable("skip_replica_start") + "=ON",
                "--relay-log-recovery=ON",
                "--event-scheduler=OFF",
                "--super-read-only=ON",
                "--offline-mode=OFF",
                "--loose-group-replication-start-on-boot=OFF",
                "--loose-mysqlx=OFF",
                "--init-file=" + folder.resolve("init.sql"));
    }

    private static void createFolder(Path folder, Optional<String> user) throws StorageException {
        removeFolder(folder);
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            give(folder, user);
        } catch (IOException e) {
            throw StorageErrors.of("create directory", folder, -1, e);
        }
    }

    private static void give(Path path, Optional<String> user) throws IOException {
        if (user.isPresent()) {
            UserPrincipal owner =
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user.get());
            Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setOwner(owner);
        }
    }

    private static Password newPassword() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        // The tail satisfies any password policy.
        return Password.of((HexFormat.of().formatHex(random) + "_Aa1!").toCharArray());
    }

    private static void writeInitFile(Path folder, String account, Password password, Optional<String> user)
            throws StorageException {
        String text = Stream.of(
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
        Path file = folder.resolve("init.sql");
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            give(file, user);
        } catch (IOException e) {
            throw StorageErrors.of("write", file, -1, e);
        }
    }

    private void awaitReady(Duration stall) throws CloneException {
        long lastChange = System.nanoTime();
        String before = "";
        while (true) {
            if (!process.isAlive()) {
                throw Failure.Provisioning.PRIVATE_SERVER.exception("the private server ended with status "
                        + process.exitValue() + " before it answered" + errorsOfLog());
            }
            if (Files.exists(folder.resolve("mysqld.sock"))) {
                Optional<ServerSession> answer = tryToConnect();
                if (answer.isPresent()) {
                    session = answer.get();
                    return;
                }
            }
            String now = activity();
            if (!now.equals(before)) {
                before = now;
                lastChange = System.nanoTime();
            } else if (System.nanoTime() - lastChange > stall.toNanos()) {
                throw Failure.Provisioning.PRIVATE_SERVER.exception("the private server made no progress for "
                        + stall.toSeconds() + " s before it answered" + errorsOfLog());
            }
            pause();
        }
    }

    private static List<String> errorsIn(String text) {
        return text.lines()
                .filter(line -> line.contains(ERROR))
                .map(line ->
                        line.substring(line.indexOf(ERROR) + ERROR.length()).strip())
                .toList();
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
            return cpu + " " + Files.size(folder.resolve("mysqld.log"));
        } catch (IOException e) {
            return cpu + " no log";
        }
    }

    private Server server() {
        return Server.of(new ServerConnector(
                DonorAddress.ofSocket(folder.resolve("mysqld.sock")),
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
        return errorsOfLog(output.text(), folder);
    }

    /** @param output what the server wrote before it opened its log */
    private static String errorsOfLog(String output, Path folder) {
        List<String> errors = new ArrayList<>(errorsIn(output));
        try {
            Path file = folder.resolve("mysqld.log");
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MAX_LOG_BYTES) {
                errors.addAll(errorsIn(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)));
            }
        } catch (IOException e) {
            errors.add("its log cannot be read: " + e.getMessage());
        }
        int from = Math.max(0, errors.size() - MAX_LOG_LINES);
        return errors.isEmpty() ? "" : "; its log: " + String.join("; ", errors.subList(from, errors.size()));
    }

    /** Removes the temporary account, not logged, and checks that it is removed. */
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

    /** Shuts the server down with a statement, waits until its process has ended, and removes its folder. */
    public void shutDown(Duration stall) throws CloneException {
        try {
            session.query("SHUTDOWN");
        } catch (ServerException e) {
            process.destroy(); // SIGTERM, which is the same to a mysqld
        }
        session.close();
        session = null;
        awaitEnd(process.toHandle(), folder, stall);
        password.close();
        removeFolder(folder);
    }

    /** Sends SIGTERM and waits, if the server still runs; a killed one would need recovery. */
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

    /**
     * Stops the private server that an earlier process left, if it still runs, and removes its folder. The process is
     * believed to be that server only if its command line names the folder's socket.
     */
    public static boolean stopLeftOver(Path directory, Path folder, Duration stall) throws CloneException {
        if (!isOurs(directory, folder)) {
            throw Failure.Provisioning.RECORD.exception(
                    "the record names " + folder + ", where no private server of this directory can be");
        }
        Optional<ProcessHandle> left = findLeftOver(folder);
        if (left.isPresent()) {
            left.get().destroy();
            awaitEnd(left.get(), folder, stall);
        }
        removeFolder(folder);
        return left.isPresent();
    }

    /** Whether {@link #folderFor} returns such a path: the record of a run is in a directory that others may write to. */
    static boolean isOurs(Path directory, Path folder) {
        return folder.equals(directory.resolve(DirectorySwap.PROVISION_PRIVATE))
                || temporary().equals(folder.getParent())
                        && folder.getFileName().toString().matches("jclone-[0-9a-f]{8}");
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    }

    private static Optional<ProcessHandle> findLeftOver(Path folder) {
        String argument = "--socket=" + folder.resolve("mysqld.sock");
        return ProcessHandle.allProcesses()
                .filter(ProcessHandle::isAlive)
                .filter(handle -> hasArgument(handle.pid(), argument))
                .findFirst();
    }

    private static boolean hasArgument(long pid, String argument) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            return List.of(new String(line, StandardCharsets.UTF_8).split("\0")).contains(argument);
        } catch (IOException e) {
            return false; // it has just ended, or belongs to another user
        }
    }

    private static void awaitEnd(ProcessHandle process, Path folder, Duration stall) throws CloneException {
        long lastChange = System.nanoTime();
        Optional<Duration> before = Optional.empty();
        while (process.isAlive()) {
            Optional<Duration> now = process.info().totalCpuDuration();
            if (!now.equals(before)) {
                before = now;
                lastChange = System.nanoTime();
            } else if (System.nanoTime() - lastChange > stall.toNanos()) {
                throw Failure.Provisioning.PRIVATE_SERVER.exception(
                        "the private server (process " + process.pid() + ") does not stop" + errorsOfLog("", folder));
            }
            pause();
        }
    }

    private static void removeFolder(Path folder) throws StorageException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw StorageErrors.of("remove", folder, -1, e);
        }
    }

    private static void pause() throws CloneException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }

    public MysqldSettings settings() {
        return settings;
    }
}
