#!/usr/bin/python3
"""terminal.py - types a command into a shell and draws what the terminal showed, as an SVG that plays by itself.

  usage: terminal.py FILE COMMAND [PROMPT ANSWER]

PROMPT is a text that the command prints when it waits for ANSWER. Times are those of the run, except that of typing.

pyte interprets the escape sequences. A line of the picture is a <text> that CSS shows from one moment to another; there
is no script. The lines of the last screen are visible without CSS animation, so they are what a reader sees who prefers
reduced motion, and what a test can read.
"""

import os
import pty
import select
import sys
import time
from html import escape

import pyte

COLUMNS, ROWS = 100, 60
FONT, CHAR, LINE, MARGIN = 14, 8.6, 19, 16
KEYSTROKE = 0.04  # seconds from one character to the next
KEYSTROKES_IN_FRAME = 4
FRAME = 0.1  # what arrives within this time is one frame
PAUSE = 1.0  # before the answer to a prompt
HOLD = 8.0  # the last screen stays for this time
TIMEOUT = 300
PS1 = "$ "


class Recording:
    """A shell in a pseudo-terminal, and the screens that it showed, each with its time."""

    def __init__(self):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.frames = []
        self.begin = None
        pid, self.shell = pty.fork()
        if pid == 0:
            os.environ.update(PS1=PS1, TERM="xterm-256color", HISTFILE="", LC_ALL="C.UTF-8")
            os.chdir("/")
            os.execvp("sh", ["sh", "-c", f"stty cols {COLUMNS} rows {ROWS}; exec bash --norc --noprofile"])
        self.wait_for(PS1)
        self.begin = time.monotonic()
        self.keep()

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def read(self, seconds):
        """Reads what arrives within this time; false at the end of the shell."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.shell], [], [], left)[0]:
                try:
                    self.stream.feed(os.read(self.shell, 1 << 16))
                except OSError:
                    return False
        self.refuse_colours()
        return True

    def refuse_colours(self):
        """The picture has one colour; a program that uses others needs more than this."""
        for row in self.screen.buffer.values():
            for cell in row.values():
                if cell.fg != "default" or cell.bg != "default" or cell.bold or cell.reverse:
                    raise SystemExit(f"terminal: colours and attributes are not drawn: {cell}")

    def wait_for(self, text):
        """Records until the line of the cursor begins with a text."""
        deadline = time.monotonic() + TIMEOUT
        while not self.lines()[self.screen.cursor.y].startswith(text.rstrip()) or self.screen.cursor.x < len(text):
            if not self.read(FRAME) or time.monotonic() > deadline:
                raise SystemExit("terminal: no '" + text + "' came:\n" + "\n".join(self.lines()).rstrip())
            self.keep()

    def keep(self):
        """Keeps the screen as a frame if it has changed since the last one."""
        if self.begin is not None and (not self.frames or self.frames[-1][1] != self.lines()):
            self.frames.append((time.monotonic() - self.begin, self.lines()))

    def type(self, text):
        for at, character in enumerate(text, 1):
            os.write(self.shell, character.encode())
            self.read(KEYSTROKE)
            if at % KEYSTROKES_IN_FRAME == 0 or at == len(text):
                self.keep()


def drawing(frames):
    """Returns the SVG. Lines that appear and disappear together share one rule."""
    length = frames[-1][0] + HOLD
    spans = {}  # (from, to): lines
    for row in range(ROWS):
        since, shown = 0.0, ""
        for at, lines in [*frames, (length, None)]:
            text = lines[row] if lines else None
            if text != shown:
                if shown:
                    spans.setdefault((since, at), []).append((row, shown))
                since, shown = at, text
    height = max(i + 1 for i, line in enumerate(frames[-1][1]) if line) * LINE + 2 * MARGIN
    width = round(COLUMNS * CHAR) + 2 * MARGIN
    rules, groups = [], []
    for number, ((since, to), lines) in enumerate(sorted(spans.items())):
        first, last = (f"{100 * each / length:.2f}%" for each in (since, to))
        steps = f"0%{{visibility:{'hidden' if since else 'visible'}}}"
        steps += f"{first}{{visibility:visible}}" if since else ""
        steps += f"{last}{{visibility:hidden}}" if to < length else ""
        rules.append(f"@keyframes f{number}{{{steps}}}#f{number}{{animation-name:f{number}}}")
        texts = "".join(
            f'<text x="{MARGIN}" y="{MARGIN + row * LINE + FONT}">{escape(text, quote=False)}</text>'
            for row, text in lines
        )
        groups.append(f'<g id="f{number}"{"" if to < length else " class=" + chr(34) + "last" + chr(34)}>{texts}</g>')
    style = "\n".join(
        [
            f"text{{font:{FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;"
            "fill:#e6edf3;white-space:pre}",
            f"g{{visibility:hidden;animation:{length:.2f}s step-end infinite}}",
            ".last{visibility:visible}",
            *rules,
            "@media (prefers-reduced-motion:reduce){#s g{animation:none}}",
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        f"<style>\n{style}\n</style>\n"
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8" fill="#0d1117" stroke="#6e7681"/>\n'
        '<g id="s" class="last">\n' + "\n".join(groups) + "\n</g>\n</svg>\n"
    )


def main(file, command, prompt="", answer=""):
    recording = Recording()
    recording.type(command)
    recording.read(PAUSE / 2)
    recording.type("\n")
    if prompt:
        recording.wait_for(prompt)
        recording.read(PAUSE)
        recording.type(answer + "\n")
    recording.wait_for(PS1)
    os.write(recording.shell, b"exit\n")
    with open(file, "w", encoding="utf-8") as out:
        out.write(drawing([(0.0, recording.frames[0][1]), *recording.frames[1:]]))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
