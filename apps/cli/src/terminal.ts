import Table from 'cli-table3';

/** Where a command speaks. */
export type Terminal = {
  say(line: string): void;
  /** One line that changes; on anything but a terminal a line each. */
  progress(line: string): void;
  /** Leaves the last progress line standing. */
  endProgress(): void;
};

/** Standard output. */
export function openTerminal(stream: NodeJS.WriteStream): Terminal {
  let last = '';
  return {
    say: (line) => void stream.write(`${line}\n`),
    progress(line) {
      if (line === last) return;
      last = line;
      stream.write(stream.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
    },
    endProgress() {
      if (last !== '' && stream.isTTY) stream.write('\n');
      last = '';
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
