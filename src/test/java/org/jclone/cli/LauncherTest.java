package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

/** The launcher in a distribution, with a program instead of Java that prints how it was called. */
class LauncherTest {

    private static final Path LAUNCHER = Path.of("..", "jclone");
    private static final int CANNOT_START = 3;

    /** This Java counts the separate calls that make an archive. */
    private static final String JAVA = """
            #!/bin/sh
            for argument in "$@"; do
              case $argument in
                -XX:SharedArchiveFile=*) file=${argument#*=} ;;
                -Xshare:dump) dump=1 ;;
              esac
            done
            if [ -n "${dump:-}" ]; then
              echo dumped >>"${0%/bin/java}/dumps"
              echo archive >"$file"
            else
              printf '<%s>\\n' "$@"
            fi
            """;

    @TempDir
    private Path folder;

    private Path distribution;
    private Path java;

    @BeforeEach
    void makeDistribution() throws IOException {
        distribution = Files.createDirectories(folder.resolve("with blank/jclone"));
        Files.createDirectories(distribution.resolve("bin"));
        Files.copy(LAUNCHER, distribution.resolve("bin/jclone"));
        Files.createDirectories(distribution.resolve("lib"));
        for (String name : List.of("b.jar", "a.jar", "jclone.classlist")) {
            Files.createFile(distribution.resolve("lib").resolve(name));
        }
        Path libraries = Files.createDirectories(distribution.resolve("lib/native"));
        for (String machine : List.of("x86_64", "aarch_64")) {
            Files.createFile(libraries.resolve("libnetty_tcnative_linux_" + machine + ".so"));
        }
        java = makeJava("17.0.1");
    }

    @Test
    void passesJarsInOrderAndArgumentsUnchanged() throws Exception {
        Result result = run(Map.of("JCLONE_JAVA_HOME", java.toString()), "fetch", "--dir=a b", "*", "");
        assertThat(result.status()).isZero();
        Path lib = distribution.toRealPath().resolve("lib");
        assertThat(result.lines())
                .containsSubsequence(
                        "<-cp>",
                        "<" + lib.resolve("a.jar") + ":" + lib.resolve("b.jar") + ">",
                        "<org.jclone.cli.Jclone>",
                        "<fetch>",
                        "<--dir=a b>",
                        "<*>",
                        "<>");
    }

    /** Help needs no Java at all, so each form would fail if it were left to Java. */
    @Test
    void printsTheHelpOfTheProgramWithoutJava() throws Exception {
        ManualFiles.write(distribution, "2026-01-31");
        List<String> forms = new ArrayList<>(List.of("", "--help", "-?", "help"));
        for (CommandSpec command : ManualFiles.commands(ManualFiles.program())) {
            forms.add("help " + command.name());
            forms.add(command.name() + " --help");
            if (!command.helpCommand()) {
                forms.add(command.name() + " -?");
            }
        }
        for (String form : forms) {
            String[] args = form.isEmpty() ? new String[0] : form.split(" ");
            TestContext program = new TestContext();
            assertThat(program.run(args)).isZero();
            Result result = run(Map.of("JCLONE_JAVA_HOME", "/nonexistent"), args);
            assertThat(result.text()).as(form).isEqualTo(program.out());
            assertThat(result.status()).as(form).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "version"})
    void printsTheVersionOfTheProgramWithoutAJvm(String form) throws Exception {
        ManualFiles.write(distribution, "2026-01-31");
        TestContext program = new TestContext();
        program.run(form);
        Result result = run(Map.of("JCLONE_JAVA_HOME", System.getProperty("java.home"), "JCLONE_CDS", "off"), form);
        assertThat(result.text()).isEqualTo(program.out());
        assertThat(result.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help fetch",
                "-h",
                "fetch -h",
                "fetch --help --dir=/a",
                "help fetch check",
                "help jclone",
                "help ../help",
                "help --version",
                "--help=x",
                "--version --help",
                "version 1"
            })
    void leavesAllElseToTheProgram(String arguments) throws Exception {
        ManualFiles.write(distribution, "2026-01-31");
        String[] args = arguments.split(" ");
        assertThat(run(Map.of("JCLONE_JAVA_HOME", java.toString()), args).lines())
                .endsWith(Stream.of(args).map(each -> "<" + each + ">").toArray(String[]::new));
    }

