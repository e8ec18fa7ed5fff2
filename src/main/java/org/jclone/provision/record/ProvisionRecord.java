package org.jclone.provision.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.OwnNames;
import org.jclone.recipient.storage.Durable;

/**
 * The state of a run, in one small file in the data directory that is replaced as a whole. A server ignores its name.
 *
 * <pre>
 * line 1  jclone provision 1
 * line 2  state: a {@link State}
 * line 3  step: a {@link Step}
 * line 4  when that was written, in UTC
 * ...     NAME=VALUE, a {@link Fact} each
 * </pre>
 */
public final class ProvisionRecord {

    public static final String NAME = OwnNames.PROVISION_RECORD;

    private static final String FIRST_LINE = "jclone provision 1";
    private static final int FIXED_LINES = 4;
    private static final int MAX_BYTES = 1 << 20;

    /** Field 22 of the file, which is counted from the third one here. */
    private static final int START_TICKS = 19;

    /** What is known of a step. */
    public enum State {
        BEGUN,
        DONE,
        FAILED,
        /** Everything is done. */
        COMPLETE,
        /** The old data is being put back. */
        ROLLING_BACK
    }

    /** What a later process needs and cannot find out by itself. */
    public enum Fact {
        /** A random name of the run, for the hooks. */
        RUN,
        DONOR,
        SOURCE,
        /** All servers that it may replicate from. */
        SOURCE_CANDIDATES,
        METHOD,
        /** The name of the group that the new server joins. */
        GROUP,
        /** Where members of that group answered. */
        GROUP_MEMBERS,
        /** Whether the data is cloned, or stays. */
        WAY,
        SERVER_ID,
        SERVER_UUID,
        CONFIG_FILE,
        /** Whether there was a settings file before, which then is kept. */
        CONFIG_BEFORE,
        /** What the donor had when the copy was complete. */
        DONOR_EXECUTED,
        /** Whether there was a {@code mysqld-auto.cnf}, which then is kept. */
        PERSISTED_BEFORE,
        /** Whether there was a {@code mysqld-auto.cnf.backup}, which then is kept. */
        PERSISTED_BACKUP_BEFORE,
        /** The names of the donor's persisted variables, which a clone does not have. */
        PERSISTED_OF_DONOR,
        /** Those of the data that was in the directory. */
        PERSISTED_OF_TARGET,
        /** Whether channels and events of data that stays are kept in tables; {@code over} when they no longer are. */
        REPLICATION_BEFORE,
        /** The transactions of the clone. */
        GTID_EXECUTED,
        BINLOG_FILE,
        BINLOG_POSITION,
        /** The folder of the private server. */
        PRIVATE_FOLDER,
        /** The temporary account on the private server. */
        ACCOUNT,
        /** Whether that account is removed. */
        ACCOUNT_REMOVED,
        /** Whether the channel is set up. By position it must not be set up twice. */
        CHANNEL,
        /** What happens to the donor's channels. */
        CHANNELS,
        /** The sources of the donor's channels that stay. */
        SOURCES,
        /** Why the clone cannot become a replica of any source, so that a later process clones again. */
        CLONE_USELESS,
        /** Whether there is old data. */
        OLD_DATA,
        /** Whether the run has stopped a server, which a rollback starts again. */
        SERVER_STOPPED,
        /** The donor for which the hook has succeeded. */
        HOOK_DONOR_CHOSEN,
        /** Whether the hook has succeeded. */
        HOOK_BEFORE_EXCHANGE,
        HOOK_CAUGHT_UP,
        /** Why the last step failed. */
        FAILURE,
        /** Its code, and what to do about it. */
        FAILURE_CODE,
        FAILURE_HINT,
        /** Number and start of the process that works on the run. */
        PROCESS
    }

    private final Path file;
    private final boolean onDisk;
    private final Map<Fact, String> facts = new EnumMap<>(Fact.class);
    private State state;
    private Step step;
    private Instant written = Instant.EPOCH;

    private ProvisionRecord(Path file, boolean onDisk, State state, Step step) {
        this.file = file;
        this.onDisk = onDisk;
        this.state = state;
        this.step = step;
    }

    /** Returns a record that is not on disk yet. */
    public static ProvisionRecord create(Path directory) {
        return new ProvisionRecord(directory.resolve(NAME), true, State.BEGUN, Step.PREPARE);
    }

    /** Returns a record that never is on disk, for a run that changes nothing. */
    public static ProvisionRecord inMemory(Path directory) {
        return new ProvisionRecord(directory.resolve(NAME), false, State.BEGUN, Step.PREPARE);
    }

