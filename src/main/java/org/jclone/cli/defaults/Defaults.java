package org.jclone.cli.defaults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where options are looked up besides the command line, in MySQL's order. If an option is given twice, the later one
 * counts. The fields are the options of the same name; an empty field was not given.
 *
 * <ol>
 *   <li>{@code /etc/my.cnf}, {@code /etc/mysql/my.cnf}, {@code $MYSQL_HOME/my.cnf}
 *   <li>the extra file
 *   <li>{@code ~/.my.cnf}
 *   <li>{@code ~/.mylogin.cnf}, or the file that {@code MYSQL_TEST_LOGIN_FILE} names
 * </ol>
 *
 * <p>A defaults file replaces the first three.
 */
public record Defaults(
        boolean noDefaults,
        Optional<Path> defaultsFile,
        Optional<Path> extraFile,
        Optional<String> groupSuffix,
        Optional<String> loginPath,
        boolean noLoginPaths) {

    private static final List<Path> GLOBAL_FILES = List.of(Path.of("/etc/my.cnf"), Path.of("/etc/mysql/my.cnf"));

    public Defaults {
        Objects.requireNonNull(defaultsFile, "defaultsFile");
        Objects.requireNonNull(extraFile, "extraFile");
    }

    /**
     * @param groups of the option files, without suffix
     * @param environment variables
     * @param warnings receives a warning about each ignored file
     */
    public List<DefaultsEntry> read(List<String> groups, Map<String, String> environment, Consumer<String> warnings)
            throws DefaultsException {
        List<DefaultsEntry> entries = new ArrayList<>();
        String suffix = suffix(environment);
        OptionFileReader files = new OptionFileReader(withSuffix(groups, suffix), entries, warnings);
        if (defaultsFile.isPresent()) {
            files.read(defaultsFile.get());
        } else if (!noDefaults) {
            readUsualFiles(files, environment);
        }
        if (!noLoginPaths) {
            List<String> paths = new ArrayList<>(groups);
            loginPath.ifPresent(paths::add);
            readLoginPaths(new OptionFileReader(withSuffix(paths, suffix), entries, warnings), environment, warnings);
        }
        return entries;
    }

    /**
     * Reads the global files that the options say not to read, as far as only root can write them: a user must not be
     * able to switch off rules of the machine. Empty if the files are read anyway.
     */
    public List<DefaultsEntry> binding(List<String> groups, Map<String, String> environment) throws DefaultsException {
        return noDefaults || defaultsFile.isPresent()
                ? binding(GLOBAL_FILES, withSuffix(groups, suffix(environment)))
                : List.of();
    }

    static List<DefaultsEntry> binding(List<Path> files, Set<String> groups) throws DefaultsException {
        List<DefaultsEntry> entries = new ArrayList<>();
        OptionFileReader reader = new OptionFileReader(groups, entries, ignored -> {});
        for (Path file : files) {
            if (isOnlyRootsToWrite(file)) {
                reader.readIfThere(file);
            }
        }
        return entries;
    }

    private static boolean isOnlyRootsToWrite(Path file) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            return attributes.owner().getName().equals("root")
                    && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                    && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void readUsualFiles(OptionFileReader files, Map<String, String> environment) throws DefaultsException {
        for (Path file : GLOBAL_FILES) {
            files.readIfThere(file);
        }
        if (environment.containsKey("MYSQL_HOME")) {
            files.readIfThere(Path.of(environment.get("MYSQL_HOME"), "my.cnf"));
        }
        if (extraFile.isPresent()) {
            files.read(extraFile.get());
        }
        if (environment.containsKey("HOME")) {
            files.readIfThere(Path.of(environment.get("HOME"), ".my.cnf"));
        }
    }

    /** The file may be missing or unusable, unless a login path was requested by name. */
    private void readLoginPaths(OptionFileReader files, Map<String, String> environment, Consumer<String> warnings)
            throws DefaultsException {
        Optional<Path> named = loginFile(environment);
        if (named.isEmpty() && loginPath.isPresent()) {
            throw new DefaultsException("--login-path: HOME is not set, so there is no file of login paths");
        }
        if (named.isEmpty() || loginPath.isEmpty() && !Files.isReadable(named.get())) {
            return;
        }
        Path file = named.get();
        try {
            if (LoginPathFile.isPrivate(file)) {
                files.readText(LoginPathFile.read(file), file);
            } else {
                String tooOpen = file + " must be readable and writable by its owner only (chmod 600)";
                if (loginPath.isPresent()) {
                    throw new DefaultsException("--login-path: " + tooOpen);
                }
                warnings.accept(tooOpen + "; ignoring it");
            }
        } catch (NoSuchFileException e) {
            throw new DefaultsException(
                    "--login-path: " + file + " does not exist; create it with mysql_config_editor set");
        } catch (IOException e) {
            throw new DefaultsException("cannot read " + file);
        }
        if (loginPath.isPresent() && !files.hasSeen(withSuffix(List.of(loginPath.get()), suffix(environment)))) {
            throw new DefaultsException("there is no login path " + loginPath.get() + " in " + file
                    + "; mysql_config_editor print --all shows the existing ones");
        }
    }

    private String suffix(Map<String, String> environment) {
        return groupSuffix.orElse(environment.getOrDefault("MYSQL_GROUP_SUFFIX", ""));
    }

    private static Optional<Path> loginFile(Map<String, String> environment) {
        String named = environment.get("MYSQL_TEST_LOGIN_FILE");
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        return Optional.ofNullable(environment.get("HOME")).map(home -> Path.of(home, ".mylogin.cnf"));
    }

    private static Set<String> withSuffix(List<String> groups, String suffix) {
        Set<String> all = new LinkedHashSet<>();
        for (String group : groups) {
            all.add(group.toLowerCase(Locale.ROOT));
            all.add((group + suffix).toLowerCase(Locale.ROOT));
        }
        return all;
    }
}
