package org.jclone.provision.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.provision.api.PersistedReport;
import org.jclone.provision.mysqld.Fence;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.sql.Rows;

/**
 * Finds the names of the variables that {@code SET PERSIST} left on donor and target. Reads no values: they may be
 * secrets.
 */
public final class PersistedVariables {

    private static final int MAX_BYTES = 1 << 20;
    private static final String NAME = "[A-Za-z0-9_.$]{1,200}";
    /** A name in a value has a backslash before its quotation mark. */
    private static final Pattern MEMBER = Pattern.compile("\"(" + NAME + ")\"\\s*:\\s*\\{\\s*\"Value\"");

    private final Run run;

    PersistedVariables(Run run) {
        this.run = run;
    }

    /** Returns what the record says. */
    public static PersistedReport recorded(ProvisionRecord record) {
        return new PersistedReport(
                names(record, Fact.PERSISTED_OF_DONOR),
                names(record, Fact.PERSISTED_OF_TARGET),
                Run.isIncremental(record));
    }

    private static Set<String> names(ProvisionRecord record, Fact fact) {
        return new TreeSet<>(Arrays.asList(record.fact(fact)
                .filter(text -> !text.isEmpty())
                .map(text -> text.split(" "))
                .orElse(new String[0])));
    }

    /** Records the names, and reports them if there are any. */
    void report() throws StorageException {
        askDonor();
        set(Fact.PERSISTED_OF_TARGET, inFile(run.directory().resolve(Fence.SETTINGS)));
        PersistedReport report = recorded(run.record());
        if (!report.describe().isEmpty()) {
            Map<String, String> inputs = new LinkedHashMap<>();
            inputs.put("of the donor", String.join(" ", report.donor()));
            inputs.put("of the target", String.join(" ", report.target()));
            run.report().decided("persisted variables", String.join("; ", report.describe()), inputs);
        }
    }

    private void askDonor() throws StorageException {
        if (run.isIncremental()) {
            return;
        }
        try (ServerSession sql = run.asCloneUser(run.donor()).connect()) {
            ask(sql);
        } catch (ServerException e) {
            run.report().note("the donor's persisted variables are not known: " + e.getMessage());
        }
    }

    /** Records those of the donor that is asked; every account may see them. */
    void ask(ServerSession donor) throws ServerException, StorageException {
        Rows rows = donor.query("SELECT VARIABLE_NAME FROM performance_schema.persisted_variables");
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.text(i, 0).matches(NAME)) {
                names.add(rows.text(i, 0));
            }
        }
        set(Fact.PERSISTED_OF_DONOR, names);
    }

    private void set(Fact fact, Set<String> names) throws StorageException {
        if (names.isEmpty()) {
            run.record().forget(fact);
        } else {
            run.record().set(fact, String.join(" ", names));
        }
    }

    private Set<String> inFile(Path file) {
        Set<String> names = new TreeSet<>();
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MAX_BYTES) {
                names.addAll(names(Files.readString(file)));
            }
        } catch (IOException e) {
            run.report().note("the target's persisted variables are not known: cannot read " + file);
        }
        return names;
    }

    /** @param text the content of {@code mysqld-auto.cnf} */
    static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher member = MEMBER.matcher(text);
        while (member.find()) {
            names.add(member.group(1));
        }
        return names;
    }
}
