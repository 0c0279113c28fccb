// The load as the run sees it: it goes on in a process of its own, and what it was answered is collected here.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startProcess } from '../../bench/processes.ts';
import type { Answer, Told, ToldOutcome, ToldPop } from './answers.ts';
import type { LoadQuestion, LoadSettings } from './load-process.ts';

export interface Load {
  /** Everything that it was ever told, in the order in which it came. */
  readonly answers: readonly Answer[];
  readonly outcomes: readonly ToldOutcome[];
  readonly popsPromised: readonly ToldPop[];
  readonly popsSeen: readonly ToldPop[];
  /** From now on: what has been told since, whenever that is asked. */
  mark(): () => Claims;
  /** Questions a second from now on. */
  setRate(rate: number): void;
  /** Rejects when the process has ended. */
  readonly running: Promise<void>;
  stop(): Promise<void>;
}

/** What was told between two instants. */
export interface Claims {
  readonly answers: readonly Answer[];
  readonly outcomes: readonly ToldOutcome[];
  readonly popsPromised: readonly ToldPop[];
}

const everyMs = 50;

export function startLoad(settings: LoadSettings): Load {
  const process = startProcess(fileURLToPath(new URL('load-process.ts', import.meta.url)), settings);
  const told = {
    answers: [] as Answer[],
    outcomes: [] as ToldOutcome[],
    popsPromised: [] as ToldPop[],
    popsSeen: [] as ToldPop[],
  };
  let question: LoadQuestion = {};
  let isOver = false;

  async function collect(): Promise<void> {
    while (!isOver) {
      const next = question;
      question = {};
      const now = await process.ask<Told>(next);
      told.answers.push(...now.answers);
      told.outcomes.push(...now.outcomes);
      told.popsPromised.push(...now.popsPromised);
      told.popsSeen.push(...now.popsSeen);
      await delay(everyMs);
    }
  }

  const running = collect();
  running.catch(() => {});
  return {
    ...told,
    mark() {
      const { answers, outcomes, popsPromised } = told;
      const [firstAnswer, firstOutcome, firstPop] = [answers.length, outcomes.length, popsPromised.length];
      return () => ({
        answers: answers.slice(firstAnswer),
        outcomes: outcomes.slice(firstOutcome),
        popsPromised: popsPromised.slice(firstPop),
      });
    },
    setRate: (rate) => {
      question = { rate };
    },
    running,
    async stop() {
      isOver = true;
      await running.catch(() => {});
      await process.stop();
    },
  };
}
