package org.jclone.donor.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jclone.donor.api.Account;
import org.jclone.protocol.auth.CachingSha2Password;
import org.jclone.protocol.wire.Bytes;

/**
 * The accounts, and cached password hashes of caching_sha2_password. A server stores only hashes; the first full
 * authentication reveals the password and enables the fast path. Thread-safe.
 */
final class Accounts {

    private final Map<String, Account> accounts;
    private final Map<String, Bytes> cachedHashes = new ConcurrentHashMap<>();

    Accounts(List<Account> accounts) {
        this.accounts = accounts.stream().collect(Collectors.toUnmodifiableMap(Account::user, Function.identity()));
    }

    Optional<Account> find(String user) {
        return Optional.ofNullable(accounts.get(user));
    }

    /** Returns the hash that verifies a scramble; empty before the first full authentication. */
    Optional<Bytes> cachedHash(String user) {
        return Optional.ofNullable(cachedHashes.get(user));
    }

    void cache(Account account) {
        cachedHashes.put(account.user(), CachingSha2Password.cachedHash(passwordOf(account)));
    }

    static byte[] passwordOf(Account account) {
        return account.password().getBytes(StandardCharsets.UTF_8);
    }
}
