package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jclone.provision.api.SourceChoice;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/** The servers that the new one may replicate from, in the order in which they are tried. They are recorded. */
final class SourceCandidates {

    private static final String GROUP_CHANNEL = "group_replication_";

    private final Run run;
    private final Function<DonorAddress, Server> servers;

    SourceCandidates(Run run) {
        this(run, run::asCloneUser);
    }

    /** @param servers returns the donor, asked with the account of the clone */
    SourceCandidates(Run run, Function<DonorAddress, Server> servers) {
        this.run = run;
        this.servers = servers;
    }

    /** Returns those that were recorded; the first is the present source. */
    List<DonorAddress> recorded() {
        List<DonorAddress> all = new ArrayList<>(List.of(run.sourceAddress()));
        run.record()
                .fact(Fact.SOURCE_CANDIDATES)
                .map(text ->
                        Arrays.stream(text.split(" ")).map(DonorAddress::parse).toList())
                .ifPresent(all::addAll);
        return List.copyOf(new LinkedHashSet<>(all));
    }

    /** Finds and records them. */
    List<DonorAddress> find() throws CloneException {
        if (run.request().join().isPresent()) {
            return List.of(
                    run.sourceAddress()); // a member of the group, which was chosen with the group's members in sight
        }
        SourceChoice choice = run.request().replication().source();
        Set<DonorAddress> found = new LinkedHashSet<>(choice.given());
        switch (choice.wanted()) {
            case GIVEN -> {}
            case DONOR -> addDonor(found);
            case DONORS_SOURCE -> addDonorsSources(found, true);
            case ANY -> {
                addDonorsSources(found, false);
                addDonor(found);
            }
        }
        if (found.isEmpty()) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the donor " + run.donor() + " has no source, and no other source is given");
        }
        run.record()
                .set(
                        Fact.SOURCE_CANDIDATES,
                        found.stream().map(DonorAddress::toString).collect(Collectors.joining(" ")));
        return List.copyOf(found);
    }

    private void addDonor(Set<DonorAddress> found) {
        if (run.donor().socket().isEmpty()) {
            found.add(run.donor());
        }
    }

    /** Returns the servers that the donor replicates from; none if they cannot be seen, which is a warning. */
    List<DonorAddress> ofDonor() throws CloneException {
        Set<DonorAddress> found = new LinkedHashSet<>();
        addDonorsSources(found, false);
        return List.copyOf(found);
    }

    /** @param required whether it is an error that they cannot be seen */
    private void addDonorsSources(Set<DonorAddress> found, boolean required) throws CloneException {
        try (ServerSession sql = servers.apply(run.donor()).connect()) {
            Rows rows = sql.query(sql.words().showReplicaStatus());
            for (int i = 0; i < rows.size(); i++) {
                if (!rows.value(i, "Channel_Name").orElse("").startsWith(GROUP_CHANNEL)) {
                    address(
                                    rows.value(i, sql.words().statusColumn("Source_Host"))
                                            .orElse(""),
                                    rows.value(i, sql.words().statusColumn("Source_Port"))
                                            .orElse(""))
                            .ifPresent(found::add);
                }
            }
        } catch (ServerException e) {
            String text = "the donor's source cannot be seen: " + e.getMessage();
            String hint = "GRANT REPLICATION CLIENT ON *.* to the account of --user on the donor.";
            if (required) {
                throw Failure.Provisioning.SOURCE.exception(Findings.withHint(text, hint), e);
            }
            run.report().warn(text, hint);
        }
    }

    private static Optional<DonorAddress> address(String host, String port) {
        try {
            return Optional.of(
                    new DonorAddress(host, Math.toIntExact(Rows.number(port).orElse(0))));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}
