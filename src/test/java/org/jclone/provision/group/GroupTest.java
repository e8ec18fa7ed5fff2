package org.jclone.provision.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.provision.group.Groups.address;
import static org.jclone.provision.group.Groups.facts;
import static org.jclone.provision.group.Groups.group;
import static org.jclone.provision.group.Groups.gtids;

import java.util.List;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class GroupTest {

    @Test
    void hasWhatAnyMemberHasExecutedOrReceived() {
        Group group = group(facts(1, true, "1-9", "", ""), facts(2, false, "1-5", "1-10", ""));
        assertThat(group.transactions()).isEqualTo(gtids("1-10"));
    }

    @Test
    void doesNotCountWhatOnlyTheServerThatComesBackHas() {
        Group group = group(facts(1, true, "1-9", "", ""), facts(2, false, "1-10", "", ""));
        assertThat(group.without(Groups.uuid(2)).transactions()).isEqualTo(gtids("1-9"));
        assertThat(group.without(Groups.uuid(2)).online()).hasSize(1);
        Group alone = group(facts(2, true, "1-10", "", ""));
        assertThat(alone.without(Groups.uuid(2))).isEqualTo(alone);
    }

    @Test
    void fetchesFromAMemberThatHasAllThatIsMissing() {
        Group group = group(facts(1, true, "1-9", "", "1-6"), facts(2, false, "1-9", "", "1-3"));
        assertThat(group.sourceFor(gtids("1-4")).orElseThrow().address()).isEqualTo(address(2));
        assertThat(group.sourceFor(gtids("1-2"))).isEmpty();
        assertThat(group.leastPurged(gtids("1-2")).address()).isEqualTo(address(2));
    }

    @Test
    void fetchesFromTheMemberThatHasAppliedMostAndRatherASecondary() {
        Group group =
                group(facts(1, true, "1-9", "", ""), facts(2, false, "1-8", "1-9", ""), facts(3, false, "1-9", "", ""));
        assertThat(group.sourceFor(gtids("1-2")).orElseThrow().address()).isEqualTo(address(3));
        Group lagging = group(facts(1, true, "1-9", "", ""), facts(2, false, "1-8", "", ""));
        assertThat(lagging.sourceFor(gtids("1-2")).orElseThrow().address()).isEqualTo(address(1));
    }

    @Test
    void takesAWantedMemberOnlyIfItHasAllThatIsMissing() {
        Group group =
                group(facts(1, true, "1-9", "", "1-6"), facts(2, false, "1-9", "", ""), facts(3, false, "1-9", "", ""));
        List<DonorAddress> wanted = List.of(address(1), address(3));
        assertThat(group.sourceFor(wanted, gtids("1-6")).orElseThrow().address())
                .isEqualTo(address(1));
        assertThat(group.sourceFor(wanted, gtids("1-2")).orElseThrow().address())
                .isEqualTo(address(3));
        assertThat(group.sourceFor(List.of(address(1)), gtids("1-2"))
                        .orElseThrow()
                        .address())
                .isEqualTo(address(2));
    }
}
