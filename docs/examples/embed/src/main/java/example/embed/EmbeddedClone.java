package example.embed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.TargetSettings;

/** Checks a donor, clones it into a directory, and can be stopped and started again: it then resumes the clone. */
public final class EmbeddedClone {

    private EmbeddedClone() {}

    /** Clones. The exit status is that of {@code jclone fetch}. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4) {
            System.err.println("arguments: HOST[:PORT] USER PASSWORD-FILE DIRECTORY");
            System.exit(2);
        }
        CloneRequest request = CloneRequest.builder()
                .donor(DonorAddress.parse(arguments[0]))
                .login(LoginSettings.of(arguments[1], password(Path.of(arguments[2]))))
                .interruptions(it -> it.withResume(ResumeMode.AUTO))
                .target(TargetSettings.of(Path.of(arguments[3])))
                .build();
        System.exit(run(request));
    }

    private static int run(CloneRequest request) {
        try {
            // A run wipes the passwords of its request, so the check has its own.
            CheckReport report = new DonorCheck(request.withOwnPasswords()).run();
            System.out.println("checked: " + report.findings().size() + " findings");
            CloneResult result = clone(request);
            System.out.println("cloned " + result.donor() + " (" + result.donorVersion() + "): " + result.files()
                    + " files, " + result.dataBytes() + " bytes in " + result.directory());
            return 0;
        } catch (CloneException e) {
            System.err.println(e.code() + ": " + e.getMessage());
            System.err.println(e.hint());
            return e.code().exitStatus();
        }
    }

    private static CloneResult clone(CloneRequest request) throws CloneException {
        CloneRecipient recipient = new CloneRecipient(request, new Log());
        CountDownLatch ended = new CountDownLatch(1);
        // At SIGTERM and SIGINT the donor keeps its snapshot for a while, and the next start of this program resumes.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            recipient.suspend("the program was stopped");
            await(ended);
        }));
        try {
            return recipient.run();
        } finally {
            ended.countDown();
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Password password(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return Password.of(lines.get(0).toCharArray());
    }

    private static final class Log implements CloneListener {

        @Override
        public void onEvent(CloneEvent event) {
            System.out.println(event);
        }
    }
}
