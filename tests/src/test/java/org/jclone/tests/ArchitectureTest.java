package org.jclone.tests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
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
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Enforces the dependencies of {@code docs/architecture.md}. */
@AnalyzeClasses(packages = "org.jclone", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule MODULES = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("protocol")
            .definedBy("org.jclone.protocol..")
            .layer("recipient")
            .definedBy("org.jclone.recipient..")
            .layer("donor")
            .definedBy("org.jclone.donor..")
            .layer("provision")
            .definedBy("org.jclone.provision..")
            .layer("program")
            .definedBy("org.jclone.cli..")
            .whereLayer("protocol")
            .mayNotAccessAnyLayer()
            .whereLayer("recipient")
            .mayOnlyAccessLayers("protocol")
            .whereLayer("donor")
            .mayOnlyAccessLayers("protocol")
            .whereLayer("provision")
            .mayOnlyAccessLayers("protocol", "recipient")
            .whereLayer("program")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule PROTOCOL = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("wire")
            .definedBy("org.jclone.protocol.wire")
            .layer("packet")
            .definedBy("org.jclone.protocol.packet")
            .layer("handshake")
            .definedBy("org.jclone.protocol.handshake")
            .layer("auth")
            .definedBy("org.jclone.protocol.auth")
            .layer("command")
            .definedBy("org.jclone.protocol.command")
            .layer("compress")
            .definedBy("org.jclone.protocol.compress")
            .layer("innodb.page")
            .definedBy("org.jclone.protocol.innodb.page")
            .layer("innodb.encryption")
            .definedBy("org.jclone.protocol.innodb.encryption")
            .layer("innodb.descriptor")
            .definedBy("org.jclone.protocol.innodb.descriptor")
            .layer("clone")
            .definedBy("org.jclone.protocol.clone")
            .layer("clone.command")
            .definedBy("org.jclone.protocol.clone.command")
            .layer("clone.response")
            .definedBy("org.jclone.protocol.clone.response")
            .layer("netty")
            .definedBy("org.jclone.protocol.netty")
            .layer("recording")
            .definedBy("org.jclone.protocol.recording")
            .whereLayer("wire")
            .mayNotAccessAnyLayer()
            .whereLayer("packet")
            .mayOnlyAccessLayers("wire")
            .whereLayer("handshake")
            .mayOnlyAccessLayers("packet", "wire")
            .whereLayer("auth")
            .mayOnlyAccessLayers("wire")
            .whereLayer("command")
            .mayOnlyAccessLayers("handshake", "packet", "wire")
            .whereLayer("compress")
            .mayOnlyAccessLayers("handshake", "packet", "wire")
            .whereLayer("innodb.page")
            .mayOnlyAccessLayers("wire")
            .whereLayer("innodb.encryption")
            .mayOnlyAccessLayers("innodb.page", "wire")
            .whereLayer("innodb.descriptor")
            .mayOnlyAccessLayers("innodb.encryption", "innodb.page", "wire")
            .whereLayer("clone")
            .mayOnlyAccessLayers("wire")
            .whereLayer("clone.command")
            .mayOnlyAccessLayers("clone", "innodb.descriptor", "wire")
            .whereLayer("clone.response")
            .mayOnlyAccessLayers("clone.command", "clone", "innodb.descriptor", "wire")
            .whereLayer("netty")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("recording")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule RECIPIENT = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("api")
            .definedBy("org.jclone.recipient.api")
            .layer("json")
            .definedBy("org.jclone.recipient.json")
            .layer("explain")
            .definedBy("org.jclone.recipient.explain")
            .layer("storage")
            .definedBy("org.jclone.recipient.storage")
            .layer("progress")
            .definedBy("org.jclone.recipient.progress")
            .layer("status")
            .definedBy("org.jclone.recipient.status")
            .layer("encryption")
            .definedBy("org.jclone.recipient.encryption")
            .layer("apply")
            .definedBy("org.jclone.recipient.apply")
            .layer("sql")
            .definedBy("org.jclone.recipient.sql")
            .layer("replace")
            .definedBy("org.jclone.recipient.replace")
            .layer("verify")
            .definedBy("org.jclone.recipient.verify")
            .layer("compat")
            .definedBy("org.jclone.recipient.compat")
            .layer("check")
            .definedBy("org.jclone.recipient.check")
            .layer("tls")
            .definedBy("org.jclone.recipient.tls")
            .layer("journal")
            .definedBy("org.jclone.recipient.journal")
            .layer("connection")
            .definedBy("org.jclone.recipient.connection")
            .layer("target")
            .definedBy("org.jclone.recipient.target")
            .layer("session")
            .definedBy("org.jclone.recipient.session")
            .layer("entrance")
            .definedBy("org.jclone.recipient")
            .whereLayer("api")
            .mayNotAccessAnyLayer()
            .whereLayer("json")
            .mayNotAccessAnyLayer()
            .whereLayer("explain")
            .mayOnlyAccessLayers("json", "api")
            .whereLayer("storage")
            .mayOnlyAccessLayers("explain", "api")
            .whereLayer("progress")
            .mayOnlyAccessLayers("api")
            .whereLayer("status")
            .mayOnlyAccessLayers("explain", "storage", "api")
            .whereLayer("encryption")
            .mayOnlyAccessLayers("explain", "storage", "api")
            .whereLayer("apply")
            .mayOnlyAccessLayers("encryption", "verify", "explain", "storage", "progress", "api")
            .whereLayer("sql")
            .mayOnlyAccessLayers("api")
            .whereLayer("replace")
            .mayOnlyAccessLayers("explain", "storage", "api")
            .whereLayer("verify")
            .mayOnlyAccessLayers("explain", "json", "storage", "api")
            .whereLayer("compat")
            .mayOnlyAccessLayers("explain", "sql", "storage", "api")
            .whereLayer("check")
            .mayOnlyAccessLayers("compat", "encryption", "explain", "replace", "sql", "storage", "api")
            .whereLayer("tls")
            .mayOnlyAccessLayers("explain", "api")
            .whereLayer("journal")
            .mayOnlyAccessLayers("apply", "encryption", "storage", "api")
            .whereLayer("connection")
            .mayOnlyAccessLayers("apply", "explain", "journal", "progress", "sql", "tls", "api")
            .whereLayer("target")
            .mayOnlyAccessLayers(
                    "apply",
                    "compat",
                    "encryption",
                    "explain",
                    "journal",
                    "replace",
                    "status",
                    "storage",
                    "verify",
                    "progress",
                    "api")
            .whereLayer("connection")
            .mayOnlyBeAccessedByLayers("session")
            .whereLayer("target")
            .mayOnlyBeAccessedByLayers("session")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("entrance")
            .whereLayer("entrance")
            .mayOnlyAccessLayers("explain", "replace", "session", "sql", "storage", "api")
            .ensureAllClassesAreContainedInArchitectureIgnoring(
                    "org.jclone.protocol..",
                    "org.jclone.donor..",
                    "org.jclone.provision..",
                    "org.jclone.cli..",
                    "org.jclone.tests..");

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
            .resideInAnyPackage("org.jclone.recipient", "org.jclone.recipient.api")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.netty..", "org.jclone.protocol..")
                    .and(resideOutsideOfPackage("org.jclone.protocol.text")))
            .because("an embedder sees neither Netty nor the wire");

    @ArchTest
    static final ArchRule FILES_WITHOUT_CHANNELS = noClasses()
            .that()
            .resideInAnyPackage("org.jclone.recipient.storage", "org.jclone.recipient.progress")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "org.jclone.protocol.netty", "org.jclone.protocol.clone..");

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
                    "org.jclone.cli..",
                    "picocli..",
                    "ch.qos.logback..",
                    "java.net.http..",
                    "com.sun.net.httpserver..",
                    "io.netty..",
                    "org.jclone.protocol.netty..",
                    "org.jclone.recipient.apply",
                    "org.jclone.recipient.connection",
                    "org.jclone.recipient.session",
                    "org.jclone.recipient.target")
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
            .resideInAnyPackage(
                    "io.netty..",
                    "org.jclone.protocol.netty..",
                    "org.jclone.recipient.apply",
                    "org.jclone.recipient.connection",
                    "org.jclone.recipient.session",
                    "org.jclone.recipient.storage",
                    "org.jclone.recipient.target");

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

    /** Classes that read a clock themselves, until they are given one. */
    private static final Set<String> READS_A_CLOCK = Set.of(
            "org.jclone.recipient.encryption.KeyringFile",
            "org.jclone.recipient.status.StatusFiles",
            "org.jclone.recipient.target.JournalKeeper");

    private static final DescribedPredicate<JavaAccess<?>> READING_OF_A_CLOCK = DescribedPredicate.describe(
            "read the time of the machine",
            access -> Set.of("nanoTime", "currentTimeMillis", "now", "systemUTC", "systemDefaultZone")
                            .contains(access.getName())
                    && (access.getTargetOwner().isEquivalentTo(System.class)
                            || access.getTargetOwner().getPackageName().equals("java.time")));

    @ArchTest
    static final ArchRule CLOCKS_ARE_INJECTED = noClasses()
            .that()
            .resideInAPackage("org.jclone.recipient..")
            .and()
            .resideOutsideOfPackage("org.jclone.recipient")
            .and(DescribedPredicate.describe("are not excepted", type -> !READS_A_CLOCK.contains(type.getName())))
            .should()
            .accessTargetWhere(READING_OF_A_CLOCK)
            .because("the entrance alone takes the clocks of the machine; a test gives others");

    /** An exception that is no longer needed must go. */
    @ArchTest
    static void onlyTheExceptedReadAClock(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(type -> READS_A_CLOCK.contains(type.getName()))
                        .filter(type -> type.getAccessesFromSelf().stream().anyMatch(READING_OF_A_CLOCK))
                        .map(JavaClass::getName))
                .containsExactlyInAnyOrderElementsOf(READS_A_CLOCK);
    }

    /** Compilers may drop a package's description, so this reads the sources. */
    @ArchTest
    static void everyPackageSaysWhatItIsFor(JavaClasses classes) throws IOException {
        Path module = Path.of("").toAbsolutePath();
        Path top = Files.isDirectory(module.resolve("tests")) ? module : module.getParent();
        Set<Path> packages;
        try (Stream<Path> sources = Files.walk(top)) {
            packages = sources.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().contains("/target/"))
                    .filter(path -> path.toString().contains("/main/java/") || path.startsWith(top.resolve("tests")))
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
