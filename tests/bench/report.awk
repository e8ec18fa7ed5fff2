# report.awk - the tables of tests/bench/compare. A line of input is a run:
# donor mode variant wall-ms cpu-ms rss-kib donor-cpu-ms bytes. Medians of an even number of runs are the mean of the two
# in the middle.

function median(key,   n, i, j, t, v) {
  n = count[key]
  for (i = 1; i <= n; i++) v[i] = value[key, i]
  for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
  low = v[1]; high = v[n]
  return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function cell(key, unit, digits,   m) {
  m = median(key) / unit
  return low == high ? sprintf("%." digits "f", m) : \
    sprintf("%." digits "f (%." digits "f to %." digits "f)", m, low / unit, high / unit)
}

function has(group) { return ("wall", group, 1) in value }

function ratio(what, ours, theirs,   m) {
  m = median(what SUBSEP theirs)
  return m > 0 ? sprintf("%.2f", median(what SUBSEP ours) / m) : "-"
}

function add(what, group, x) { value[what, group, ++count[what, group]] = x }

# What a recipient is compared with: the built-in one with the same number of connections, and the limit.
function peer(variant, side) {
  if (side == "builtin") { sub(/^jclone(_warm)?/, "builtin", variant); return variant }
  if (variant ~ /-/) { sub(/^jclone/, "limit", variant); return variant }
  return "limit-4"
}

function of_donor(donor,   part) {
  if (split(donor, part, "-") == 1) return donor " GiB"
  return part[1] " GiB, " part[2]
}

function gib(group) { return median("bytes" SUBSEP group) / 2^30 }

# Sets slope and fixed cost of a variant in seconds, from the smallest and the largest donor.
function line(what, mode, variant,   one, other) {
  one = least " " mode " " variant; other = most " " mode " " variant
  slope = (median(what SUBSEP other) - median(what SUBSEP one)) / 1000 / (gib(other) - gib(one))
  fixed = median(what SUBSEP one) / 1000 - slope * gib(one)
}

function sort(list, n,   i, j, t) {
  for (i = 2; i <= n; i++) for (j = i; j > 1 && order(list[j - 1], list[j]); j--) {
    t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
  }
}

# Numbers by value, then texts; builtin before jclone before limit.
function order(a, b) { return a + 0 != b + 0 ? a + 0 > b + 0 : a > b }

{
  if (!($1 in seen_donor)) { seen_donor[$1]; donors[++nd] = $1 }
  if (!($2 in seen_mode)) { seen_mode[$2]; modes[++nm] = $2 }
  if (!($3 in seen_variant)) { seen_variant[$3]; variants[++nv] = $3 }
  group = $1 " " $2 " " $3
  add("wall", group, $4); add("cpu", group, $5); add("rss", group, $6); add("donor", group, $7); add("bytes", group, $8)
}

END {
  sort(donors, nd)
  sort(variants, nv)
  print "| donor | mode | recipient | copied GiB | wall s | CPU s | donor CPU s | peak RSS MiB |"
  print "|---|---|---|---|---|---|---|---|"
  for (i = 1; i <= nd; i++) for (m = 1; m <= nm; m++) for (k = 1; k <= nv; k++) {
    group = donors[i] " " modes[m] " " variants[k]
    if (has(group))
      printf "| %s | %s | %s | %.2f | %s | %s | %s | %s |\n", of_donor(donors[i]), modes[m], variants[k], gib(group), \
        cell("wall" SUBSEP group, 1000, 2), cell("cpu" SUBSEP group, 1000, 2), \
        cell("donor" SUBSEP group, 1000, 2), variants[k] ~ /^limit/ ? "" : cell("rss" SUBSEP group, 1024, 0)
  }

  print "\n| donor | mode | ratio of medians | wall | CPU | donor CPU | peak RSS |"
  print "|---|---|---|---|---|---|---|"
  for (i = 1; i <= nd; i++) for (m = 1; m <= nm; m++) for (k = 1; k <= nv; k++) for (side = 1; side <= 2; side++) {
    if (variants[k] !~ /^jclone/) continue
    other = peer(variants[k], side == 1 ? "builtin" : "limit")
    ours = donors[i] " " modes[m] " " variants[k]; theirs = donors[i] " " modes[m] " " other
    if (has(ours) && has(theirs))
      printf "| %s | %s | %s / %s | %s | %s | %s | %s |\n", of_donor(donors[i]), modes[m], variants[k], other, \
        ratio("wall", ours, theirs), ratio("cpu", ours, theirs), ratio("donor", ours, theirs), \
        side == 1 ? ratio("rss", ours, theirs) : ""
  }

  for (i = 1; i <= nd; i++) if (donors[i] !~ /-/) { if (least == "") least = donors[i]; most = donors[i] }
  if (least == most) exit
  printf "\nFrom %s and %s GiB, with the ratio to the built-in recipient:\n\n", least, most
  print "| mode | recipient | wall s a GiB | fixed wall s | CPU s a GiB | fixed CPU s |"
  print "|---|---|---|---|---|---|"
  for (m = 1; m <= nm; m++) for (k = 1; k <= nv; k++) {
    if (!has(least " " modes[m] " " variants[k]) || !has(most " " modes[m] " " variants[k])) continue
    printf "| %s | %s", modes[m], variants[k]
    for (w = 1; w <= 2; w++) {
      what = w == 1 ? "wall" : "cpu"
      line(what, modes[m], variants[k])
      ours_slope = slope; ours_fixed = fixed; slope_text = fixed_text = ""
      other = peer(variants[k], "builtin")
      if (other != variants[k] && has(least " " modes[m] " " other) && has(most " " modes[m] " " other)) {
        line(what, modes[m], other)
        if (slope > 0) slope_text = sprintf(" (%.2f)", ours_slope / slope)
        if (fixed >= 0.1) fixed_text = sprintf(" (%.2f)", ours_fixed / fixed)
      }
      printf " | %.3f%s | %.2f%s", ours_slope, slope_text, ours_fixed, fixed_text
    }
    print " |"
  }
}
