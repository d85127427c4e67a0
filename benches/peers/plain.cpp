// The loops one would write in C++ in an afternoon, compiled with -O3 -march=native: heat bath, random order, on random patterns.
//
//   plain KERNEL N K T SECONDS SEED     prints spin updates per second (best repeat), acceptance, energy per spin
//
// fields      P = 2: dense J in float, all local fields kept
// table       P = 4: a table of e_4 over the overlaps of all patterns, exact integers
// polynomial  P = 4: e_4's cubic difference in integers instead of the table, vectorised by the compiler
//
// 40 sweeps from a random start are not counted, then repeats of about 0.12 s by the thread's CPU clock.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>
#include <vector>

static double cpu() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

struct System {
  int n, k;
  double beta;
  std::mt19937_64 random;
  std::vector<int8_t> xi;  // [site][pattern]
  std::vector<int8_t> s;
  long accepted = 0;

  System(int n, int k, double t, unsigned long seed) : n(n), k(k), beta(1 / t), random(seed), xi(size_t(n) * k), s(n) {
    for (auto &x : xi) x = random() & 1 ? 1 : -1;
    for (auto &x : s) x = random() & 1 ? 1 : -1;
  }
  double uniform() { return (random() >> 11) * 0x1p-53; }
  int site() { return int(uniform() * n); }
  bool accepts(double x) { return x < 40 && uniform() * (1 + std::exp(x)) < 1; }
  std::vector<int32_t> overlaps() const {
    std::vector<int32_t> m(k);
    for (int i = 0; i < n; i++)
      for (int mu = 0; mu < k; mu++) m[mu] += xi[size_t(i) * k + mu] * s[i];
    return m;
  }
};

struct Fields : System {
  std::vector<float> j, h;
  Fields(int n, int k, double t, unsigned long seed) : System(n, k, t, seed), j(size_t(n) * n), h(n) {
    for (int a = 0; a < n; a++)
      for (int b = 0; b < n; b++) {
        int sum = 0;
        for (int mu = 0; mu < k; mu++) sum += xi[size_t(a) * k + mu] * xi[size_t(b) * k + mu];
        j[size_t(a) * n + b] = a == b ? 0 : float(sum) / n;
      }
    for (int a = 0; a < n; a++)
      for (int b = 0; b < n; b++) h[a] += j[size_t(a) * n + b] * s[b];
  }
  void step() {
    int i = site();
    if (!accepts(2 * beta * s[i] * h[i])) return;
    const float *row = &j[size_t(i) * n], twice = 2 * s[i];
    for (int b = 0; b < n; b++) h[b] -= twice * row[b];
    s[i] = -s[i];
    accepted++;
  }
  double energy() const {
    double sum = 0;
    for (int i = 0; i < n; i++) sum -= 0.5 * s[i] * h[i];
    return sum / n;
  }
};

static int64_t e4(int64_t n, int64_t m) { return (m * m * m * m - (6 * n - 8) * m * m + 3 * n * (n - 2)) / 24; }

struct Dense : System {
  std::vector<int32_t> m;
  double scale;
  Dense(int n, int k, double t, unsigned long seed) : System(n, k, t, seed), m(overlaps()), scale(12.0 / (double(n) * n * n)) {}
  void flip(int i) {
    const int8_t *x = &xi[size_t(i) * k];
    int32_t twice = 2 * s[i];
    for (int mu = 0; mu < k; mu++) m[mu] -= twice * x[mu];
    s[i] = -s[i];
    accepted++;
  }
  double energy() const {
    int64_t sum = 0;
    for (int mu = 0; mu < k; mu++) sum += e4(n, m[mu]);
    return -scale * sum / n;
  }
};

struct Table : Dense {
  std::vector<int64_t> e;
  Table(int n, int k, double t, unsigned long seed) : Dense(n, k, t, seed) {
    for (int v = -n; v <= n; v++) e.push_back((n - v) % 2 ? 0 : e4(n, v));
  }
  void step() {
    int i = site();
    const int8_t *x = &xi[size_t(i) * k];
    int32_t twice = 2 * s[i];
    int64_t rise = 0;
    for (int mu = 0; mu < k; mu++) rise += e[m[mu] + n] - e[m[mu] - twice * x[mu] + n];
    if (accepts(beta * scale * rise)) flip(i);
  }
};

struct Polynomial : Dense {
  using Dense::Dense;
  void step() {
    // e_4(M) - e_4(M - 2d) = [8 d M^3 - 24 M^2 + 32 d M - 16 - (6N - 8)(4 d M - 4)]/24, d = xi_i s_i; N < 1000 fits 32 bits
    int i = site();
    const int8_t *x = &xi[size_t(i) * k];
    int32_t linear = 24 * n - 64;
    int64_t odd = 0, even = 0;
    for (int mu = 0; mu < k; mu++) {
      int32_t square = m[mu] * m[mu];
      odd += x[mu] * m[mu] * (8 * square - linear);
      even += square;
    }
    int64_t rise = (s[i] * odd - 24 * even + int64_t(k) * (24 * n - 48)) / 24;
    if (accepts(beta * scale * rise)) flip(i);
  }
};

template <class Kernel> void measure(Kernel system, double seconds) {
  for (long step = 0; step < 40L * system.n; step++) system.step();
  system.accepted = 0;
  long sweeps = 1, proposals = 0;
  double best = 0, spent = 0;
  while (spent < seconds) {
    double begin = cpu();
    for (long step = 0; step < sweeps * system.n; step++) system.step();
    double used = cpu() - begin;
    proposals += sweeps * system.n;
    if (used < 0.06) {
      sweeps = used < 0.001 ? sweeps * 16 : long(sweeps * 0.12 / used) + 1;
      continue;
    }
    spent += used;
    best = std::fmax(best, sweeps * system.n / used);
  }
  std::printf("%.6g %.6g %.6g\n", best, double(system.accepted) / proposals, system.energy());
}

int main(int argc, char **argv) {
  if (argc != 7) return std::fprintf(stderr, "plain fields|table|polynomial N K T SECONDS SEED\n"), 2;
  int n = std::atoi(argv[2]), k = std::atoi(argv[3]);
  double t = std::atof(argv[4]), seconds = std::atof(argv[5]);
  unsigned long seed = std::strtoul(argv[6], nullptr, 10);
  if (!std::strcmp(argv[1], "fields")) measure(Fields(n, k, t, seed), seconds);
  else if (!std::strcmp(argv[1], "table")) measure(Table(n, k, t, seed), seconds);
  else if (!std::strcmp(argv[1], "polynomial")) measure(Polynomial(n, k, t, seed), seconds);
  else return 2;
}