    /**
     * Reads the record; empty if there is none.
     *
     * @throws CloneException also if that is not known, because the directory cannot be searched
     */
    public static Optional<ProvisionRecord> read(Path directory) throws CloneException {
        Path file = directory.resolve(NAME);
        try {
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isRegularFile() || found.size() > MAX_BYTES) {
                throw new IOException("not a record");
            }
            return Optional.of(parse(file, Files.readAllLines(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (Files.isRegularFile(directory)) {
                return Optional.empty(); // what needs a directory reports it
            }
            throw Failure.Provisioning.RECORD.exception("cannot read " + file + ": " + FileReason.of(e), e);
        } catch (IOException | RuntimeException e) {
            throw Failure.Provisioning.RECORD.exception(
                    "cannot read " + file + ": " + Printable.of(String.valueOf(e.getMessage())), e);
        }
    }

    private static ProvisionRecord parse(Path file, List<String> lines) throws IOException {
        if (lines.size() < FIXED_LINES || !lines.get(0).equals(FIRST_LINE)) {
            throw new IOException("not a record of jclone provision, or one of a newer jclone");
        }
        ProvisionRecord record =
                new ProvisionRecord(file, true, State.valueOf(lines.get(1)), Step.valueOf(lines.get(2)));
        record.written = Instant.parse(lines.get(3));
        for (String line : lines.subList(FIXED_LINES, lines.size())) {
            int equals = line.indexOf('=');
            record.facts.put(Fact.valueOf(line.substring(0, equals)), line.substring(equals + 1));
        }
        return record;
    }

    public State state() {
        return state;
    }

    public Step step() {
        return step;
    }

    /** Records that this process works on the run. */
    public void setProcess() throws StorageException {
        set(Fact.PROCESS, identity(ProcessHandle.current()));
    }

    /** Whether the process that worked on the run still does, as far as it can be seen from here. */
    public boolean isRunning() {
        String process = fact(Fact.PROCESS).orElse("");
        String number = process.substring(0, Math.max(0, process.indexOf(' ')));
        return state != State.COMPLETE
                && state != State.FAILED
                && number.matches("[0-9]{1,10}")
                && ProcessHandle.of(Long.parseLong(number))
                        .filter(handle -> identity(handle).equals(process))
                        .isPresent();
    }

    /** Identifies a process by number and start, because a later process may get the same number. */
    private static String identity(ProcessHandle process) {
        return process.pid() + " " + start(process);
    }

    /** Returns the start in ticks since the boot, and the boot's id: setting the clock does not change them. */
    private static String start(ProcessHandle process) {
        try {
            Path processes = Path.of("/proc");
            String state = Files.readString(
                    processes.resolve(process.pid() + "/stat"), StandardCharsets.ISO_8859_1); // a name can be anything
            String[] afterName = state.substring(state.lastIndexOf(')') + 2).split(" ");
            return afterName[START_TICKS] + " "
                    + Files.readString(processes.resolve("sys/kernel/random/boot_id"))
                            .strip();
        } catch (IOException e) {
            return process.info().startInstant().map(Instant::toString).orElse("");
        }
    }

    /** Returns the state in words. */
    public String describe() {
        String name = step.displayName();
        return switch (state) {
            case BEGUN -> name + " was begun";
            case DONE -> name + " is done";
            case FAILED -> name + " failed: " + fact(Fact.FAILURE).orElse("");
            case COMPLETE -> "complete";
            case ROLLING_BACK -> "the old data is being put back";
        };
    }

    /** Returns when the record was last written. */
    public Instant written() {
        return written;
    }

    public Optional<String> fact(Fact fact) {
        return Optional.ofNullable(facts.get(fact));
    }

    /** Whether the new server may be in service, so that the run is not undone any more. */
    public boolean isHandedOver() {
        return state == State.COMPLETE
                || step == Step.VERIFY
                || step == Step.HAND_OVER && has(Fact.ACCOUNT_REMOVED)
                || fact(Fact.REPLICATION_BEFORE).filter("over"::equals).isPresent();
    }

    public boolean has(Fact fact) {
        return facts.containsKey(fact);
    }

    /** Sets a fact, which is on disk when this returns. */
    public void set(Fact fact, String value) throws StorageException {
        if (!value.equals(facts.put(fact, oneLine(value)))) {
            write();
        }
    }

    /** Forgets a fact, durably. */
    public void forget(Fact fact) throws StorageException {
        if (facts.remove(fact) != null) {
            write();
        }
    }

    /** Changes the state durably: it is on disk when this returns. */
    public void to(State newState, Step newStep) throws StorageException {
        state = newState;
        step = newStep;
        if (newState != State.FAILED) {
            List.of(Fact.FAILURE, Fact.FAILURE_CODE, Fact.FAILURE_HINT).forEach(facts::remove);
        }
        write();
    }

    /** Records a failure. */
    public void failed(CloneException failure) throws StorageException {
        facts.put(Fact.FAILURE, oneLine(String.valueOf(failure.getMessage())));
        facts.put(Fact.FAILURE_CODE, failure.code().name());
        facts.put(Fact.FAILURE_HINT, oneLine(failure.hint()));
        to(State.FAILED, step);
    }

    /** Replaces the record of a later run, durably, with this one, which keeps its time. */
    public void putBack() throws StorageException {
        store();
    }

    /** Removes the record durably. */
    public void remove() throws StorageException {
        Durable.delete(file);
        Durable.flushDirectory(file.getParent());
    }

    private void write() throws StorageException {
        written = Instant.now();
        store();
    }

    private void store() throws StorageException {
        if (!onDisk) {
            return;
        }
        List<String> lines = new ArrayList<>(List.of(FIRST_LINE, state.name(), step.name(), written.toString()));
        facts.forEach((fact, value) -> lines.add(fact + "=" + value));
        Durable.replaceOwnFile(file, String.join("\n", lines) + "\n");
    }

    /** A GTID set may be shown on several lines, and white space in it means nothing. */
    private static String oneLine(String value) {
        return Printable.of(value.replace("\n", "").replace("\r", ""));
    }
}
