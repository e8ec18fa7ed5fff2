package org.jclone.cli.manual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jclone.cli.option.OptionText;
import org.jclone.cli.option.UsageHelp;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.explain.Explanations;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** The manual pages of the program, its commands, and its configuration. */
public final class ManualPages {

    private static final String OVERVIEW = "jclone(1)";
    private static final String CONFIGURATION = "jclone.cnf(5)";

    /** Of the launcher and of option files; docs/options.md has more about them. */
    private static final Map<String, String> ENVIRONMENT = variables();

    private final String date;
    private final String version;

    /** @param date the day of the release, {@code 2026-01-31} */
    public ManualPages(String date, String version) {
        this.date = date;
        this.version = version;
    }

    /** {@code jclone(1)}. */
    public String overview(CommandSpec program, List<CommandSpec> commands) {
        Roff page = page("jclone", 1, Summary.of(program));
        synopsis(page, program);
        page.section("DESCRIPTION").text(program.usageMessage().description()[0]);
        page.text("The donor needs its clone plugin and an account with BACKUP_ADMIN. The recipient needs no MySQL.");
        examples(page, program);
        page.section("COMMANDS");
        for (CommandSpec command : commands) {
            page.term(command.name(), "").text(Summary.of(command));
        }
        page.section("OPTIONS");
        options(page, program);
        page.section("ENVIRONMENT");
        ENVIRONMENT.forEach((name, text) -> page.term(name, "").text(text));
        exitStatus(page);
        page.section("SEE ALSO");
        List<String> pages = commands.stream()
                .map(command -> "jclone-" + command.name() + "(1)")
                .collect(Collectors.toCollection(ArrayList::new));
        pages.add(CONFIGURATION);
        return page.references(pages).toString();
    }

    /** {@code jclone-NAME(1)}. */
    public String command(CommandSpec command) {
        Roff page = page("jclone-" + command.name(), 1, Summary.of(command));
        synopsis(page, command);
        page.section("DESCRIPTION");
        description(page, command);
        examples(page, command);
        page.section("OPTIONS");
        options(page, command);
        return page.section("EXIT STATUS")
                .text("0, or the number of the error; jclone(1) lists them. jclone explain NUMBER explains one.")
                .section("SEE ALSO")
                .references(List.of(OVERVIEW, CONFIGURATION))
                .toString();
    }

    /**
     * {@code jclone.cnf(5)}.
     *
     * @param target the options of a target
     * @param daemon the options of the group [daemon]
     * @param excluded names of options of a target that the file may not have
     */
    public String configuration(CommandSpec target, CommandSpec daemon, Set<String> excluded) {
        Roff page = page("jclone.cnf", 5, "option files of jclone, and the configuration of its daemon");
        page.section("DESCRIPTION")
                .text(
                        "jclone reads option files as MySQL's programs do. A line [NAME] begins a group; below it each line"
                                + " is an option without its two dashes, and its value after an equals sign. - and _ are the same"
                                + " in names. A value may have quotes. A comment begins with #. !include FILE and !includedir"
                                + " DIR read other files.")
                .section("OPTION FILES OF COMMANDS")
                .text("All commands that log in read the groups [client] and [jclone] of the files below; a later file"
                        + " counts before an earlier one, and the command line before all. All long options of the"
                        + " command can be given.")
                .lines(List.of("/etc/my.cnf", "/etc/mysql/my.cnf", "$MYSQL_HOME/my.cnf", "~/.my.cnf"))
                .paragraph("--defaults-file=FILE reads another file instead, such as:")
                .lines(List.of(
                        "[jclone]",
                        "user = cloner",
                        "password-file = /etc/jclone/clone.pw",
                        "ssl-mode = VERIFY_IDENTITY",
                        "ssl-ca = /etc/jclone/ca.pem"))
                .section("CONFIGURATION OF THE DAEMON")
                .text("/etc/jclone/jclone.cnf, or the file of jclone daemon --config. jclone daemon --check-config"
                        + " reports all its faults, with file and line.");
        page.term("[target NAME]", "").text("A data directory to provision; datadir is another name of dir.");
        page.term("[source NAME]", "").text("Donors and the account on them. The option from of a target names it.");
        page.term("[replication], [throttle], [hooks]", "").text("Options that all targets have.");
        page.term("[daemon]", "").text("Options of the daemon itself.");
        page.paragraph("For example:")
                .lines(List.of(
                        "[source primary]",
                        "donor = db1.example.com",
                        "user = cloner",
                        "password-file = /etc/jclone/clone.pw",
                        "",
                        "[replication]",
                        "replication-user = repl",
                        "replication-password-file = /etc/jclone/repl.pw",
                        "",
                        "[target db3]",
                        "from = primary",
                        "datadir = /var/lib/mysql",
                        "service = mysql"));
        page.section("LIMITS BY TIME OF DAY")
                .text("A line [DAYS] HH:MM-HH:MM = MIB of the group [throttle] limits file contents in MiB per second"
                        + " for each run; unlimited is no limit. The first line that holds counts. time-zone names the"
                        + " clock, such as Europe/Berlin.");
        page.section("OPTIONS OF TARGETS");
        keys(page, target, excluded);
        page.section("OPTIONS OF THE DAEMON");
        keys(page, daemon, Set.of());
        return page.section("SEE ALSO")
                .references(List.of(OVERVIEW, "jclone-daemon(1)", "jclone-provision(1)"))
                .toString();
    }

