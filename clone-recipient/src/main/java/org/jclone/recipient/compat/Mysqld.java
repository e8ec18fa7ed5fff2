package org.jclone.recipient.compat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * Properties that the {@code mysqld} executable reports, without starting a server or reading an option file.
 *
 * @param version {@code 9.7.4}
 * @param os as in {@code version_compile_os}
 * @param machine as in {@code version_compile_machine}
 * @param pluginDirectory default plugin directory
 * @param variables system variables and options, without those of plugins, with underscores
 */
record Mysqld(String version, String os, String machine, Optional<Path> pluginDirectory, Set<String> variables) {

    /** {@code /usr/sbin/mysqld  Ver 9.7.4 for Linux on x86_64 (MySQL Community Server - GPL)}. */
    private static final Pattern VERSION =
            Pattern.compile("\\bVer (?<version>\\S{1,100}) for (?<os>.{1,60}?) on (?<machine>\\S{1,60})");

    /** Runs {@code program} twice, which takes a tenth of a second. */
    static Mysqld ask(Path program) throws CloneException {
        Matcher version = VERSION.matcher(output(program, "--version"));
        if (!version.find()) {
            throw Failure.Usage.MYSQLD.exception(
                    "--mysqld: " + program + " does not print its version as mysqld does", null);
        }
        Map<String, String> values =
                HelpTable.parse(output(program, "--verbose", "--help")).orElse(Map.of());
        return new Mysqld(
                version.group("version"),
                version.group("os"),
                version.group("machine"),
                Optional.ofNullable(values.get("plugin_dir"))
                        .filter(directory -> directory.startsWith("/"))
                        .map(Path::of),
                values.keySet());
    }

    private static String output(Path program, String... options) throws CloneException {
        List<String> command = new ArrayList<>(List.of(program.toAbsolutePath().toString(), "--no-defaults"));
        command.addAll(List.of(options));
        return ProgramAnswer.of(command).output();
    }
}
