import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TargetSettings;

/**
 * A program that embeds the recipient and has cloned before.
 *
 * <pre>
 *   java -cp JARS Warm.java HOST:PORT USER PASSWORD-FILE DIRECTORY CLONES SSL-MODE
 * </pre>
 *
 * <p>Clones several times, each time with the defaults and into the same directory, which it deletes in between. Prints
 * for the last clone the milliseconds, the milliseconds of CPU of the whole process, and the peak memory in KiB.
 */
public final class Warm {

    private Warm() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[3]);
        int clones = Integer.parseInt(arguments[4]);
        for (int i = 1; i <= clones; i++) {
            delete(directory);
            long begin = System.nanoTime();
            Duration before = cpu();
            run(arguments, directory);
            if (i == clones) {
                long wall = (System.nanoTime() - begin) / 1_000_000;
                System.out.println(wall + " " + cpu().minus(before).toMillis() + " " + peakKib());
            }
        }
    }

    private static void run(String[] arguments, Path directory) throws Exception {
        String password = Files.readAllLines(Path.of(arguments[2])).get(0);
        CloneRequest request = CloneRequest.builder()
                .donor(DonorAddress.parse(arguments[0]))
                .login(LoginSettings.of(arguments[1], Password.of(password.toCharArray())))
                .tls(tls -> tls.withSslMode(SslMode.valueOf(arguments[5])).withGetServerPublicKey(true))
                .target(TargetSettings.of(directory))
                .build();
        new CloneRecipient(request, CloneListener.NONE).run();
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static long peakKib() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
        String peak = lines.stream().filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow();
        return Long.parseLong(peak.replaceAll("\\D", ""));
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
