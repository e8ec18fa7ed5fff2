package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns the donor's names into paths, or refuses them. These tests do not touch the disk. */
class DonorNamesTest {

    private static final Path ROOT = Path.of("/data/clone");
    private static final boolean GENERAL = true;
    private static final boolean OF_A_TABLE = false;

    private final DonorNames names = new DonorNames(new DataDirectory(ROOT, Map.of()));

    private static void assertRefused(ThrowingCallable resolve) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(resolve)
                .withMessageStartingWith("the donor sent the file name \"")
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(CloneErrorCode.PROTOCOL);
                    assertThat(failure.hint()).startsWith("Nothing was written under that name.");
                    assertThat(failure.getMessage().chars()).as("printable").noneMatch(Character::isISOControl);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ibdata1", "undo_001", "undo_x.ibu", "ib_buffer_pool", "ibdata1:more", "undo 2"})
    void putsBaseNamesIntoTheRoot(String name) throws CloneException {
        assertThat(names.resolveUndo(name)).isEqualTo(ROOT.resolve(name));
        assertThat(names.resolveUndo("./" + name)).isEqualTo(ROOT.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "./",
                "./.",
                "./..",
                "/",
                "/ibdata1",
                "../ibdata1",
                "./../ibdata1",
                "a/ibdata1",
                "./a/ibdata1",
                "ibdata1/",
                "ibdata1\u0000",
                "ibdata1\n",
                "\u001b[2Jibdata1",
                "ibdata1\u007f",
                "#innodb_redo",
                "#clone",
                "./#ib_16384_0.dblwr",
                "my.cnf",
                "auto.cnf",
                "./auto.cnf",
                "AUTO.CNF",
                "evil.my",
                "ca-key.pem",
                "component.so",
                "mysqld.json",
                "run.sh",
                ".cnf"
            })
    void refusesAnythingButABaseName(String name) {
        assertRefused(() -> names.resolveUndo(name));
    }

    @ParameterizedTest
    @CsvSource({
        "./shop/orders.ibd,                 shop/orders.ibd",
        "shop/orders.ibd,                   shop/orders.ibd",
        "./shop/orders#p#p0.ibd,            shop/orders#p#p0.ibd",
        "./shop/orders#p#p0#sp#p0sp1.ibd,   shop/orders#p#p0#sp#p0sp1.ibd",
        "./we@0020ird@002d@1o/zz.ibd,       we@0020ird@002d@1o/zz.ibd",
        "./g1.ibd,                          g1.ibd",
        "mysql.ibd,                         mysql.ibd",
        "./sys/sys_config.ibd,              sys/sys_config.ibd",
        "./a/b/c.ibd,                       a/b/c.ibd",
        "./shop/...ibd,                     shop/...ibd",
        "shop/./orders.ibd,                 shop/orders.ibd",
        "shop//orders.ibd,                  shop/orders.ibd",
        ".//g1.ibd,                         g1.ibd",
        "././g1.ibd,                        g1.ibd",
    })
    void putsTablespacesBelowTheRoot(String name, String expected) throws CloneException {
        assertThat(names.resolveTablespace(name, OF_A_TABLE)).isEqualTo(ROOT.resolve(expected));
        assertThat(names.resolveTablespace(name, GENERAL)).isEqualTo(ROOT.resolve(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "./shop/orders",
                "./shop/orders.ibd/",
                "./shop/orders.cnf",
                "./shop/orders.IBD",
                "./shop/../orders.ibd",
                "./shop/../../orders.ibd",
                "../shop/../orders.ibd",
                "../../shop/../../../orders.ibd",
                "..",
                "../.ibd/..",
                ".//#x.ibd",
                "./#clone/x.ibd",
                "#innodb_redo/x.ibd",
                "./#x.ibd",
                "./shop/or\u0000ders.ibd",
                "./sh\rop/orders.ibd",
                "./shop/orders.ibd\u0000.ibd",
                "./shop\u007f/orders.ibd"
            })
    void refusesTablespacesThatLeaveTheRootOrHide(String name) {
        assertRefused(() -> names.resolveTablespace(name, OF_A_TABLE));
        assertRefused(() -> names.resolveTablespace(name, GENERAL));
    }

    @Test
    void acceptsAPartOfTheMaximumLength() throws CloneException {
        String longest = "x".repeat(251) + ".ibd";
        assertThat(names.resolveTablespace(longest, GENERAL)).isEqualTo(ROOT.resolve(longest));

        assertRefused(() -> names.resolveTablespace('x' + longest, GENERAL));
        assertRefused(() -> names.resolveUndo("u".repeat(256)));
    }

    @ParameterizedTest
    @CsvSource({
        "/ext/shop/orders.ibd,   shop/orders.ibd, orders.ibd",
        "/shop/orders.ibd,       shop/orders.ibd, orders.ibd",
        "/gext.ibd,              gext.ibd,        gext.ibd",
        "/a/b/c/d/shop/x.ibd,    shop/x.ibd,      x.ibd",
        "/ext/./shop//x.ibd,     shop/x.ibd,      x.ibd",
        "//ext/shop/x.ibd,       shop/x.ibd,      x.ibd",
        "//orders.ibd,           orders.ibd,      orders.ibd",
        "../../ext/shop/x.ibd,   shop/x.ibd,      x.ibd",
        "../shop/x.ibd,          shop/x.ibd,      x.ibd",
        "../x.ibd,               x.ibd,           x.ibd",
        "./../x.ibd,             x.ibd,           x.ibd",
        ".././../ext//x.ibd,     ext/x.ibd,       x.ibd",
    })
    void relocatesTablespacesOutsideTheDataDirectory(String name, String ofATable, String general)
            throws CloneException {
        assertThat(names.resolveTablespace(name, OF_A_TABLE)).isEqualTo(ROOT.resolve(ofATable));
        assertThat(names.resolveTablespace(name, GENERAL)).isEqualTo(ROOT.resolve(general));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ext/../orders.ibd",
                "/../orders.ibd",
                "/a/../b/orders.ibd",
                "../a/../b/orders.ibd",
                "/ext/#clone/x.ibd",
                "../#clone/x.ibd",
                "/ext/sh\nop/x.ibd",
                "/etc/passwd",
                "/"
            })
    void refusesToRelocateToElsewhere(String name) {
        assertRefused(() -> names.resolveTablespace(name, OF_A_TABLE));
    }

