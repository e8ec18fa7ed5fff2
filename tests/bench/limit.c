/*
 * limit - the least that a clone costs on this machine: one process reads files and sends them over loopback, another
 * one receives them into aligned buffers and writes them with direct I/O and fsync. No protocol, no checks, no journal.
 *
 *   cc -O2 -pthread -o limit limit.c
 *   limit DIR TARGET CONNECTIONS
 *
 * Copies the tablespaces of DIR (*.ibd, ibdata*, undo_*), flat, into the new directory TARGET. Each connection takes the
 * next chunk of 64 MiB, as the tasks of a donor do. Prints: bytes, milliseconds, CPU milliseconds of the receiver, CPU
 * milliseconds of the sender.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 1 << 20, CHUNK = 64 << 20, ALIGNMENT = 4096, MOST_FILES = 200000, MOST_CONNECTIONS = 128 };

struct chunk {
  uint32_t file;
  uint32_t length; /* 0 = the end */
  uint64_t offset;
};

struct file {
  char *path;
  uint64_t size;
  int fd;
};

static struct file files[MOST_FILES];
static uint32_t file_count;
static int receiver_port;

/* What the sender has handed out. */
static pthread_mutex_t next_lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t next_file;
static uint64_t next_offset;

static void die(const char *what) {
  fprintf(stderr, "limit: error: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int add_file(const char *path, const struct stat *status, int type, struct FTW *place) {
  const char *name = path + place->base;
  if (type != FTW_F || status->st_size % ALIGNMENT != 0 || status->st_size == 0) return 0;
  if (fnmatch("*.ibd", name, 0) && fnmatch("ibdata*", name, 0) && fnmatch("undo_*", name, 0)) return 0;
  if (file_count == MOST_FILES) die("too many files");
  files[file_count++] = (struct file){strdup(path), (uint64_t)status->st_size, -1};
  return 0;
}

static struct chunk next_chunk(void) {
  struct chunk chunk = {0, 0, 0};
  pthread_mutex_lock(&next_lock);
  if (next_file < file_count) {
    uint64_t left = files[next_file].size - next_offset;
    chunk = (struct chunk){next_file, (uint32_t)(left < CHUNK ? left : CHUNK), next_offset};
    next_offset += chunk.length;
    if (next_offset == files[next_file].size) {
      next_file++;
      next_offset = 0;
    }
  }
  pthread_mutex_unlock(&next_lock);
  return chunk;
}

static void send_all(int to, const void *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t n = send(to, (const char *)bytes + done, length - done, MSG_NOSIGNAL);
    if (n <= 0) die("send");
    done += (size_t)n;
  }
}

static void receive_all(int from, void *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t n = recv(from, (char *)bytes + done, length - done, 0);
    if (n <= 0) die("recv");
    done += (size_t)n;
  }
}

static void *aligned(void) {
  void *buffer;
  if (posix_memalign(&buffer, ALIGNMENT, BLOCK)) die("memory");
  return buffer;
}

static void *send_chunks(void *unused) {
  (void)unused;
  char *buffer = aligned();
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)receiver_port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int to = socket(AF_INET, SOCK_STREAM, 0);
  if (to < 0 || connect(to, (struct sockaddr *)&address, sizeof address)) die("connect");
  for (;;) {
    struct chunk chunk = next_chunk();
    send_all(to, &chunk, sizeof chunk);
    if (chunk.length == 0) break;
    int fd = open(files[chunk.file].path, O_RDONLY);
    if (fd < 0) die(files[chunk.file].path);
    for (uint32_t done = 0; done < chunk.length;) {
      ssize_t want = chunk.length - done < BLOCK ? chunk.length - done : BLOCK;
      if (pread(fd, buffer, (size_t)want, (off_t)(chunk.offset + done)) != want) die("pread");
      send_all(to, buffer, (size_t)want);
      done += (uint32_t)want;
    }
    close(fd);
  }
  close(to);
  return NULL;
}

static void *receive_chunks(void *connection) {
  int from = (int)(intptr_t)connection;
  char *buffer = aligned();
  for (;;) {
    struct chunk chunk;
    receive_all(from, &chunk, sizeof chunk);
    if (chunk.length == 0) break;
    for (uint32_t done = 0; done < chunk.length;) {
      ssize_t want = chunk.length - done < BLOCK ? chunk.length - done : BLOCK;
      receive_all(from, buffer, (size_t)want);
      if (pwrite(files[chunk.file].fd, buffer, (size_t)want, (off_t)(chunk.offset + done)) != want) die("pwrite");
      done += (uint32_t)want;
    }
  }
  close(from);
  return NULL;
}

static long cpu_millis(int who) {
  struct rusage usage;
  getrusage(who, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000L +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000L;
}

static void run(void *(*work)(void *), void **arguments, int count) {
  pthread_t threads[MOST_CONNECTIONS];
  for (int i = 0; i < count; i++)
    if (pthread_create(&threads[i], NULL, work, arguments[i])) die("thread");
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

int main(int argc, char **argv) {
  int connections = argc == 4 ? atoi(argv[3]) : 0;
  if (connections < 1 || connections > MOST_CONNECTIONS) {
    fprintf(stderr, "usage: limit DIR TARGET CONNECTIONS\n");
    return 2;
  }
  if (nftw(argv[1], add_file, 32, FTW_PHYS)) die(argv[1]);
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  if (mkdir(argv[2], 0777)) die(argv[2]);

  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, connections) ||
      getsockname(listener, (struct sockaddr *)&address, &length))
    die("listen");
  receiver_port = ntohs(address.sin_port);
  void *arguments[MOST_CONNECTIONS] = {0};
  pid_t sender = fork();
  if (sender < 0) die("fork");
  if (sender == 0) {
    run(send_chunks, arguments, connections);
    return 0;
  }

  uint64_t bytes = 0;
  for (uint32_t i = 0; i < file_count; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%u", argv[2], i);
    files[i].fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_DIRECT, 0666);
    if (files[i].fd < 0 && errno == EINVAL) files[i].fd = open(path, O_WRONLY | O_CREAT, 0666);
    if (files[i].fd < 0) die(path);
    bytes += files[i].size;
  }
  for (int i = 0; i < connections; i++) {
    int from = accept(listener, NULL, NULL);
    if (from < 0) die("accept");
    arguments[i] = (void *)(intptr_t)from;
  }
  run(receive_chunks, arguments, connections);
  for (uint32_t i = 0; i < file_count; i++)
    if (fsync(files[i].fd) || close(files[i].fd)) die("fsync");
  int directory = open(argv[2], O_RDONLY);
  if (directory < 0 || fsync(directory)) die("fsync");
  clock_gettime(CLOCK_MONOTONIC, &end);
  int status;
  if (waitpid(sender, &status, 0) < 0 || status != 0) return 1;
  long millis = (end.tv_sec - begin.tv_sec) * 1000L + (end.tv_nsec - begin.tv_nsec) / 1000000L;
  printf("%llu %ld %ld %ld\n", (unsigned long long)bytes, millis, cpu_millis(RUSAGE_SELF), cpu_millis(RUSAGE_CHILDREN));
  return 0;
}
