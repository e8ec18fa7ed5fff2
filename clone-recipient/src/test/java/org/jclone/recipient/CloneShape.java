package org.jclone.recipient;

import static org.jclone.protocol.innodb.descriptor.SnapshotState.FILE_COPY;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.PAGE_COPY;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.donor.fixture.RedoFormat;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.VerifyMode;

/** A small clone to be interrupted: its data, its donor, and its settings. */
enum CloneShape {
    ONE_CONNECTION(1, table(), donor -> donor, request -> request),
    FOUR_CONNECTIONS(4, table(), donor -> donor, request -> request),
    TLS(
            2,
            table(),
            donor -> donor.tls(Identity.OF_DONOR),
            request -> request.tls(it -> it.withSslMode(SslMode.REQUIRED))),
    ZLIB(
            2,
            table(),
            donor -> donor.compression(List.of(CompressionAlgorithm.ZLIB)),
            request -> request.transfer(it -> it.withCompression(Compression.ON))),
    ZSTD(
            2,
            table(),
            donor -> donor.compression(List.of(CompressionAlgorithm.ZSTD)),
            request -> request.transfer(it -> it.withCompression(Compression.ON))),
    DDL_IN_BOTH_ROUNDS(2, ddl(), donor -> donor, request -> request),
    DDL_BLOCKED(2, table(), donor -> donor, request -> request.transfer(it -> it.withBlockDdl(true))),
    MYSQL_8_0_17(
            2,
            table().redoFormat(RedoFormat.IB_LOGFILE),
            donor -> donor.profile(DonorProfile.mysql8017()),
            request -> request),
    MYSQL_8_4(2, table(), donor -> donor.profile(DonorProfile.mysql84()), request -> request),
    REDO_IN_MANY_FILES(2, table().redo(300_000, 1 << 17), donor -> donor, request -> request),
    PAGES_OF_4K(
            2,
            MadeData.builder(3).pageSize(4 << 10).systemTablespace(64 << 10).table("t/a", 1 << 20),
            donor -> donor,
            request -> request),
    COMPRESSED_TABLES(
            2,
            table().compressedTable("t/page", 1 << 20).zipTable("t/zip", 8 << 10, 1 << 20),
            donor -> donor,
            request -> request),
    NOT_VERIFIED(2, table(), donor -> donor, request -> request.target(it -> it.withVerify(VerifyMode.OFF))),
    NO_JOURNAL(2, table(), donor -> donor, request -> request.interruptions(it -> it.withJournal(false)));

    /** Generated once, because it takes long. */
    private static final class Identity {
        static final TlsIdentity OF_DONOR = TlsIdentity.selfSigned();
    }

    private final MadeData data;
    private final int connections;
    private final UnaryOperator<DonorConfig.Builder> donor;
    private final UnaryOperator<CloneRequest.Builder> request;

    CloneShape(
            int connections,
            MadeDataBuilder data,
            UnaryOperator<DonorConfig.Builder> donor,
            UnaryOperator<CloneRequest.Builder> request) {
        this.connections = connections;
        this.data = data.build();
        this.donor = donor;
        this.request = request;
    }

    private static MadeDataBuilder table() {
        return MadeData.builder(3)
                .systemTablespace(64 << 10)
                .table("t/a", 1 << 20)
                .table("t/b", 112 << 10)
                .modify("t/a", 1, 2);
    }

    private static MadeDataBuilder ddl() {
        return table().table("t/c", 112 << 10)
                .table("t/d", 112 << 10)
                .rename(FILE_COPY, "t/a", "t/b")
                .rename(FILE_COPY, "t/b", "t/a")
                .dropAfter(FILE_COPY, "t/c", 0)
                .create(FILE_COPY, "t/new")
                .modify("t/new", 0, 3)
                .createAgain(FILE_COPY, "new c", "t/c")
                .rename(PAGE_COPY, "t/a", "t/e")
                .drop(PAGE_COPY, "t/d")
                .create(PAGE_COPY, "t/last");
    }

    MadeData data() {
        return data;
    }

    /**
     * Main and auxiliary connection, the one that queries the donor's identity, and the workers. With one connection
     * there are no workers.
     */
    int connections() {
        return 2 + connections;
    }

    CloneRig rig(Path parent, FaultScript faults) {
        return CloneRig.of(parent, data, config -> donor.apply(config.faults(faults)))
                .with(settings -> request.apply(settings.transfer(
                        it -> it.withMaxConcurrency(connections).withAutotuneConcurrency(false))));
    }
}
