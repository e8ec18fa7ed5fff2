package org.jclone.provision.mysqld;

import java.util.Map;

/**
 * The environment of the programs that jclone starts: the one jclone was started in. Without the password, and without
 * the settings of glibc's memory allocation that the launcher makes for Java: a server has other needs.
 */
public final class ChildEnvironment {

    private ChildEnvironment() {}

    /** Removes from {@code environment} what a child must not inherit. */
    public static void clean(Map<String, String> environment) {
        environment.remove("MYSQL_PWD");
        environment.remove("MALLOC_ARENA_MAX", "2");
        environment.remove("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
    }
}
