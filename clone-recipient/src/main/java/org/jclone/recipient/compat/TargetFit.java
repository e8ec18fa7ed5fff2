package org.jclone.recipient.compat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Compatibility;
import org.jclone.recipient.api.IncompatibleDonorException;
import org.jclone.recipient.api.InnodbDirectories;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.api.TargetEncryption;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;
import org.jclone.recipient.storage.Durable;

/**
 * Compares donor and target: examines the target before the first connection, and writes the settings after the last flush.
 */
public final class TargetFit {

    private static final String IN_DATA_DIRECTORY = "./";

    private final CloneRequest request;
    private final TargetFacts facts;
    private DonorSettings settings = DonorSettings.notAsked();
    private DonorReplication replication = DonorReplication.notAsked();
    private Optional<UpgradeChecks> upgrade;
    private List<Mismatch> faults = List.of();
    private Compatibility compatibility;

    private TargetFit(CloneRequest request, TargetFacts facts) {
        this.request = request;
        this.facts = facts;
        upgrade = request.target().server().upgrade() ? Optional.of(UpgradeChecks.none()) : Optional.empty();
    }

    /** Examines the target, and checks that the requested files can be written. */
    public static TargetFit prepare(CloneRequest request) throws CloneException {
        TargetServer target = request.target().server();
        if (target.configFile().isPresent()) {
            requireWritable("--config-file", target.configFile().get(), request);
        }
        if (target.configFile().isPresent() && target.persistedVariables().isPresent()) {
            requireTwoFiles(
                    target.configFile().get(), target.persistedVariables().get());
        }
        if (target.persistedVariables().isPresent()) {
            requireWritable("--persisted-variables", target.persistedVariables().get(), request);
        }
        return new TargetFit(request, TargetFacts.of(target));
    }

    /** Whether to call {@link #askDonor}. */
    public boolean wantsSql() {
        return request.target().server().configFile().isPresent()
                || upgrade.isPresent()
                || request.target().server().persistedVariables().isPresent();
    }

    /** Whether the request cannot be met without {@link #askDonor}. */
    public boolean needsSql() {
        return request.target().server().persistedVariables().isPresent();
    }

    /** Queries the donor's settings, and writes the persisted variables if requested. */
    public void askDonor(SqlSession sql) throws CloneException {
        settings = DonorSettings.ask(sql);
        replication = DonorReplication.ask(sql);
        askForFaults(sql);
        askForUpgrade(sql);
        Optional<Path> persisted = request.target().server().persistedVariables();
        if (persisted.isPresent()) {
            Durable.replaceFile(persisted.get().toAbsolutePath(), PersistedVariables.ask(sql, request.donor()));
        }
    }

    private void askForFaults(SqlSession sql) throws CloneException {
        try {
            String version = sql.query("SELECT VERSION()").single().orElse("");
            faults = KnownFaults.ask(sql, ServerVersion.ofTarget(version));
        } catch (SqlException e) {
            faults = List.of(); // COM_INIT tells the version, too; without it there is no clone
        }
    }

    private void askForUpgrade(SqlSession sql) throws CloneException {
        if (upgrade.isPresent() && facts.version().isPresent()) {
            upgrade = Optional.of(UpgradeChecks.ask(sql, facts.version().get(), facts));
        }
    }

    /**
     * @throws IncompatibleDonorException with all fatal mismatches, unless the request forces the clone
     */
    public Compatibility check(DonorParameters donor) throws CloneException {
        compatibility =
                CompatibilityCheck.run(DonorFacts.of(donor), facts, upgrade).with(faults);
        if (!compatibility.fatal().isEmpty() && !request.target().server().forceIncompatible()) {
            throw new IncompatibleDonorException(compatibility);
        }
        return compatibility;
    }

    /** Compares without a clone. */
    public Compatibility compare(SqlSession sql) throws SqlException, CloneException {
        askForFaults(sql);
        askForUpgrade(sql);
        return CompatibilityCheck.run(DonorFacts.ask(sql), facts, upgrade).with(faults);
    }

    /** Returns the settings that the server on the clone needs, and writes them if requested. */
    public TargetConfiguration write(
            DonorParameters donor, Map<String, Path> relocated, Optional<TargetEncryption> encryption)
            throws CloneException {
        ConfigFragment fragment = fragment(donor, relocated);
        replication.addTo(
                fragment,
                facts.version().map(ServerVersion::number).orElse(donor.versionNumber()),
                compatibility.upgrade().isPresent());
        encryption.ifPresent(found -> addEncryption(fragment, found));
        Optional<Path> file = request.target().server().configFile().map(Path::toAbsolutePath);
        if (file.isPresent()) {
            Durable.replaceFile(file.get(), fragment.text());
        }
        Map<String, String> elsewhere = directories();
        elsewhere.values().removeIf(IN_DATA_DIRECTORY::equals);
        return new TargetConfiguration(
                fragment.text(), fragment.settings(), elsewhere, file, compatibility, replication.carried());
    }

