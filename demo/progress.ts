// One line of progress: rewritten in place on a terminal, a new line now and then elsewhere.

export interface Progress {
  /** `share` from 0 to 1, undefined where nobody can tell; `text` says what is being done. */
  show(share: number | undefined, text: string): void;
  /** Ends the line. */
  end(): void;
}

export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const width = 24;

/** On a terminal at most ten times a second; elsewhere a line each 10 %, and every few seconds. */
export function createProgress(output: ProgressOutput, now: () => number = Date.now): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownTenth = -1;
  let open = false;
  return {
    show(share, text) {
      const percent = share === undefined ? '' : `${String(Math.floor(share * 100)).padStart(3)} %  `;
      const since = now() - shownAt;
      if (!output.isTTY) {
        const tenth = Math.floor((share ?? 0) * 10);
        if (tenth <= shownTenth && since < 5000) return;
        shownTenth = Math.max(tenth, shownTenth);
        shownAt = now();
        output.write(`${percent}${text}\n`);
        return;
      }
      if (since < 100 && share !== 1) return;
      shownAt = now();
      open = true;
      const full = Math.round((share ?? 0) * width);
      const line = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${percent}${text}`;
      output.write(`\r\u001b[K${line.slice(0, (output.columns ?? 80) - 1)}`);
    },
    end() {
      if (open) output.write('\n');
      open = false;
    },
  };
}
