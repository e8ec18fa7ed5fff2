package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.FILE_COPY;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.PAGE_COPY;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** DDL on the donor during a clone: the final files are those of the donor. */
class DdlTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path parent;

    private static MadeDataBuilder tables() {
        return MadeData.builder(17)
                .bufferPoolDump(1000)
                .systemTablespace(64 << 10)
                .table("shop/a", 4 * MIB) // four blocks: one of them may come after three
                .table("shop/b", MIB)
                .table("shop/c", 112 << 10)
                .table("shop/d", 112 << 10)
                .modify("shop/a", 0, 1, 2, 3)
                .modify("shop/b", 9)
                .modify("shop/c", 4, 5);
    }

    static Stream<Arguments> events() {
        Map<String, UnaryOperator<MadeDataBuilder>> events = new TreeMap<>();
        events.put("create while files are copied", data -> data.create(FILE_COPY, "shop/new"));
        events.put("create and fill", data -> data.create(FILE_COPY, "shop/new").modify("shop/new", 0, 3, 4, 9));
        events.put("create while pages are copied", data -> data.create(PAGE_COPY, "shop/new"));
        events.put("create in a new schema", data -> data.create(PAGE_COPY, "other/new"));
        events.put(
                "create in both rounds",
                data -> data.create(FILE_COPY, "shop/x")
                        .create(FILE_COPY, "shop/y")
                        .create(PAGE_COPY, "shop/z"));
        events.put("rename while files are copied", data -> data.rename(FILE_COPY, "shop/a", "shop/new"));
        events.put("rename while pages are copied", data -> data.rename(PAGE_COPY, "shop/a", "shop/new"));
        events.put("rename to a new schema", data -> data.rename(FILE_COPY, "shop/a", "other/new"));
        events.put(
                "rename twice",
                data -> data.rename(FILE_COPY, "shop/a", "shop/x").rename(PAGE_COPY, "shop/a", "shop/y"));
        events.put(
                "swap while files are copied",
                data -> data.rename(FILE_COPY, "shop/a", "shop/b").rename(FILE_COPY, "shop/b", "shop/a"));
        events.put(
                "swap while pages are copied",
                data -> data.rename(PAGE_COPY, "shop/a", "shop/b").rename(PAGE_COPY, "shop/b", "shop/a"));
        events.put(
                "swap and back",
                data -> data.rename(FILE_COPY, "shop/a", "shop/b")
                        .rename(FILE_COPY, "shop/b", "shop/a")
                        .rename(PAGE_COPY, "shop/a", "shop/a")
                        .rename(PAGE_COPY, "shop/b", "shop/b"));
        events.put(
                "rotate three",
                data -> data.rename(FILE_COPY, "shop/a", "shop/b")
                        .rename(FILE_COPY, "shop/b", "shop/c")
                        .rename(FILE_COPY, "shop/c", "shop/a"));
        events.put("drop when copied", data -> data.drop(FILE_COPY, "shop/a"));
        events.put("drop before the first block", data -> data.dropAfter(FILE_COPY, "shop/a", 0));
        events.put("drop after a block", data -> data.dropAfter(FILE_COPY, "shop/a", 1));
        events.put("drop after three blocks", data -> data.dropAfter(FILE_COPY, "shop/a", 3));
        events.put("drop while pages are copied", data -> data.drop(PAGE_COPY, "shop/a"));
        events.put("drop before the first page", data -> data.dropAfter(PAGE_COPY, "shop/a", 0));
        events.put("drop after two pages", data -> data.dropAfter(PAGE_COPY, "shop/a", 2));
        events.put("drop two", data -> data.dropAfter(PAGE_COPY, "shop/a", 0).dropAfter(PAGE_COPY, "shop/b", 0));
        events.put(
                "truncate while files are copied",
                data -> data.dropAfter(FILE_COPY, "shop/a", 1).createAgain(FILE_COPY, "new a", "shop/a"));
        events.put(
                "truncate while pages are copied",
                data -> data.drop(PAGE_COPY, "shop/a").createAgain(PAGE_COPY, "new a", "shop/a"));
        events.put(
                "drop one and rename another to its name",
                data -> data.drop(FILE_COPY, "shop/a").rename(FILE_COPY, "shop/b", "shop/a"));
        events.put(
                "rename one and create another under its name",
                data -> data.rename(FILE_COPY, "shop/a", "shop/old").createAgain(FILE_COPY, "new a", "shop/a"));
        events.put(
                "create and drop at once, then create",
                data -> data.create(FILE_COPY, "shop/gone")
                        .drop(FILE_COPY, "shop/gone")
                        .create(FILE_COPY, "shop/x")
                        .create(PAGE_COPY, "shop/y"));
        events.put(
                "create, rename, drop",
                data -> data.create(FILE_COPY, "shop/x")
                        .create(FILE_COPY, "shop/y")
                        .rename(PAGE_COPY, "shop/x", "shop/z")
                        .dropAfter(PAGE_COPY, "shop/y", 0));
        events.put("compress", data -> data.compress(FILE_COPY, "shop/c"));
        return events.entrySet().stream()
                .flatMap(event -> Stream.of(1, 4)
                        .map(connections -> Arguments.of(event.getKey(), connections, event.getValue())));
    }

    @ParameterizedTest(name = "{0}, {1} connection(s)")
    @MethodSource("events")
    void endsWithTheFilesOfTheDonor(String name, int connections, UnaryOperator<MadeDataBuilder> events) {
        assertClones(events.apply(tables()).build(), connections);
    }

    @Test
    void allAtOnce() {
        MadeData data = tables().dropAfter(FILE_COPY, "shop/d", 0)
                .rename(FILE_COPY, "shop/b", "shop/c")
                .rename(FILE_COPY, "shop/c", "shop/b")
                .create(FILE_COPY, "shop/new")
                .modify("shop/new", 0, 3)
                .createAgain(FILE_COPY, "new d", "shop/d")
                .rename(PAGE_COPY, "shop/a", "shop/e")
                .drop(PAGE_COPY, "shop/b")
                .create(PAGE_COPY, "shop/last")
                .build();
        assertClones(data, 4);
    }

    private void assertClones(MadeData data, int connections) {
        try (CloneRig rig = CloneRig.of(parent, data)
                .with(request -> request.transfer(
                        it -> it.withMaxConcurrency(connections).withAutotuneConcurrency(false)))) {
            rig.run();
            FinalState.assertIdentical(data, rig.target());
            assertThat(rig.target().resolve("#clone/#ddl_files")).doesNotExist();
        }
    }
}