    private static void addEncryption(ConfigFragment fragment, TargetEncryption encryption) {
        if (encryption.redoLog()) {
            fragment.advisedAsOnDonor("innodb_redo_log_encrypt", "ON");
        }
        if (encryption.undoLog()) {
            fragment.advisedAsOnDonor("innodb_undo_log_encrypt", "ON");
        }
        fragment.note("Data is encrypted: the server needs a keyring, which no option file can configure.");
        fragment.note("mysqld.my, in the directory of the program mysqld: " + TargetEncryption.MANIFEST);
        encryption
                .componentConfiguration()
                .ifPresentOrElse(
                        content -> fragment.note("component_keyring_file.cnf, in the plugin directory: " + content),
                        () -> fragment.note(
                                "Any keyring component. Then run ALTER INSTANCE ROTATE INNODB MASTER KEY at once:"
                                        + " until then a publicly known key wraps the keys."));
    }

    private ConfigFragment fragment(DonorParameters donor, Map<String, Path> relocated) {
        String directory = request.target().destination().directory().toString();
        ConfigFragment fragment = new ConfigFragment(
                "Donor " + request.donor() + ", MySQL " + donor.version() + ", cloned to " + directory);
        fragment.must("datadir", directory);
        fragment.must("innodb_page_size", Integer.toString(donor.pageSize()));
        for (Map.Entry<String, String> setting : directories().entrySet()) {
            fragment.must(setting.getKey(), setting.getValue());
        }
        TreeSet<String> outside = new TreeSet<>();
        for (Path path : relocated.values()) {
            if (!path.startsWith(request.directory()) && path.getParent() != null) {
                outside.add(path.getParent().toString());
            }
        }
        if (!outside.isEmpty()) {
            fragment.must("innodb_directories", String.join(";", outside));
        }
        settings.addTo(fragment);
        return fragment;
    }

    /** Returns the server's settings for directories outside its data directory; {@code ./} is the data directory itself. */
    private Map<String, String> directories() {
        InnodbDirectories innodb = request.target().destination().innodb();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("innodb_data_home_dir", innodb.system().map(Path::toString).orElse(IN_DATA_DIRECTORY));
        settings.put("innodb_undo_directory", innodb.undo().map(Path::toString).orElse(IN_DATA_DIRECTORY));
        settings.put(
                "innodb_log_group_home_dir", innodb.redo().map(Path::toString).orElse(IN_DATA_DIRECTORY));
        return settings;
    }

    private static void requireWritable(String option, Path given, CloneRequest request) throws CloneException {
        Path file = given.toAbsolutePath().normalize();
        if (file.startsWith(request.directory())) {
            throw usage(option, file, "lies in the new data directory, where mysqld would take it for its own");
        }
        if (request.target().innodb().byOption().values().stream().anyMatch(file::startsWith)) {
            throw usage(option, file, "lies in a new directory of InnoDB's, which must be empty");
        }
        if (!Files.isDirectory(file.getParent()) || !Files.isWritable(file.getParent())) {
            throw usage(option, file, "cannot be written: " + file.getParent() + " is not a writable directory");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isOurs(file)) {
            throw usage(option, file, "exists and was not written by jclone");
        }
    }

    /** Refuses the same file for both options, also under different names of its directory. */
    private static void requireTwoFiles(Path settings, Path persisted) throws CloneException {
        if (real(settings).equals(real(persisted))) {
            throw usage("--persisted-variables", persisted, "is the file of --config-file, too");
        }
    }

    private static Path real(Path given) {
        Path file = given.toAbsolutePath().normalize();
        try {
            return file.getParent().toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            return file; // its directory is looked at next
        }
    }

    private static boolean isOurs(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            char[] start = new char[ConfigFragment.FIRST_LINE.length()];
            int length = lines.read(start);
            return length > 0 && String.valueOf(start, 0, length).equals(ConfigFragment.FIRST_LINE);
        } catch (IOException e) {
            return false;
        }
    }

    private static CloneException usage(String option, Path file, String what) {
        return Failure.Usage.OUTPUT_FILE.exception(option + ": " + file + ' ' + what);
    }
}
