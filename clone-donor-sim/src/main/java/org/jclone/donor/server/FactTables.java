package org.jclone.donor.server;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.SpaceIds;

/** The tables of information_schema and performance_schema that describe a donor to a recipient. */
final class FactTables {

    /**
     * A table.
     *
     * @param columns column names in lowercase
     * @param rows creates the rows on each query
     */
    record Table(List<String> columns, Supplier<List<List<Optional<String>>>> rows) {}

    private static final long EXTENT_BYTES = 1 << 20;

    private static final Table NOTHING_KNOWN_OF_TABLES =
            new Table(List.of("table_schema", "table_name", "engine", "table_type", "create_options"), List::of);
    private static final Table NO_LOCKS =
            new Table(List.of("object_type", "object_schema", "object_name", "lock_type", "lock_status"), List::of);

    private final DonorServices services;
    private final LongSupplier uptime;
    private final Map<String, Table> tables;

    /** @param uptime of the statement that runs */
    FactTables(DonorServices services, LongSupplier uptime) {
        this.services = services;
        this.uptime = uptime;
        Table processes =
                new Table(List.of("id", "user", "host", "db", "command", "time", "state", "info"), this::processes);
        tables = Map.ofEntries(
                entry(
                        "information_schema.plugins",
                        new Table(
                                List.of(
                                        "plugin_name",
                                        "plugin_status",
                                        "plugin_type",
                                        "plugin_library",
                                        "plugin_license"),
                                services.facts()::plugins)),
                entry(
                        "information_schema.collations",
                        new Table(List.of("collation_name", "character_set_name"), this::collations)),
                entry(
                        "information_schema.character_sets",
                        new Table(List.of("character_set_name", "default_collate_name"), this::characterSets)),
                entry("information_schema.processlist", processes),
                entry("performance_schema.processlist", processes),
                entry(
                        "information_schema.innodb_tablespaces",
                        new Table(
                                List.of(
                                        "space",
                                        "name",
                                        "space_type",
                                        "encryption",
                                        "fs_block_size",
                                        "file_size",
                                        "allocated_size"),
                                this::tablespaces)),
                entry(
                        "information_schema.files",
                        new Table(
                                List.of(
                                        "file_id",
                                        "file_name",
                                        "file_type",
                                        "tablespace_name",
                                        "engine",
                                        "total_extents",
                                        "extent_size"),
                                this::files)),
                entry(
                        "performance_schema.global_status",
                        new Table(List.of("variable_name", "variable_value"), this::status)),
                entry("information_schema.tables", NOTHING_KNOWN_OF_TABLES),
                entry("performance_schema.metadata_locks", NO_LOCKS));
    }

    /** @param name name with its schema, in lowercase */
    Optional<Table> find(String name) {
        return Optional.ofNullable(tables.get(name));
    }

    private List<List<Optional<String>>> status() {
        return services.facts().status(services.sessions().all().size(), uptime.getAsLong()).entrySet().stream()
                .map(value -> row(value.getKey(), value.getValue()))
                .toList();
    }

    private List<List<Optional<String>>> collations() {
        return services.config().profile().collations().stream()
                .map(name -> row(name, name.replaceFirst("_.*", "")))
                .toList();
    }

    private List<List<Optional<String>>> characterSets() {
        return List.of(row("binary", "binary"), row("utf8mb4", "utf8mb4_0900_ai_ci"));
    }

    /**
     * Lists connections. Shows a clone as "Clone" only when no other clone can begin; otherwise it blocks no one.
     */
    private List<List<Optional<String>>> processes() {
        boolean full = services.clones().size() >= services.config().limits().maxClones();
        List<List<Optional<String>>> rows = new ArrayList<>();
        for (DonorSession session : services.sessions().all()) {
            session.account()
                    .ifPresent(account -> rows.add(List.of(
                            Optional.of(Long.toString(session.id())),
                            Optional.of(account.user()),
                            Optional.of(session.address()),
                            Optional.empty(),
                            Optional.of(full && session.clones() ? "Clone" : "Query"),
                            Optional.of("0"),
                            Optional.of(session.clones() ? "sending a clone" : ""),
                            Optional.empty())));
        }
        return rows;
    }

    /** Lists tablespaces. As on a server, there is no row for the system tablespace. */
    private List<List<Optional<String>>> tablespaces() {
        return spaces().filter(file -> file.spaceId() != SpaceIds.SYSTEM)
                .map(file -> row(
                        Long.toString(file.spaceId()),
                        nameOf(file),
                        SpaceIds.isUndo(file.spaceId()) ? "Undo" : nameOf(file).contains("/") ? "Single" : "General",
                        (file.flags() & FileDescriptor.FLAG_ENCRYPTED) != 0 ? "Y" : "N",
                        Long.toString(file.fsBlockSize()),
                        Long.toString(file.size()),
                        Long.toString(file.allocatedSize())))
                .toList();
    }

    private List<List<Optional<String>>> files() {
        return spaces().map(file -> row(
                        Long.toString(file.spaceId()),
                        file.name().startsWith("/") || file.name().startsWith("./") ? file.name() : "./" + file.name(),
                        SpaceIds.isUndo(file.spaceId()) ? "UNDO LOG" : "TABLESPACE",
                        file.spaceId() == SpaceIds.SYSTEM ? "innodb_system" : nameOf(file),
                        "InnoDB",
                        Long.toString((file.size() + EXTENT_BYTES - 1) / EXTENT_BYTES),
                        Long.toString(EXTENT_BYTES)))
                .toList();
    }

    /** Returns {@code schema/table} for a table; the file name for a general tablespace. */
    private static String nameOf(SourceFile file) {
        return file.name().replaceFirst("^\\./", "").replaceFirst("\\.ibd$", "");
    }

    private Stream<SourceFile> spaces() {
        return services.config().source().files().stream().filter(file -> file.spaceId() != SpaceIds.NONE);
    }

    private static List<Optional<String>> row(String... values) {
        return Stream.of(values).map(Optional::of).toList();
    }
}
