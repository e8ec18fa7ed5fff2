package org.jclone.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.RunOrder;
import org.jclone.protocol.text.Printable;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.Durable;

/**
 * The runs that have not ended, one small file each, so that a damaged file concerns one run. A file is on disk before
 * the order is confirmed, and is deleted when the run has ended. The history does not keep them, because it may be
 * lost.
 *
 * <pre>
 * line 1  jclone run 1
 * ...     NAME=VALUE, a {@link Field} each
 * </pre>
 */
final class RunFiles {

    private static final String FIRST_LINE = "jclone run 1";
    private static final String SUFFIX = ".run";
    private static final int MAX_BYTES = 1 << 16;

    private enum Field {
        TARGET,
        ACTION,
        PRIORITY,
        KEY,
        BY,
        DIRECTORY,
        ORDERED_AT,
        STARTED_AT,
        RETRY_OF,
        PROCESSES,
        PROCESSES_IN_STEP,
        STEP,
        STOP
    }

    private final Path folder;

    RunFiles(Path folder) {
        this.folder = folder;
    }

    /** Writes a run durably. */
    void write(StoredRun run) throws CloneException {
        Map<Field, String> fields = new EnumMap<>(Field.class);
        fields.put(Field.TARGET, run.order().target());
        fields.put(Field.ACTION, run.order().action().name());
        fields.put(Field.PRIORITY, Integer.toString(run.order().priority()));
        run.order().key().ifPresent(key -> fields.put(Field.KEY, key));
        fields.put(Field.BY, run.order().by());
        fields.put(Field.DIRECTORY, run.directory().toString());
        fields.put(Field.ORDERED_AT, run.orderedAt().toString());
        run.startedAt().ifPresent(time -> fields.put(Field.STARTED_AT, time.toString()));
        run.retryOf().ifPresent(id -> fields.put(Field.RETRY_OF, id));
        fields.put(Field.PROCESSES, Integer.toString(run.processes()));
        fields.put(Field.PROCESSES_IN_STEP, Integer.toString(run.processesInStep()));
        run.step().ifPresent(step -> fields.put(Field.STEP, step.name()));
        run.stop().ifPresent(mode -> fields.put(Field.STOP, mode.name()));
        List<String> lines = new ArrayList<>(List.of(FIRST_LINE));
        fields.forEach((field, value) -> lines.add(field + "=" + Printable.of(value)));
        Durable.replaceOwnFile(file(run.id()), String.join("\n", lines) + "\n");
    }

    /** Deletes the file of a run that has ended. */
    void remove(String id) throws CloneException {
        Durable.delete(file(id));
        Durable.flushDirectory(folder);
    }

    private Path file(String id) {
        return folder.resolve(id + SUFFIX);
    }

    /**
     * Reads all runs, the oldest first. A file that cannot be read gets another name.
     *
     * @param warnings receives a text for each of those
     */
    List<StoredRun> readAll(Consumer<String> warnings) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
        List<StoredRun> runs = new ArrayList<>();
        for (Path file : files) {
            try {
                runs.add(read(file));
            } catch (IOException | RuntimeException e) {
                Path aside = file.resolveSibling(file.getFileName() + ".unusable");
                Files.move(file, aside);
                warnings.accept("cannot read the run in " + file + ": " + Printable.of(String.valueOf(e.getMessage()))
                        + "; it is now " + aside);
            }
        }
        return runs;
    }

    private static StoredRun read(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
            throw new IOException("not a run");
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).equals(FIRST_LINE)) {
            throw new IOException("not a run, or one of a newer jclone");
        }
        Map<Field, String> fields = new EnumMap<>(Field.class);
        for (String line : lines.subList(1, lines.size())) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IOException("a line without =");
            }
            fields.put(Field.valueOf(line.substring(0, equals)), line.substring(equals + 1));
        }
        String name = file.getFileName().toString();
        return new StoredRun(
                name.substring(0, name.length() - SUFFIX.length()),
                new RunOrder(
                        required(fields, Field.TARGET),
                        RunOrder.Action.valueOf(required(fields, Field.ACTION)),
                        Integer.parseInt(required(fields, Field.PRIORITY)),
                        Optional.ofNullable(fields.get(Field.KEY)),
                        required(fields, Field.BY)),
                Path.of(required(fields, Field.DIRECTORY)),
                Instant.parse(required(fields, Field.ORDERED_AT)),
                Optional.ofNullable(fields.get(Field.STARTED_AT)).map(Instant::parse),
                Optional.ofNullable(fields.get(Field.RETRY_OF)),
                Integer.parseInt(required(fields, Field.PROCESSES)),
                Integer.parseInt(required(fields, Field.PROCESSES_IN_STEP)),
                Optional.ofNullable(fields.get(Field.STEP)).map(Step::valueOf),
                Optional.ofNullable(fields.get(Field.STOP)).map(CancelMode::valueOf));
    }

    private static String required(Map<Field, String> fields, Field field) throws IOException {
        String value = fields.get(field);
        if (value == null) {
            throw new IOException(field + " is missing");
        }
        return value;
    }
}
