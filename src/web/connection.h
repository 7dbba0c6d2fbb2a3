#pragma once
// One connection as the HTTP library reads and writes it, with every limit that a hostile or forgetful other side needs.

#include <httplib.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace prova::web {

/// Bytes of a request line and its headers together: browsers send some hundred, with long cookies some thousand.
constexpr std::size_t kMaxHeadBytes = 16U << 10;
/// Bytes of one line of it. The HTTP library matches some lines with std::regex, which takes some hundred bytes of stack for each
/// character: a few MB at most here.
constexpr std::size_t kMaxHeadLine = 4096;
/// A connection on which nobody asks anything is closed.
constexpr std::chrono::seconds kIdleTime{30};
/// From the first byte of a request to its last: whoever drips them in holds one connection this long and no longer.
constexpr std::chrono::seconds kRequestTime{20};
/// Without a byte being taken by the other side.
constexpr std::chrono::seconds kWriteTime{30};

/// Owns the descriptor of an accepted socket. Used by one thread.
class Connection : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  /// `max_body` bounds what is read after the head.
  Connection(int fd, std::size_t max_body);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  /// Waits for the first byte of the next request; false when none comes.
  [[nodiscard]] bool wait_for_request();

  [[nodiscard]] bool is_readable() const override;
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  using httplib::Stream::write;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] int socket() const override { return fd_; }

 private:
  [[nodiscard]] bool fill(Clock::time_point deadline);
  [[nodiscard]] bool admit(std::size_t count);

  int fd_;
  std::size_t max_body_;
  std::string buffer_;             ///< Read and not yet handed out.
  std::size_t at_ = 0;
  Clock::time_point deadline_{};   ///< Of the request that is being read.
  std::size_t handed_out_ = 0;     ///< Of this request.
  std::size_t head_bytes_ = 0;     ///< 0 until the empty line was seen.
  unsigned line_ends_ = 0;         ///< Line ends seen since the last other character.
  std::size_t line_bytes_ = 0;     ///< Of the line of the head that is being read.
};

}  // namespace prova::web
