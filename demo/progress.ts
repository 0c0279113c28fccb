// One line of progress: rewritten in place on a terminal, a new line now and then elsewhere.

export interface Progress {
  /** `share` from 0 to 1; `text` says what is being done. */
  show(share: number, text: string): void;
  /** Ends the line. */
  end(): void;
}

export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const width = 24;

/** On a terminal at most ten times a second; elsewhere a line each 10 %. */
export function createProgress(output: ProgressOutput, now: () => number = Date.now): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownTenth = -1;
  let open = false;
  return {
    show(share, text) {
      const percent = `${Math.floor(share * 100)
        .toString()
        .padStart(3)} %`;
      if (!output.isTTY) {
        const tenth = Math.floor(share * 10);
        if (tenth <= shownTenth) return;
        shownTenth = tenth;
        output.write(`${percent}  ${text}\n`);
        return;
      }
      if (now() - shownAt < 100 && share < 1) return;
      shownAt = now();
      open = true;
      const full = Math.round(share * width);
      const line = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${percent}  ${text}`;
      output.write(`\r\u001b[K${line.slice(0, (output.columns ?? 80) - 1)}`);
    },
    end() {
      if (open) output.write('\n');
      open = false;
    },
  };
}
