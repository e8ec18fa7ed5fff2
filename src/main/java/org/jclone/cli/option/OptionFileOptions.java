package org.jclone.cli.option;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The option files to read. {@link LeadingOptions} parses these options before all others. */
@Command(optionListHeading = "Option files, before all other options")
@SuppressWarnings("UnusedVariable")
public final class OptionFileOptions {

    static final String DEFAULTS_FILE = "--defaults-file";
    static final String EXTRA_FILE = "--defaults-extra-file";
    static final String GROUP_SUFFIX = "--defaults-group-suffix";
    static final String NO_DEFAULTS = "--no-defaults";
    static final String LOGIN_PATH = "--login-path";
    static final String NO_LOGIN_PATHS = "--no-login-paths";
    static final String PRINT_DEFAULTS = "--print-defaults";

    @Option(
            names = NO_DEFAULTS,
            description =
                    "Read no option file; login paths are still read, as in MySQL. Must be the very first option.")
    private boolean noDefaults;

    @Option(
            names = DEFAULTS_FILE,
            paramLabel = "FILE",
            description = "Read this option file instead of the usual ones.")
    private Path defaultsFile;

    @Option(names = EXTRA_FILE, paramLabel = "FILE", description = "Also read this option file, before ~/.my.cnf.")
    private Path extraFile;

    @Option(
            names = GROUP_SUFFIX,
            paramLabel = "SUFFIX",
            description = "Also read the groups [clientSUFFIX] and [jcloneSUFFIX].")
    private String groupSuffix;

    @Option(
            names = LOGIN_PATH,
            paramLabel = "NAME",
            description = "Also read this login path of ~/.mylogin.cnf, the file that mysql_config_editor writes.")
    private String loginPath;

    @Option(names = NO_LOGIN_PATHS, description = "Do not read ~/.mylogin.cnf.")
    private boolean noLoginPaths;

    @Option(
            names = PRINT_DEFAULTS,
            versionHelp = true,
            description = "Show the options from option files and login paths, with passwords hidden, and do nothing"
                    + " else.")
    private boolean printDefaults;
}
