package org.jclone.provision.donor;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jclone.provision.donor.DonorFacts.Neighbour;
import org.jclone.provision.donor.DonorFacts.Origin;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.explain.Failure;

/** Asks all known servers at the same time, then the servers that they name, and rates all of them. */
public final class DonorSearch {

    /** Items that depend on the donor only. */
    private static final Set<CheckItem> ITEMS = EnumSet.of(
            CheckItem.REACHABILITY,
            CheckItem.TLS,
            CheckItem.LOGIN,
            CheckItem.CONNECTIONS,
            CheckItem.VERSION,
            CheckItem.PLUGIN,
            CheckItem.PRIVILEGE,
            CheckItem.MAX_ALLOWED_PACKET,
            CheckItem.OTHER_CLONE,
            CheckItem.REDO_LOG,
            CheckItem.COMPATIBILITY);

    /** More than any topology needs. It limits the servers that a single server can make jclone ask. */
    private static final int MOST = 64;

    private final DonorAccess access;
    private final List<DonorAddress> given;
    private final Optional<DonorsFrom> from;
    private final DonorRules rules;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;

    /**
     * @param timeout how long one server may take to answer everything
     * @param random decides among equals
     */
    public DonorSearch(
            DonorAccess access,
            List<DonorAddress> given,
            Optional<DonorsFrom> from,
            DonorRules rules,
            Duration timeout,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.access = access;
        this.given = List.copyOf(given);
        this.from = from;
        this.rules = rules;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /**
     * Asks all candidates. This takes about as long as the slowest answer, and at most the timeout for each link of a
     * chain of servers that name each other.
     *
     * @throws CloneException if the thread is interrupted
     */
    public DonorTable run() throws CloneException {
        Map<String, Candidate> found = new LinkedHashMap<>();
        Set<String> notes = new LinkedHashSet<>();
        List<Neighbour> next = resolve(found);
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "jclone-donors");
            thread.setDaemon(true); // a server that hangs does not keep the program
            return thread;
        });
        try {
            while (!next.isEmpty()) {
                next = askAll(next, found, notes, threads);
            }
        } finally {
            threads.shutdownNow();
        }
        return new DonorRating(rules, random).rate(withoutTwins(found.values(), notes), List.copyOf(notes));
    }

    /** Returns the given servers, and those of the given services; a service without servers is a candidate that fails. */
    private List<Neighbour> resolve(Map<String, Candidate> found) {
        List<Neighbour> servers = new ArrayList<>();
        for (DonorAddress each : given) {
            try {
                List<DonorAddress> addresses = each.isService() ? access.resolve(each) : List.of(each);
                addresses.forEach(address -> servers.add(new Neighbour(address, Origin.GIVEN)));
            } catch (IOException e) {
                found.put(
                        key(each),
                        failed(
                                new Neighbour(each, Origin.GIVEN),
                                new Obstacle(
                                        e.getMessage(),
                                        "dig " + each.host() + " SRV shows what the DNS answers.",
                                        CloneErrorCode.CONNECT_FAILED,
                                        true)));
            }
        }
        return servers;
    }

    /** @return the servers that were named and are not yet known */
    private List<Neighbour> askAll(
            List<Neighbour> next, Map<String, Candidate> found, Set<String> notes, ExecutorService threads)
            throws CloneException {
        Map<Neighbour, Future<Candidate>> answers = new LinkedHashMap<>();
        Set<String> asked = new LinkedHashSet<>();
        for (Neighbour each : next) {
            if (found.containsKey(key(each.address())) || !asked.add(key(each.address()))) {
                continue;
            }
            if (found.size() + answers.size() >= MOST) {
                notes.add("more than " + MOST + " servers: the others are not asked");
                break;
            }
            answers.put(each, threads.submit(() -> ask(each)));
        }
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        List<Neighbour> named = new ArrayList<>();
        for (Map.Entry<Neighbour, Future<Candidate>> each : answers.entrySet()) {
            Candidate candidate = await(each.getKey(), each.getValue(), deadline);
            found.put(key(candidate.address()), candidate);
            candidate.facts().ifPresent(facts -> {
                named.addAll(facts.neighbours());
                facts.unseen().forEach(unseen -> notes.add(facts.address() + " does not show " + unseen));
            });
        }
        return named;
    }

    private Candidate await(Neighbour each, Future<Candidate> answer, long deadline) throws CloneException {
        try {
            return answer.get(Math.max(0, deadline - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            return failed(
                    each,
                    new Obstacle(
                            "no answer within " + timeout.toMillis() + " ms", "", CloneErrorCode.CONNECT_FAILED, true));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.Aborted.INTERRUPTED.exception("interrupted while asking the donors", e);
        }
    }

    private Candidate ask(Neighbour each) {
        Optional<String> prohibition = access.prohibition(each.address());
        if (prohibition.isPresent()) {
            return failed(each, new Obstacle(prohibition.get(), "", CloneErrorCode.USAGE, false));
        }
        DonorFacts facts;
        try (ServerSession session = access.server(each.address()).connect()) {
            if (!session.version().isMySql()) {
                return failed(
                        each,
                        new Obstacle(
                                session.version() + " is no version of MySQL", "", CloneErrorCode.INCOMPATIBLE, false));
            }
            facts = new DonorInquiry(each.address(), session, from, nanoTime).ask();
        } catch (ServerException e) {
            // A second attempt could lock the account.
            return failed(each, new Obstacle(e.getMessage(), e.hint(), e.code(), mayPass(e.code(), e.number())));
        }
        return new Candidate(
                each.address(), each.origin(), Optional.of(facts), obstacles(access.check(each.address(), ITEMS)));
    }

    private static Candidate failed(Neighbour each, Obstacle obstacle) {
        return new Candidate(each.address(), each.origin(), Optional.empty(), List.of(obstacle));
    }

    private static List<Obstacle> obstacles(CheckReport report) {
        return report.in(Finding.State.PROBLEM).stream()
                .filter(finding -> ITEMS.contains(finding.item()))
                .map(finding -> {
                    CloneErrorCode code = finding.failure().orElse(CloneErrorCode.DONOR_ERROR);
                    return new Obstacle(
                            finding.item().title() + ": " + finding.text(),
                            finding.statements().isEmpty() ? finding.why() : String.join(" ", finding.statements()),
                            code,
                            mayPass(code, 0));
                })
                .toList();
    }

    private static boolean mayPass(CloneErrorCode code, int number) {
        return switch (FailureClass.of(code, number)) {
            case SAME_DONOR, NEXT_DONOR -> true;
            case DROP_DONOR, GIVE_UP -> false;
        };
    }

    /** Keeps one address of each server, the first. */
    private static List<Candidate> withoutTwins(Iterable<Candidate> candidates, Set<String> notes) {
        Map<String, Candidate> byUuid = new LinkedHashMap<>();
        List<Candidate> kept = new ArrayList<>();
        for (Candidate each : candidates) {
            Optional<String> uuid = each.facts().map(DonorFacts::uuid).filter(text -> !text.isEmpty());
            Candidate twin = uuid.map(known -> byUuid.putIfAbsent(known, each)).orElse(null);
            if (twin == null) {
                kept.add(each);
            } else {
                notes.add(each.address() + " is the same server as " + twin.address());
            }
        }
        return kept;
    }

    private static String key(DonorAddress address) {
        return address.socket().isPresent()
                ? address.toString()
                : address.toString().toLowerCase(Locale.ROOT);
    }
}