    @Test
    void followsTheLongestMapping() throws CloneException {
        Map<String, Path> mappings = new LinkedHashMap<>();
        mappings.put("/ext", Path.of("/local/all"));
        mappings.put("/ext/fast/", Path.of("/local/fast"));
        mappings.put("/", Path.of("/local/rest"));
        mappings.put("/ext/fast/very", Path.of("/local/very"));
        DonorNames mapped = new DonorNames(new DataDirectory(ROOT, mappings));

        assertThat(mapped.resolveTablespace("/ext/fast/shop/x.ibd", OF_A_TABLE))
                .isEqualTo(Path.of("/local/fast/shop/x.ibd"));
        assertThat(mapped.resolveTablespace("/ext/fast/very/x.ibd", GENERAL)).isEqualTo(Path.of("/local/very/x.ibd"));
        assertThat(mapped.resolveTablespace("/ext/faster/x.ibd", GENERAL))
                .isEqualTo(Path.of("/local/all/faster/x.ibd"));
        assertThat(mapped.resolveTablespace("/extra/shop/x.ibd", OF_A_TABLE))
                .isEqualTo(Path.of("/local/rest/extra/shop/x.ibd"));
        assertThat(mapped.resolveTablespace("./shop/x.ibd", OF_A_TABLE)).isEqualTo(ROOT.resolve("shop/x.ibd"));
    }

    @Test
    void mapsRelativeNamesAsTheDonorSpellsThem() throws CloneException {
        DonorNames mapped = new DonorNames(new DataDirectory(
                ROOT,
                Map.of("../../rel", Path.of("/local/rel"), "./..", Path.of("/local/up"), "/ext//x", Path.of("/l/x"))));

        assertThat(mapped.resolveTablespace("../../rel/a.ibd", GENERAL)).isEqualTo(Path.of("/local/rel/a.ibd"));
        assertThat(mapped.resolveTablespace("./.././../rel//s/a.ibd", OF_A_TABLE))
                .isEqualTo(Path.of("/local/rel/s/a.ibd"));
        assertThat(mapped.resolveTablespace("../b.ibd", GENERAL)).isEqualTo(Path.of("/local/up/b.ibd"));
        assertThat(mapped.resolveTablespace("../../other/c.ibd", GENERAL)).isEqualTo(ROOT.resolve("c.ibd"));
        assertThat(mapped.resolveTablespace("/ext/./x/d.ibd", GENERAL)).isEqualTo(Path.of("/l/x/d.ibd"));
        assertRefused(() -> mapped.resolveTablespace("../../rel/../x.ibd", GENERAL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ext/../../etc/x.ibd",
                "/ext/shop/../../x.ibd",
                "/ext/..ibd/../x.ibd",
                "/ext/shop/x.so",
                "/ext/shop/x\u0000.ibd"
            })
    void keepsMappedFilesBelowTheirDirectory(String name) {
        DonorNames mapped = new DonorNames(new DataDirectory(ROOT, Map.of("/ext", Path.of("/local/ext"))));

        assertRefused(() -> mapped.resolveTablespace(name, OF_A_TABLE));
    }

    @Test
    void shortensALongNameAndEscapesControlCharacters() {
        String name = IntStream.range(0, 300).mapToObj(i -> "\u009b\u001bx").reduce("", String::concat);

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> names.resolveUndo(name))
                .withMessageContaining("\\u009b\\u001bx")
                .withMessageContaining("...")
                .satisfies(failure -> assertThat(failure.getMessage().length()).isLessThan(1300));
    }

    /** Half a surrogate pair stands for any character that the file system's character set lacks. */
    @Test
    void saysWhatToDoAboutANameThatCannotBeWritten() {
        String unwritable = "g\ud800.ibd";
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> names.resolveTablespace(unwritable, GENERAL))
                .satisfies(DonorNamesTest::asksForAUtf8Locale);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> names.resolveUndo(unwritable))
                .satisfies(DonorNamesTest::asksForAUtf8Locale);
    }

    private static void asksForAUtf8Locale(CloneException failure) {
        assertThat(failure.code()).isEqualTo(CloneErrorCode.PROTOCOL);
        assertThat(failure).hasMessageEndingWith("cannot be written with this process's character set");
        assertThat(failure.hint()).contains("LC_ALL=C.UTF-8");
    }
}
