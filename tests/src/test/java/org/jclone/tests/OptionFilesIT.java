package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jclone.cli.defaults.Defaults;
import org.jclone.cli.defaults.DefaultsException;
import org.jclone.cli.option.OptionWord;
import org.jclone.cli.option.TlsOptions;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.ServerTool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

/** Option files, login paths and prefixes mean the same as in the programs of a real server. */
@RealServer
class OptionFilesIT {

    private static final String SWITCH = "get-server-public-key";

    /** Valid and invalid contents of option files; @ stands for the directory. */
    private static final String CORPUS = """
            # comment
            ; comment
            [client]
            user=u
              password = "a b#c"   # comment
            ssl_ca = 'x y'\t
            bare
            empty=
            port = 33\\s06\\tx\\qz\\\\n
            a=it's # x
            b='it\\'s # x' # y
            c="x\\"y # z" # q
            d=x\\"y # z
            e=\\'a\\'
            g='a"
            h="
            i=''
            j="a" b"
            k = = v
            l==v
            m =\ttab\tend\t
            =novalue
            n o=1
            o-p_q=R_S
            p=a\\
            q=\\x\\0\\1\\'\\"\\;
            t=a\\#b
            u='a\\\\'
            x=ü"ü
            bb=a'b'c # d
            cc="a""b"
            !nothing here
            loose-foo=1
            !includedir @/conf.d
            after=include
            !include @/conf.d/c.txt
            !include @/conf.d/none
            [jclone] # ours
            ours=1
            [CLIENT]
            upper=1
            [ client ]
            spaced=1
            [client_x]
            suffix=1
            [mysql]
            no=1
            [client]
            crlf=1\r
            last=1""";

    @TempDir
    private Path folder;

    /** Reads each line of the corpus as the server's own tool does. */
    @Test
    void readsOptionFilesAsTheServersToolDoes() throws Exception {
        Path included = Files.createDirectory(folder.resolve("conf.d"));
        Files.writeString(included.resolve("b.cnf"), "[client]\nincluded=b\n[jclone]\nincluded=b2\n");
        Files.writeString(included.resolve("a.cnf"), "[CLIENT]\nincluded='a'\n");
        Files.writeString(included.resolve("c.txt"), "[client]\nincluded=c\n");
        Path corpus = folder.resolve("my.cnf");
        Files.writeString(corpus, CORPUS.replace("@", folder.toString()));
        for (String suffix : List.of("", "_x")) {
            String theirs = ServerTool.run(
                    Map.of(),
                    "my_print_defaults",
                    "--defaults-file=" + corpus,
                    "--defaults-group-suffix=" + suffix,
                    "--no-login-paths",
                    "--show",
                    "client",
                    "jclone");
            Defaults ours = new Defaults(
                    false, Optional.of(corpus), Optional.empty(), Optional.of(suffix), Optional.empty(), true);
            assertThat(text(ours, Map.of())).isEqualTo(theirs.lines().toList());
        }
    }

    @Test
    void readsALoginPathAsTheServersToolDoes() throws Exception {
        Map<String, String> environment =
                Map.of("MYSQL_TEST_LOGIN_FILE", folder.resolve("login").toString());
        ServerTool.run(environment, "mysql_config_editor", "set", "--login-path=prod", "--user=u", "--socket=/s");
        Defaults paths =
                new Defaults(true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("prod"), false);
        String theirs = ServerTool.run(
                environment, "my_print_defaults", "--no-defaults", "--login-path=prod", "--show", "client");
        assertThat(text(paths, environment)).isEqualTo(theirs.lines().toList()).isNotEmpty();
    }

    /** The value of a switch that {@code mysql} shows, and jclone's value for the same word. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                SWITCH,
                SWITCH + "=1",
                SWITCH + "=0",
                SWITCH + "=on",
                SWITCH + "=FALSE",
                "get_server-public_key",
                "skip-" + SWITCH,
                "skip-" + SWITCH + "=0",
                "skip-" + SWITCH + "=1",
                "disable-" + SWITCH,
                "enable-" + SWITCH,
                "enable-" + SWITCH + "=0",
                "enable-" + SWITCH + "=1",
                "skip-skip-" + SWITCH,
                "disable-enable-" + SWITCH,
                "enable-disable-" + SWITCH,
                "loose-skip-" + SWITCH + "=0",
                "loose-" + SWITCH,
                "loose-nonsense=1",
            })
    void readsPrefixesAsMySqlDoes(String word) {
        boolean theirs = ServerTool.run(Map.of(), "mysql", "--no-defaults", "--" + word, "--help")
                .lines()
                .anyMatch(line -> line.matches(SWITCH + " +TRUE"));
        CommandSpec command = CommandSpec.forAnnotatedObject(new TlsOptions());
        String[] parts = word.split("=", 2);
        OptionWord ours = OptionWord.parse(
                parts[0],
                parts.length == 1 ? Optional.empty() : Optional.of(parts[1]),
                command,
                name -> command.findOption(name) != null);
        boolean on = ours.name().equals("--" + SWITCH)
                && List.of("ON", "1").contains(ours.value().orElse("ON").toUpperCase(Locale.ROOT));
        assertThat(on).isEqualTo(theirs);
    }

    @Test
    void printsTheOptionsThatMySqlPrints() throws Exception {
        Path file = folder.resolve("p.cnf");
        Files.writeString(file, "[client]\nuser=u\npassword='a secret'\nloose-x\nempty=\nssl_ca=/a b.pem\n");
        String[] arguments = {"--defaults-file=" + file, "--no-login-paths", "--print-defaults", "--port=1", "-h", "x"};
        CommandResult ours = jclone(arguments);
        assertThat(ours.exitStatus()).describedAs(ours.stderr()).isZero();
        assertThat(secondLine(ours.stdout()))
                .isEqualTo(secondLine(ServerTool.run(Map.of(), "mysql", arguments)))
                .contains("--password=*****");
    }

    /** MySQL reports an unknown option, or silently connects; jclone says what is wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--user=u --defaults-file=FILE",
                "--user=u --no-defaults",
                "--user=u --print-defaults",
                "--no-login-paths --no-defaults",
                "--no-defaults --defaults-file=FILE",
                "--no-defaults --defaults-extra-file=FILE",
            })
    void refusesOptionsAboutFilesThatAreNotFirst(String line) throws Exception {
        Path file = Files.writeString(folder.resolve("p.cnf"), "[client]\nport=1\n");
        String[] arguments = line.replace("FILE", file.toString()).split(" ");
        assertThat(ServerTool.result(Map.of(), "mysql", arguments).stderr()).contains("[ERROR] unknown ");
        CommandResult ours = jclone(arguments);
        assertThat(ours.exitStatus()).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(ours.stderr()).containsAnyOf("before all other options", "the very first option", "excludes");
    }

    private static CommandResult jclone(String... arguments) {
        List<String> command = new ArrayList<>(List.of("fetch"));
        command.addAll(List.of(arguments));
        return Jclone.run(Map.of(), command);
    }

    /** Removes the blank at the end of MySQL's line. */
    private static String secondLine(String text) {
        return text.lines().skip(1).findFirst().orElse("").strip();
    }

    private static List<String> text(Defaults defaults, Map<String, String> environment) throws DefaultsException {
        return defaults.read(List.of("client", "jclone"), environment, ignored -> {}).stream()
                .map(entry -> "--" + entry.name()
                        + entry.value().map(value -> '=' + value).orElse(""))
                .toList();
    }
}
