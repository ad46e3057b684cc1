import Table from 'cli-table3';

/** Where a command speaks. */
export type Terminal = {
  /** What was asked for, on standard output. */
  say(line: string): void;
  /** Why it could not be had, on standard error. */
  complain(line: string): void;
  /** One line that changes; where nothing can be overwritten, a line every few seconds. */
  progress(line: string): void;
  /** Leaves the last progress line standing. */
  endProgress(): void;
};

const linesApartMs = 5_000;

/** Standard output and standard error of this process. */
export function openTerminal(output: NodeJS.WriteStream, errors: NodeJS.WriteStream): Terminal {
  let last = '';
  let written = '';
  let writtenAt = Number.NEGATIVE_INFINITY;
  const write = () => {
    if (last === written) return;
    output.write(output.isTTY ? `\r\u001b[2K${last}` : `${last}\n`);
    written = last;
    writtenAt = performance.now();
  };
  return {
    say: (line) => void output.write(`${line}\n`),
    complain: (line) => void errors.write(`${line}\n`),
    progress(line) {
      last = line;
      if (output.isTTY || performance.now() - writtenAt >= linesApartMs) write();
    },
    endProgress() {
      write();
      if (written !== '' && output.isTTY) output.write('\n');
      last = '';
      written = '';
    },
  };
}

/** Rows under a head, as text without colours. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  const built = new Table({ head: [...head], style: { head: [], border: [] }, chars });
  built.push(...rows.map((row) => [...row]));
  return built.toString();
}
