package org.jclone.recipient.compat;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private static final Pattern PLUGIN_DIRECTORY = Pattern.compile("(?m)^plugin-dir\\s+(/\\S.*?)\\s*$");
    /** A line of the table of values at the end of the help text. */
    private static final Pattern VARIABLE = Pattern.compile("(?m)^([a-z][a-z0-9-]{1,99})(?= |$)");

    private static final String TABLE = "\nVariables (--variable-name=value)";
    private static final long TIMEOUT_SECONDS = 10;
    private static final int MAX_OUTPUT_BYTES = 2 << 20;

    /** Runs {@code program} twice, which takes a tenth of a second. */
    static Mysqld ask(Path program) throws CloneException {
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw failed(program, "is not a program that jclone may run", null);
        }
        String text = output(program, List.of("--no-defaults", "--version"));
        Matcher version = VERSION.matcher(text);
        if (!version.find()) {
            throw failed(program, "does not print its version as mysqld does", null);
        }
        String help = output(program, List.of("--no-defaults", "--verbose", "--help"));
        Matcher plugins = PLUGIN_DIRECTORY.matcher(help);
        return new Mysqld(
                version.group("version"),
                version.group("os"),
                version.group("machine"),
                plugins.find() ? Optional.of(Path.of(plugins.group(1))) : Optional.empty(),
                variables(help));
    }

    private static Set<String> variables(String help) {
        int table = help.indexOf(TABLE);
        return table < 0
                ? Set.of()
                : VARIABLE.matcher(help.substring(table))
                        .results()
                        .map(line -> line.group(1).replace('-', '_'))
                        .collect(toUnmodifiableSet());
    }

    private static String output(Path program, List<String> arguments) throws CloneException {
        List<String> command = new ArrayList<>(List.of(program.toAbsolutePath().toString()));
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw failed(program, "cannot be run: " + e.getMessage(), e);
        }
        try {
            return CompletableFuture.supplyAsync(() -> read(process)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw failed(program, "did not answer within " + TIMEOUT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw failed(program, "did not finish its answer: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.Aborted.INTERRUPTED.exception("interrupted while asking " + program, e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Process process) {
        try (InputStream in = process.getInputStream()) {
            return new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CloneException failed(Path program, String what, Throwable cause) {
        return Failure.Usage.MYSQLD.exception("--mysqld: " + program + ' ' + what, cause);
    }
}