    private Roff page(String name, int section, String whatis) {
        return new Roff(name, section, date, version, whatis);
    }

    private static void synopsis(Roff page, CommandSpec command) {
        page.section("SYNOPSIS");
        String[] declared = command.usageMessage().customSynopsis();
        String named = "jclone " + command.name() + " [COMMAND]"; // picocli's help
        page.text(declared.length == 0 ? named : String.join(" ", declared));
    }

    private static List<String> description(CommandSpec command) {
        return Arrays.asList(command.usageMessage().description());
    }

    /** Lines that begin with a blank are a table. */
    private static void description(Roff page, CommandSpec command) {
        List<String> table = description(command).stream()
                .filter(line -> line.startsWith(" "))
                .toList();
        description(command).stream()
                .filter(line -> !line.startsWith(" "))
                .forEach(line -> page.text(line.replace("%n", " ")));
        if (!table.isEmpty()) {
            page.lines(table);
        }
    }

    private static void examples(Roff page, CommandSpec command) {
        List<String> examples = UsageHelp.examples(command);
        if (!examples.isEmpty()) {
            page.section("EXAMPLES").lines(examples);
        }
    }

    private static void options(Roff page, CommandSpec command) {
        for (UsageHelp.Group group : UsageHelp.groups(command)) {
            if (!group.heading().isEmpty()) {
                page.subsection(group.heading());
            }
            for (ArgSpec option : group.options()) {
                String name = OptionText.name(option);
                String shortName = OptionText.shortName(option);
                page.term(name, rest(option, name) + (shortName.isEmpty() ? "" : ", " + shortName))
                        .text(UsageHelp.text(option));
            }
        }
    }

    private static void keys(Roff page, CommandSpec command, Set<String> excluded) {
        for (UsageHelp.Group group : UsageHelp.groups(command)) {
            List<ArgSpec> options = group.options().stream()
                    .filter(option -> !excluded.contains(OptionText.name(option)))
                    .toList();
            if (!options.isEmpty() && !group.heading().isEmpty()) {
                page.subsection(group.heading());
            }
            for (ArgSpec option : options) {
                String name = OptionText.name(option);
                page.term(name.replaceFirst("^--", ""), rest(option, name)).text(UsageHelp.text(option));
            }
        }
    }

    /** Returns what follows the name: {@code =USER}. */
    private static String rest(ArgSpec option, String name) {
        return OptionText.synopsis(option).substring(name.length());
    }

    private static void exitStatus(Roff page) {
        page.section("EXIT STATUS");
        page.term("0", "").text("Success.");
        for (CloneErrorCode code : CloneErrorCode.values()) {
            page.term(String.valueOf(code.exitStatus()), " " + code.name());
            page.text(Explanations.find(code.name()).get(0).meaning());
        }
        page.term("3", "").text("The launcher found no Java 17 or newer, or the installation is incomplete.");
    }

    private static Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("JCLONE_JAVA_HOME", "The Java to run on, 17 or newer.");
        variables.put(
                "JCLONE_JAVA_OPTS",
                "Additional options for the JVM, separated by blanks. They come last and override others.");
        variables.put("JCLONE_CDS", "off: do not create or use an archive of loaded classes.");
        variables.put("MYSQL_PWD", "The password, if no option gives one. Root and the same user can read it.");
        variables.put("MYSQL_HOME", "A directory whose my.cnf is read.");
        variables.put("MYSQL_GROUP_SUFFIX", "The same as --defaults-group-suffix.");
        variables.put("MYSQL_TEST_LOGIN_FILE", "Another file instead of ~/.mylogin.cnf.");
        return variables;
    }
}
