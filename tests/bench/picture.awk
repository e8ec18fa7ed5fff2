# picture.awk - the picture of tests/bench/compare, as SVG: medians of wall and CPU time against the size of the clone.
# Input: as in report.awk. Variable: mode.

function median(key,   n, i, j, t, v) {
  n = count[key]
  for (i = 1; i <= n; i++) v[i] = value[key, i]
  for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
  return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function add(key, x) { value[key, ++count[key]] = x }

# A round number of at least x / 5, so that an axis has at most five steps.
function step_of(x,   s) {
  s = 10 ^ int(log(x / 5) / log(10) - 1)
  while (1) {
    if (s * 5 >= x) return s
    if (s * 10 >= x) return s * 2
    if (s * 25 >= x) return s * 5
    s *= 10
  }
}

function color(variant) { return variant ~ /^builtin/ ? "#5f6b7a" : variant ~ /^limit/ ? "#b0752a" : "#1565c0" }

function px(x) { return left + x / most_x * width }
function py(y) { return top + height - y / most_y * height }
function text(x, y, anchor, words, style) {
  printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>\n", x, y, anchor, style, words
}

function panel(what, title,   i, k, step, t, x, y, points, last_x, last_y) {
  most_y = 0
  for (k = 1; k <= nv; k++) for (i = 1; i <= nd; i++)
    if (count[what, donors[i], variants[k]]) {
      t = median(what SUBSEP donors[i] SUBSEP variants[k]) / 1000
      if (t > most_y) most_y = t
    }
  step = step_of(most_y)
  most_y = step * int(most_y / step + 0.999)
  text(left, top - 14, "start", title, " font-weight=\"bold\"")
  for (t = 0; t <= most_y + step / 2; t += step) {
    printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#d8dde3\"/>\n", left, py(t), left + width, py(t)
    text(left - 8, py(t) + 4, "end", t, "")
  }
  step = step_of(most_x)
  for (t = 0; t <= most_x; t += step) text(px(t), top + height + 18, "middle", t, "")
  text(left + width / 2, top + height + 38, "middle", "GiB copied", "")
  for (k = 1; k <= nv; k++) {
    points = ""
    for (i = 1; i <= nd; i++) {
      if (!count[what, donors[i], variants[k]]) continue
      x = px(median("bytes" SUBSEP donors[i] SUBSEP variants[k]) / 2^30)
      y = py(median(what SUBSEP donors[i] SUBSEP variants[k]) / 1000)
      points = points sprintf(" %.1f,%.1f", x, y)
      printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>\n", x, y, color(variants[k])
    }
    printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>\n", substr(points, 2), \
      color(variants[k]), variants[k] ~ /-/ ? " stroke-dasharray=\"6 4\"" : ""
  }
}

$2 == mode && $1 !~ /-/ {
  if (!($1 in seen_donor)) { seen_donor[$1]; donors[++nd] = $1 }
  if (!($3 in seen_variant)) { seen_variant[$3]; variants[++nv] = $3 }
  add("wall" SUBSEP $1 SUBSEP $3, $4); add("cpu" SUBSEP $1 SUBSEP $3, $5); add("bytes" SUBSEP $1 SUBSEP $3, $8)
}

END {
  for (i = 2; i <= nd; i++) for (j = i; j > 1 && donors[j - 1] + 0 > donors[j] + 0; j--) {
    t = donors[j]; donors[j] = donors[j - 1]; donors[j - 1] = t
  }
  for (i = 2; i <= nv; i++) for (j = i; j > 1 && variants[j - 1] > variants[j]; j--) {
    t = variants[j]; variants[j] = variants[j - 1]; variants[j - 1] = t
  }
  for (i = 1; i <= nd; i++) for (k = 1; k <= nv; k++) if (count["bytes", donors[i], variants[k]]) {
    t = median("bytes" SUBSEP donors[i] SUBSEP variants[k]) / 2^30
    if (t > most_x) most_x = t
  }
  if (!most_x) exit 1
  width = 330; height = 260; top = 84
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 840 400\" font-family=\"sans-serif\" font-size=\"12\">"
  print "<rect width=\"840\" height=\"400\" fill=\"#ffffff\"/>"
  for (k = 1; k <= nv; k++) {
    x = 60 + (k - 1) * 760 / nv
    printf "<line x1=\"%.1f\" y1=\"26\" x2=\"%.1f\" y2=\"26\" stroke=\"%s\" stroke-width=\"2\"%s/>\n", x, x + 28, \
      color(variants[k]), variants[k] ~ /-/ ? " stroke-dasharray=\"6 4\"" : ""
    text(x + 34, 30, "start", variants[k], "")
  }
  left = 60; panel("wall", "Wall time, s (" mode ")")
  left = 480; panel("cpu", "CPU time of the recipient, s (" mode ")")
  print "</svg>"
}
