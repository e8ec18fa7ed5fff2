package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** The problems that PREPARE finds. A check that fails does not prevent the next one. */
final class Findings {

    /** One question, or several that belong together. */
    interface Check {
        void run() throws CloneException;
    }

    private final List<String> problems = new ArrayList<>();
    private Optional<CloneException> first = Optional.empty();

    /** Joins a text, which may be the server's own and end with a period, and what to do about it. */
    static String withHint(String text, String hint) {
        return hint.isEmpty() ? text : text + (text.endsWith(".") ? " " : ". ") + hint;
    }

    /** Runs the check, and keeps its failure. */
    void gather(Check check) {
        try {
            check.run();
        } catch (CloneException e) {
            if (!problems.contains(e.getMessage())) { // two checks may ask the same server
                problems.add(e.getMessage());
                first = first.or(() -> Optional.of(e));
            }
        }
    }

    /** Adds a problem that is not an exception. */
    void add(String problem) {
        problems.add(problem);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Reports all problems, and fails if there is any. */
    void requireNone(ProvisionListener listener) throws CloneException {
        if (problems.isEmpty()) {
            return;
        }
        listener.onProvision(new ProvisionEvent.Findings(problems));
        if (problems.size() == 1 && first.isPresent()) {
            throw first.get();
        }
        throw Failure.Provisioning.PREPARE.exception(
                problems.size() + (problems.size() == 1 ? " finding prevents" : " findings prevent")
                        + " the run; the first: " + problems.get(0));
    }
}
