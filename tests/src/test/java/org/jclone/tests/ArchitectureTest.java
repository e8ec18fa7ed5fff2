package org.jclone.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.target.SnapshotCopy;

/** Enforces the dependencies of {@code docs/architecture.md}. */
@AnalyzeClasses(packages = "org.jclone", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /**
     * Each package, and the packages and classes that it may use. It may use only packages of earlier lines, so there
     * are no cycles. {@code .*} stands for all packages below a name.
     */
    private static final String ARROWS = """
            protocol.text
            protocol.wire
            protocol.packet                protocol.wire
            protocol.handshake             protocol.packet protocol.wire
            protocol.auth                  protocol.wire
            protocol.command               protocol.handshake protocol.packet protocol.wire
            protocol.compress              protocol.handshake protocol.packet protocol.wire
            protocol.innodb.page           protocol.wire
            protocol.innodb.encryption     protocol.innodb.page protocol.wire
            protocol.innodb.descriptor     protocol.innodb.encryption protocol.innodb.page protocol.wire
            protocol.clone                 protocol.wire
            protocol.clone.command         protocol.clone protocol.innodb.descriptor protocol.wire
            protocol.clone.response        protocol.clone protocol.clone.command protocol.innodb.descriptor
                                           protocol.wire
            protocol.netty                 protocol.*
            protocol.recording             protocol.clone.* protocol.command protocol.handshake
                                           protocol.innodb.descriptor protocol.packet protocol.text protocol.wire

            recipient.api                  protocol.text
            recipient.json
            recipient.explain              recipient.api recipient.json
            recipient.storage              protocol.text recipient.api recipient.explain
            recipient.progress             recipient.api
            recipient.status               protocol.clone recipient.api recipient.explain recipient.storage
            recipient.encryption           protocol.innodb.* protocol.wire recipient.api recipient.explain
                                           recipient.storage
            recipient.verify               protocol.innodb.* protocol.wire recipient.api recipient.encryption
                                           recipient.explain recipient.json recipient.storage
            recipient.apply                protocol.* recipient.api recipient.encryption recipient.explain
                                           recipient.progress recipient.storage recipient.verify
            recipient.sql                  protocol.* recipient.api
            recipient.replace              recipient.api recipient.explain recipient.storage
            recipient.compat               protocol.clone.* protocol.text recipient.api recipient.explain
                                           recipient.sql recipient.storage
            recipient.check                protocol.clone protocol.text recipient.api recipient.compat
                                           recipient.encryption recipient.explain recipient.replace recipient.sql
                                           recipient.storage
            recipient.tls                  protocol.netty recipient.api recipient.explain
            recipient.journal              protocol.innodb.* protocol.wire recipient.api recipient.apply
                                           recipient.encryption recipient.storage
            recipient.connection           protocol.* recipient.api recipient.apply recipient.explain
                                           recipient.journal recipient.progress recipient.sql recipient.tls
            recipient.target               protocol.* recipient.api recipient.apply recipient.compat
                                           recipient.encryption recipient.explain recipient.journal recipient.progress
                                           recipient.replace recipient.status recipient.storage recipient.verify
            recipient.session              protocol.* recipient.*
            recipient                      recipient.api recipient.explain recipient.replace recipient.session
                                           recipient.sql recipient.storage recipient.target.UnfinishedClone
                                           recipient.verify.DirectoryCheck

            donor.source                   protocol.innodb.*
            donor.fault                    protocol.clone.* protocol.innodb.descriptor protocol.packet protocol.wire
            donor.api                      donor.fault donor.source protocol.auth protocol.clone protocol.compress
                                           protocol.wire
            donor.cold                     donor.source protocol.innodb.* protocol.wire
            donor.fixture                  donor.source protocol.innodb.* protocol.wire
            donor.clone                    donor.api donor.source protocol.clone.* protocol.innodb.* protocol.wire
            donor.server                   donor.api donor.clone donor.fault donor.source protocol.*
            donor                          donor.api donor.server protocol.clone.command

            provision.server               protocol.text recipient recipient.api recipient.sql
            provision.donor                protocol.clone provision.server recipient recipient.api recipient.explain
                                           recipient.sql recipient.status.StatusReader
            provision.plan                 provision.server
            provision.group                protocol.clone provision.server recipient.api recipient.explain
                                           recipient.sql
            provision.api                  provision.donor provision.group provision.plan recipient.api
            provision.channel              provision.api provision.server recipient.api recipient.sql
            provision.record               protocol.text provision.api recipient.api recipient.explain
                                           recipient.replace recipient.storage
            provision.mysqld               provision.api provision.server recipient recipient.api
                                           recipient.compat.HelpTable recipient.compat.ProgramAnswer recipient.explain
                                           recipient.replace recipient.sql recipient.storage
            provision.step                 provision.* recipient recipient.api recipient.compat.SettingsFile
                                           recipient.explain recipient.json recipient.replace recipient.sql
                                           recipient.storage
            provision                      provision.* recipient recipient.api recipient.explain recipient.replace
                                           recipient.storage

            metrics                        provision.api recipient.api
            json                           protocol.text provision.api provision.donor provision.plan provision.server
                                           recipient.api

            daemon.http                    json protocol.text recipient.api recipient.explain recipient.tls
            daemon.access                  daemon.http protocol.text recipient.api recipient.explain
            daemon.api                     provision.api provision.donor recipient.api
            daemon.history                 daemon.api provision.api recipient.api
            daemon.throttle                provision.server recipient.api recipient.sql
            daemon.systemd
            daemon                         daemon.api daemon.history daemon.systemd daemon.throttle protocol.text
                                           provision provision.api provision.donor provision.plan provision.record
                                           provision.server recipient recipient.api recipient.explain
                                           recipient.storage
            daemon.page                    daemon.access daemon.api daemon.http json protocol.text provision.api
                                           recipient.api
            daemon.rest                    daemon.access daemon.api daemon.http daemon.page json provision.api recipient.api
                                           recipient.explain recipient.json
            daemon.metrics                 daemon.api metrics provision.api recipient.api
            daemon.client                  daemon.api provision.api recipient.api recipient.explain

            cli.defaults
            cli.output                     daemon.api daemon.client donor.api donor.source json protocol.text provision provision.api provision.donor
                                           provision.plan provision.record provision.server recipient.api
                                           recipient.explain
            cli.option                     cli.defaults cli.output daemon daemon.http daemon.rest daemon.systemd
                                           daemon.throttle donor.api
                                           donor.fault.FaultScript
                                           donor.fault.FaultSyntaxException protocol.text provision provision.api
                                           provision.donor provision.group provision.plan provision.server recipient.api
            cli.log                        cli.option cli.output protocol.text provision.donor recipient.api
            cli.manual                     cli.option recipient.api recipient.explain
            cli                            cli.* daemon daemon.* json metrics provision provision.* donor donor.api donor.cold.ColdDirectory
                                           donor.cold.ColdDirectoryException donor.fault.FaultScript donor.fixture
                                           donor.source protocol.auth.AuthPlugin
                                           protocol.innodb.descriptor.SnapshotState protocol.innodb.page
                                           protocol.recording protocol.text recipient recipient.api
                                           recipient.explain recipient.status.StatusReader recipient.tls.PrivateKeys
            """;

    private static final String ROOT = "org.jclone.";

    /** What each package may use. */
    private static Map<String, Set<String>> arrows() {
        Map<String, Set<String>> arrows = new LinkedHashMap<>();
        String lines = ARROWS.replaceAll("\n {2,}", " "); // a line that begins with blanks continues the one before
        lines.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(" +"))
                .forEach(words -> {
                    Set<String> earlier = Set.copyOf(arrows.keySet());
                    Set<String> used = new TreeSet<>();
                    for (String word : List.of(words).subList(1, words.length)) {
                        if (word.endsWith("*")) {
                            earlier.stream()
                                    .filter(each -> (each + ".").startsWith(word.substring(0, word.length() - 1)))
                                    .forEach(used::add);
                        } else {
                            used.add(word);
                            assertThat(earlier)
                                    .describedAs("the line of " + words[0] + ": " + word)
                                    .anyMatch(each -> word.equals(each) || word.startsWith(each + "."));
                        }
                    }
                    arrows.put(words[0], used);
                });
        return arrows;
    }

    @ArchTest
    static void everyPackageHasALine(JavaClasses classes) {
        assertThat(classes.stream()
                        .map(ArchitectureTest::packageOf)
                        .filter(name -> !isTest(name))
                        .collect(toSet()))
                .containsExactlyInAnyOrderElementsOf(arrows().keySet());
    }

    @ArchTest
    static void noPackageUsesMoreThanItsLineSays(JavaClasses classes) {
        Map<String, Set<String>> arrows = arrows();
        assertThat(classes.stream()
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .filter(use -> use.getTargetClass()
                                .getBaseComponentType()
                                .getName()
                                .startsWith(ROOT))
                        .filter(use -> !isAllowed(arrows, use))
                        .map(Dependency::getDescription))
                .isEmpty();
    }

    private static boolean isAllowed(Map<String, Set<String>> arrows, Dependency use) {
        String from = packageOf(use.getOriginClass());
        JavaClass target = use.getTargetClass().getBaseComponentType();
        String to = packageOf(target);
        String outermost = target.getName().substring(ROOT.length()).replaceFirst("\\$.*", "");
        Set<String> used = arrows.getOrDefault(from, Set.of());
        return isTest(from) || from.equals(to) || used.contains(to) || used.contains(outermost);
    }

    /** The module for tests with real servers uses everything. */
    private static boolean isTest(String name) {
        return name.equals("tests") || name.startsWith("tests.");
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().substring(ROOT.length());
    }

    @ArchTest
    static final ArchRule CHANNELS = noClasses()
            .that()
            .resideInAPackage("org.jclone.protocol..")
            .and()
            .resideOutsideOfPackage("org.jclone.protocol.netty")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..")
            .because("messages are values; only handlers know a channel");

    @ArchTest
    static final ArchRule FACE_OF_THE_RECIPIENT = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.jclone.recipient",
                    "org.jclone.recipient.api",
                    "org.jclone.recipient.storage",
                    "org.jclone.recipient.progress")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..")
            .because("an embedder does not see Netty, and files know no channel of it");

    @ArchTest
    static final ArchRule LIBRARIES_WITHOUT_FRAMEWORKS = noClasses()
            .that()
            .resideInAnyPackage("org.jclone.protocol..", "org.jclone.recipient..", "org.jclone.donor..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "picocli..",
                    "ch.qos.logback..",
                    "com.fasterxml.jackson..",
                    "java.net.http..",
                    "com.sun.net.httpserver..")
            .because("an embedder gets what the engine needs and nothing else");

    @ArchTest
    static final ArchRule PROVISION_WITHOUT_COMMAND_LINE = noClasses()
            .that()
            .resideInAPackage("org.jclone.provision..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "picocli..", "ch.qos.logback..", "java.net.http..", "com.sun.net.httpserver..", "io.netty..")
            .because("a command and a daemon are thin, and an embedder calls the same classes");

    @ArchTest
    static final ArchRule PROTOCOL_WITHOUT_FILES = noClasses()
            .that()
            .resideInAPackage("org.jclone.protocol..")
            .and()
            .resideOutsideOfPackage("org.jclone.protocol.recording")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..")
            .because("clone-protocol knows both ends of every message and no file system");

    @ArchTest
    static final ArchRule PROGRAM_IS_THIN = noClasses()
            .that()
            .resideInAPackage("org.jclone.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..");

    /** A case that nothing throws would be explained to no one. */
    @ArchTest
    static void everyFailureOccursSomewhere(JavaClasses classes) {
        List<JavaField> cases = classes.stream()
                .filter(type -> type.isEnum() && type.isAssignableTo("org.jclone.recipient.explain.Failure"))
                .flatMap(type -> type.getFields().stream()
                        .filter(field -> field.getRawType().equals(type)))
                .toList();
        assertThat(cases).hasSizeGreaterThan(80);
        assertThat(cases)
                .allSatisfy(each -> assertThat(each.getAccessesToSelf())
                        .describedAs(each.getFullName())
                        .anyMatch(access -> !access.getOriginOwner().equals(each.getOwner())));
    }

    /** A second one would have to be kept in step by hand. */
    @ArchTest
    static final ArchRule ONE_CLASS_KEEPS_THE_STATE = fields().that()
            .haveRawType(SnapshotState.class)
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("org.jclone.recipient..")
            .and()
            .areDeclaredInClassesThat()
            .areNotRecords()
            .should()
            .beDeclaredIn(SnapshotCopy.class);

    private static final DescribedPredicate<JavaAccess<?>> READING_OF_A_CLOCK = DescribedPredicate.describe(
            "read the time of the machine",
            access -> Set.of("nanoTime", "currentTimeMillis", "now", "systemUTC", "systemDefaultZone")
                            .contains(access.getName())
                    && (access.getTargetOwner().isEquivalentTo(System.class)
                            || access.getTargetOwner().getPackageName().equals("java.time")));

    @ArchTest
    static final ArchRule CLOCKS_ARE_INJECTED = noClasses()
            .that()
            .resideInAnyPackage("org.jclone.recipient..", "org.jclone.provision..", "org.jclone.daemon..")
            .and()
            .resideOutsideOfPackages("org.jclone.recipient", "org.jclone.provision")
            .and()
            .doNotBelongToAnyOf(ProvisionRecord.class)
            .should()
            .accessTargetWhere(READING_OF_A_CLOCK)
            .because(
                    "the entrances alone take the clocks of the machine, and the record its date; a test gives others");

    /** Compilers may drop a package's description, so this reads the sources. */
    @ArchTest
    static void everyPackageSaysWhatItIsFor(JavaClasses classes) throws IOException {
        Path module = Path.of("").toAbsolutePath();
        Path top = Files.isDirectory(module.resolve("tests")) ? module : module.getParent();
        Set<Path> packages;
        try (Stream<Path> sources = Files.walk(top)) {
            packages = sources.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().contains("/target/generated-"))
                    .filter(path -> !path.toString().contains("/docs/examples/")) // projects of others
                    .filter(path -> path.toString().contains("/main/java/")
                            || path.startsWith(top.resolve("tests"))
                                    && path.toString().contains("/java/"))
                    .map(Path::getParent)
                    .collect(toSet());
        }
        assertThat(packages).hasSizeGreaterThan(10);
        assertThat(packages)
                .allSatisfy(
                        path -> assertThat(path.resolve("package-info.java")).exists());
        assertThat(classes.size()).isGreaterThan(packages.size());
    }
}
