package org.jclone.tests.server;

import static java.util.stream.Collectors.toMap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jclone.tests.process.CommandResult;

/** One real server in one directory, driven by the scripts of {@code tests/server}. */
public final class MySqlServer implements AutoCloseable {

    /** The account that {@code instance create} creates. */
    public static final String CLONE_USER = "clone_donor";

    public static final String CLONE_PASSWORD = "clone_donor";

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final ServerHost host;
    private final Path folder;
    private final Map<String, String> environment;

    MySqlServer(ServerHost host, Path folder, List<String> options) {
        this.host = host;
        this.folder = folder;
        List<String> arguments = new ArrayList<>(List.of("create"));
        arguments.add(folder.toString());
        arguments.addAll(options);
        host.require("instance", arguments, TIMEOUT);
        this.environment = script("instance", "env")
                .lines()
                .map(line -> line.split("=", 2))
                .collect(toMap(pair -> pair[0], pair -> pair[1]));
    }

    public int port() {
        return Integer.parseInt(environment.get("PORT"));
    }

    public Path socket() {
        return Path.of(environment.get("SOCKET"));
    }

    public Path dataDirectory() {
        return Path.of(environment.get("DATA"));
    }

    /** The directory for tablespaces outside the data directory. */
    public Path outside() {
        return Path.of(environment.get("OUTSIDE"));
    }

    /** Where the server keeps its keys, with {@code --encrypt}. */
    public Path keyring() {
        return folder.resolve("keyring.json");
    }

    /** Returns the server's folder, as its scripts expect it. */
    public Path folder() {
        return folder;
    }

    /**
     * Runs statements as root, with any compression that the server requires. Rows are lines, fields are separated by
     * tabs.
     */
    public String sql(String statements) {
        return host.require(
                        "instance",
                        List.of(
                                "sql",
                                folder.toString(),
                                "--compression-algorithms=uncompressed,zlib,zstd",
                                "--raw",
                                "--skip-column-names",
                                "-e",
                                statements),
                        TIMEOUT)
                .strip();
    }

    /** Runs statements with this server's client on another server on {@code otherPort} of this machine. */
    public String sqlAt(int otherPort, String user, String password, String statements) {
        List<String> arguments = new ArrayList<>(List.of("sql", folder.toString(), "--protocol=TCP"));
        arguments.addAll(
                List.of("--host=127.0.0.1", "--port=" + otherPort, "--user=" + user, "--password=" + password));
        arguments.addAll(List.of("--raw", "--skip-column-names", "-e", statements));
        return host.require("instance", arguments, TIMEOUT).strip();
    }

    /** Returns the fields of a query's only row. */
    public List<String> row(String query) {
        return List.of(sql(query).split("\t", -1));
    }

    public long number(String query) {
        return Long.parseLong(sql(query));
    }

    /** Loads the data sets of {@code load}. */
    public void load(String... sets) {
        script("load", "", sets);
    }

    /** Creates the schema that {@link Churn} uses. */
    public void prepareChurn() {
        script("churn", "prepare");
    }

    /** Returns all logical content as text; takes the options of {@code fingerprint}. */
    public String fingerprint(String... options) {
        return script("fingerprint", "", options);
    }

    /** Checks every table; throws if one is corrupt. */
    public String check() {
        return script("check", "");
    }

    public void start() {
        script("instance", "start");
    }

    public void stop() {
        script("instance", "stop");
    }

    /** Kills the server, as a crash does. */
    public void kill() {
        script("instance", "kill");
    }

    /** Clones {@code donor} with the clone plugin of this server into {@code target}. */
    public void cloneFrom(MySqlServer donor, Path target, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of(folder.toString(), donor.folder.toString(), target.toString()));
        arguments.addAll(List.of(options));
        host.require("native-clone", arguments, TIMEOUT);
    }

    /** Clones the donor on {@code donorPort} of this machine; takes the options of {@code native-clone}. */
    public void cloneFrom(int donorPort, Path target, String... options) {
        nativeClone(donorPort, target.toString(), options);
    }

    /** Replaces the data of this server with the donor's, and starts it. */
    public void cloneInPlaceFrom(int donorPort, String... options) {
        nativeClone(donorPort, "-", options);
    }

    private void nativeClone(int donorPort, String target, String... options) {
        List<String> arguments = new ArrayList<>(List.of(folder.toString(), "127.0.0.1:" + donorPort, target));
        arguments.addAll(List.of(options));
        host.require("native-clone", arguments, TIMEOUT);
    }

    /**
     * Kills the server if it runs, and removes its directory. A test that reads the data files afterwards, of a clone for
     * example, stops the server first.
     */
    @Override
    public void close() {
        script("instance", "destroy", "--kill");
    }

    CommandResult run(String script, List<String> arguments, Duration timeout) {
        return host.run(script, arguments, timeout);
    }

    /** Runs {@code script [action] directory arguments...}. */
    String script(String script, String action, String... more) {
        List<String> arguments = new ArrayList<>();
        if (!action.isEmpty()) {
            arguments.add(action);
        }
        arguments.add(folder.toString());
        arguments.addAll(List.of(more));
        return host.require(script, arguments, TIMEOUT);
    }
}