    /** The program reports it, with the exit status for it. */
    @ParameterizedTest
    @ValueSource(strings = {"--help", "fetch --help", "--version"})
    void leavesAResultThatCannotBeWrittenToTheProgram(String arguments) throws Exception {
        ManualFiles.write(distribution, "2026-01-31");
        Path release = java.resolve("release");
        Files.writeString(release, Files.readString(release) + "JAVA_RUNTIME_VERSION=\"17.0.1+12\"\n");
        Files.writeString(java.resolve("bin/java"), "#!/bin/sh\necho \"the program: $*\" >&2\nexit 7\n");
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "exec sh \"$0\" \"$@\" >/dev/full",
                distribution.resolve("bin/jclone").toString()));
        command.addAll(List.of(arguments.split(" ")));
        Result result = run(command, Map.of("JCLONE_JAVA_HOME", java.toString(), "JCLONE_CDS", "off"));
        assertThat(result.lines()).singleElement().asString().endsWith("org.jclone.cli.Jclone " + arguments);
        assertThat(result.status()).isEqualTo(7);
    }

    @Test
    void putsOptionsOfTheUserLast() throws Exception {
        Result result =
                run(Map.of("JCLONE_JAVA_HOME", java.toString(), "JCLONE_JAVA_OPTS", "-Xmx1g -Dx=y"), "--version");
        assertThat(result.lines()).containsSubsequence("<-Xmx128m>", "<-Xmx1g>", "<-Dx=y>", "<-cp>");
    }

    private void assertOptimises(boolean optimises, Map<String, String> settings, String... args) throws Exception {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("JCLONE_JAVA_HOME", java.toString());
        environment.putIfAbsent("HOME", folder.toString());
        assertThat(run(environment, args).lines())
                .contains("<-XX:TieredStopAtLevel=" + (optimises ? 4 : 1) + ">")
                .doesNotContain("<-XX:TieredStopAtLevel=" + (optimises ? 1 : 4) + ">");
    }

    /** Only the optimising compiler uses the processor's AES instructions. */
    @Test
    void usesTheOptimisingCompilerWhereJavaEncrypts() throws Exception {
        assertOptimises(false, Map.of(), "fetch", "--dir=/a", "--ssl-ca=/tls-ciphersuites");
        assertOptimises(true, Map.of(), "fetch", "--dir=/a", "--keyring-file=/k");
        assertOptimises(true, Map.of(), "verify", "/a", "--keyring-file", "/k");
        assertOptimises(true, Map.of(), "fetch", "--tls-ciphersuites=TLS_AES_256_GCM_SHA384", "--dir=/a");
        assertOptimises(true, Map.of(), "fetch", "--dir=/a", "--tls_ciphersuites", "TLS_AES_256_GCM_SHA384");
        assertOptimises(true, Map.of("JCLONE_JAVA_OPTS", "-Dio.netty.handler.ssl.noOpenSsl=true"), "fetch");
    }

    /** Other methods must be a thousand times as hot as usual. */
    @Test
    void optimisesOnlyTheCipherForEncryptedPages() throws Exception {
        Map<String, String> settings = Map.of("JCLONE_JAVA_HOME", java.toString(), "HOME", folder.toString());
        String fewest = "<-XX:Tier4InvocationThreshold=5000000>";
        for (String option : List.of("--keyring-file=/k", "--wrap-keys-with-publicly-known-default-key")) {
            assertThat(run(settings, "fetch", option).lines())
                    .contains(
                            "<-XX:TieredStopAtLevel=4>",
                            fewest,
                            "<-XX:CompileCommand=CompileThresholdScaling,"
                                    + "com/sun/crypto/provider/CipherBlockChaining.decrypt,0.00002>");
        }
        assertThat(run(settings, "fetch", "--keyring-file=/k", "--tls-ciphersuites=X")
                        .lines())
                .contains("<-XX:TieredStopAtLevel=4>")
                .doesNotContain(fewest);
    }

    @Test
    void readsOptionFilesToChooseTheCompiler() throws Exception {
        Path file = Files.writeString(folder.resolve("own file.cnf"), "[jclone]\n  tls-ciphersuites = X\n");
        assertOptimises(true, Map.of(), "--defaults-file=" + file, "fetch");
        Files.writeString(file, "[jclone]\n# tls-ciphersuites = X\nssl-ca=/keyring-file\nkeyring_file_data=/k\n");
        assertOptimises(false, Map.of(), "--defaults-extra-file=" + file, "fetch");
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(home.resolve(".my.cnf"), "[jclone]\nkeyring_file=/k\n");
        assertOptimises(true, Map.of("HOME", home.toString()), "fetch");
    }

    @Test
    void usesTheOptimisingCompilerWithoutOpenSsl() throws Exception {
        for (String machine : List.of("x86_64", "aarch_64")) {
            Files.delete(distribution.resolve("lib/native/libnetty_tcnative_linux_" + machine + ".so"));
        }
        assertOptimises(true, Map.of(), "fetch", "--dir=/a");
    }

    @Test
    void makesTheClassArchiveOnceAndUsesIt() throws Exception {
        Map<String, String> environment = Map.of("JCLONE_JAVA_HOME", java.toString());
        Path archive = distribution.toRealPath().resolve("cds/jclone-17.jsa");
        for (int start = 0; start < 3; start++) {
            assertThat(run(environment, "--version").lines()).contains("<-XX:SharedArchiveFile=" + archive + ">");
        }
        assertThat(java.resolve("dumps")).hasContent("dumped");
    }

    /** Others could change what the JVM runs. */
    @ParameterizedTest
    @ValueSource(strings = {"cds", "cds/jclone-17.jsa", "cds/jclone-17.jsa.key"})
    void ignoresAnArchiveThatOthersCanWrite(String path) throws Exception {
        Map<String, String> environment = Map.of("JCLONE_JAVA_HOME", java.toString());
        run(environment, "--version");
        Path archive = distribution.toRealPath().resolve("cds/jclone-17.jsa");
        Files.writeString(archive, "somebody else's");
        Path exposed = distribution.resolve(path);
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(exposed);
        permissions.add(PosixFilePermission.OTHERS_WRITE);
        Files.setPosixFilePermissions(exposed, permissions);

        assertThat(run(environment, "--version").lines()).contains("<-XX:SharedArchiveFile=" + archive + ">");
        assertThat(archive).as("made again").hasContent("archive");
        assertThat(Files.getPosixFilePermissions(exposed)).doesNotContain(PosixFilePermission.OTHERS_WRITE);
        assertThat(java.resolve("dumps")).hasContent("dumped\ndumped");
    }

    /** Only root can change the owner of a file. */
    @Test
    @EnabledIf("isRoot")
    void ignoresAnArchiveOfAnotherUser() throws Exception {
        Map<String, String> environment = Map.of(
                "JCLONE_JAVA_HOME",
                java.toString(),
                "XDG_CACHE_HOME",
                folder.resolve("cache").toString());
        run(environment, "--version");
        Path cds = distribution.toRealPath().resolve("cds");
        UserPrincipal nobody =
                cds.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.setOwner(cds.resolve("jclone-17.jsa"), nobody);
        run(environment, "--version");
        assertThat(java.resolve("dumps")).hasContent("dumped\ndumped");
        Files.setOwner(cds, nobody);
        assertThat(run(environment, "--version").lines())
                .contains("<-XX:SharedArchiveFile=" + folder.resolve("cache/jclone/jclone-17.jsa") + ">");
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    @Test
    void protectsTheArchiveFromOthersUnderAnyUmask() throws Exception {
        List<String> command = List.of(
                "sh",
                "-c",
                "umask 000; exec sh \"$0\" --version",
                distribution.resolve("bin/jclone").toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JCLONE_JAVA_HOME", java.toString());
        Process process = builder.start();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        for (String path : List.of("cds", "cds/jclone-17.jsa", "cds/jclone-17.jsa.key")) {
            assertThat(Files.getPosixFilePermissions(distribution.resolve(path)))
                    .as(path)
                    .doesNotContain(PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);
        }
    }

    @Test
    void explainsAColonInItsPath() throws Exception {
        Path moved = Files.move(distribution, folder.resolve("a:b"));
        Result result =
                runScript(moved.resolve("bin/jclone"), Map.of("JCLONE_JAVA_HOME", java.toString()), "--version");
        assertThat(result.status()).isEqualTo(CANNOT_START);
        assertThat(result.text()).contains("has a colon, " + moved.toRealPath(), "Move the installation");
    }

    @Test
    void makesTheArchiveAgainAfterAJarChanged() throws Exception {
        Map<String, String> environment = Map.of("JCLONE_JAVA_HOME", java.toString());
        run(environment, "--version");
        Files.writeString(distribution.resolve("lib/c.jar"), "new");
        run(environment, "--version");
        assertThat(Files.readAllLines(java.resolve("dumps"))).hasSize(2);
    }

    @Test
    void usesNoArchiveIfSwitchedOff() throws Exception {
        Result result = run(Map.of("JCLONE_JAVA_HOME", java.toString(), "JCLONE_CDS", "off"), "--version");
        assertThat(result.lines()).noneMatch(line -> line.contains("SharedArchiveFile"));
        assertThat(distribution.resolve("cds")).doesNotExist();
    }

    @Test
    void makesTheArchiveAndDoesNothingElseIfAsked() throws Exception {
        Path help = Files.createDirectories(distribution.resolve("share/jclone"));
        Files.writeString(help.resolve("help.txt"), "the help");
        Result result = run(Map.of("JCLONE_JAVA_HOME", java.toString(), "JCLONE_CDS", "make"));
        assertThat(result).isEqualTo(new Result(0, ""));
        assertThat(distribution.resolve("cds/jclone-17.jsa")).hasContent("archive");
    }

    @Test
    void usesAnArchiveButMakesNoneIfAsked() throws Exception {
        Map<String, String> use = Map.of("JCLONE_JAVA_HOME", java.toString(), "JCLONE_CDS", "use");
        assertThat(run(use, "fetch").lines()).noneMatch(line -> line.contains("SharedArchiveFile"));
        assertThat(distribution.resolve("cds")).doesNotExist();
        run(Map.of("JCLONE_JAVA_HOME", java.toString(), "JCLONE_CDS", "make"));
        assertThat(run(use, "fetch").lines()).anyMatch(line -> line.contains("SharedArchiveFile"));
    }

    @Test
    void prefersItsOwnJava() throws Exception {
        Path other = makeJava("21.0.1");
        Files.move(java, distribution.resolve("java"));
        assertThat(run(Map.of("JAVA_HOME", other.toString()), "fetch").status()).isZero();
        assertThat(distribution.resolve("java/dumps")).exists();
    }

    @Test
    void runsThroughSymbolicLinks() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("jclone"), distribution.resolve("bin/jclone"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("jclone"));
        for (Path each : List.of(link, second)) {
            assertThat(runScript(each, Map.of("JCLONE_JAVA_HOME", java.toString()), "--version")
                            .status())
                    .isZero();
        }
    }

    @Test
    void refusesAnOldJava() throws Exception {
        Path old = makeJava("11.0.20");
        Result result = run(Map.of("JCLONE_JAVA_HOME", old.toString()), "--version");
        assertThat(result.status()).isEqualTo(CANNOT_START);
        assertThat(result.text())
                .contains("JCLONE_JAVA_HOME is " + old + ", which is no Java 17 or newer")
                .contains("too old: " + old + " (11.0.20)");
    }

    @Test
    void readsOldVersionNumbers() throws Exception {
        Path old = makeJava("1.8.0_392");
        assertThat(run(Map.of("JCLONE_JAVA_HOME", old.toString()), "--version").text())
                .contains("too old: " + old + " (1.8.0_392)");
    }

    @Test
    void skipsAJavaHomeThatIsTooOld() throws Exception {
        Path old = makeJava("11.0.20");
        Result result =
                run(Map.of("JAVA_HOME", old.toString(), "PATH", java.resolve("bin") + ":/usr/bin:/bin"), "--version");
        assertThat(result.status()).isZero();
        assertThat(result.lines()).contains("<org.jclone.cli.Jclone>");
    }

    @Test
    void reportsAnIncompleteInstallation() throws Exception {
        Files.delete(distribution.resolve("lib/a.jar"));
        Files.delete(distribution.resolve("lib/b.jar"));
        Result result = run(Map.of("JCLONE_JAVA_HOME", java.toString()), "--version");
        assertThat(result.status()).isEqualTo(CANNOT_START);
        assertThat(result.text()).contains("there are no jars in " + distribution.toRealPath());
    }

    private Path makeJava(String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve("java-" + version));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path program = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(program, JAVA);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(Files.createDirectories(home.resolve("lib")).resolve("classlist"), "java/lang/Object\n");
        return home;
    }

    private Result run(Map<String, String> environment, String... args) throws Exception {
        return runScript(distribution.resolve("bin/jclone"), environment, args);
    }

    private static Result runScript(Path script, Map<String, String> environment, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(List.of(args));
        return run(command, environment);
    }

    private static Result run(List<String> command, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_HOME");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), text);
    }

    private record Result(int status, String text) {

        List<String> lines() {
            return text.lines().toList();
        }
    }
}
