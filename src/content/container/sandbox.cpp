#include "content/container/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace prova {
namespace {

/// Calls that read, allocate, tell the time, or end. Everything else is refused.
constexpr auto kAllowed = std::to_array<int>({
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek), SCMP_SYS(close),
    SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(mmap),
    SCMP_SYS(munmap), SCMP_SYS(mprotect), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(sched_yield),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(getpid),
    SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(sched_getaffinity), SCMP_SYS(rseq)});

tl::unexpected<Error> refused(std::string_view what, int code) {
  return fail(ErrorCode::kIo, fmt::format("the kernel refuses {}: {}", what, std::strerror(code)));
}

Status limit(int resource, std::uint64_t value, std::string_view name) {
  const rlimit both{value, value};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &both) != 0) return refused(name, errno);
  return {};
}

/// Writable memory that the process has already: a forked child starts with its parent's. Unit: bytes.
/// proc(5), /proc/pid/statm, sixth field.
std::uint64_t data_held() {
  unsigned long data = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  if (std::fscanf(file, "%*u %*u %*u %*u %*u %lu", &data) != 1) data = 0;
  std::fclose(file);
  return data * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Status load_filter() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) return refused("a system call filter", ENOMEM);
  int code = 0;
  for (const int call : kAllowed) {
    if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
  }
  // open and openat for reading only: no O_WRONLY, O_RDWR, O_CREAT, O_TRUNC in the flags.
  constexpr scmp_datum_t kWriting = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, kWriting, 0));
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, kWriting, 0));
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL));
  // abort() signals its own process.
  if (code == 0) code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())));
  if (code == 0) code = seccomp_load(filter);
  seccomp_release(filter);
  if (code != 0) return refused("a system call filter", -code);
  return {};
}

}  // namespace

Status enter_sandbox(std::uint64_t memory) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return refused("to end with the parent", errno);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("to drop privileges", errno);
  PROVA_TRY(limit(RLIMIT_DATA, data_held() + memory, "a limit on memory"));
  PROVA_TRY(limit(RLIMIT_FSIZE, 0, "a limit on file sizes"));
  PROVA_TRY(limit(RLIMIT_CORE, 0, "to leave no core files"));
  PROVA_TRY(limit(RLIMIT_NOFILE, 64, "a limit on open files"));
  return load_filter();
}

}  // namespace prova
