/** One line that changes while something goes on; a line each on anything but a terminal, and only when it has changed. */
export type Progress = {
  show(line: string): void;
  /** Leaves the last line standing. */
  keep(): void;
};

/** Shows progress on this stream. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  let last = '';
  return {
    show(line) {
      if (line === last) return;
      last = line;
      stream.write(stream.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
    },
    keep() {
      if (stream.isTTY) stream.write('\n');
      last = '';
    },
  };
}
