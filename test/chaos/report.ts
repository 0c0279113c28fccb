// The outcomes of a run as tables for people, and what is demanded of them.
import { atLeast, atMost, type Bar, type Report, type Row } from '../../bench/report.ts';
import { figure } from '../../bench/table.ts';
import type { Outcome } from './run.ts';

export function reportOf(outcomes: readonly Outcome[]): Report {
  return {
    bench: 'chaos',
    sections: [
      {
        title: 'Faults',
        notes: [
          'answered: of all questions in the fault and until answers were whole again, in placements with a fallback',
          'p99: of the placement where it is worst, as % of its time budget; waiting for one’s turn to ask counts',
          'recovery: after the end of the fault, until answers are FRESH and nothing is done instead of anything',
          'lost, twice: of what was answered as recorded, in the log afterwards; pops: screen pops that never arrived, of all',
        ],
        columns: [
          ['fault', 'fault'],
          ['asked', 'asked'],
          ['answered', 'answered %'],
          ['p99', 'p99 % of budget'],
          ['recovery', 'recovery s'],
          ['lost', 'lost'],
          ['twice', 'twice'],
          ['caps', 'caps exceeded'],
          ['pops', 'pops lost'],
          ['memory', 'MiB more'],
        ].map(([key = '', heading = '']) => ({ key, heading })),
        rows: outcomes.map(rowOf),
      },
      {
        title: 'What was done instead, by placement',
        notes: ['p50 and p99 in milliseconds'],
        columns: ['place', 'asked', 'p50', 'p99', 'budget', 'instead'].map((key) => ({ key, heading: key })),
        rows: outcomes.flatMap(placeRowsOf),
      },
    ],
    bars: barsOf(outcomes),
  };
}

const isPlayed = ({ whyNot }: Outcome) => whyNot === undefined;
const answeredOf = ({ places }: Outcome) => (100 * sum(places, 'answered')) / sum(places, 'asked');
const p99Of = ({ places }: Outcome) => 100 * Math.max(...places.map(({ p99, budget }) => p99 / budget));
const memoryOf = ({ memory }: Outcome) => Math.max(...Object.values(memory).map(([before, after]) => after - before));
const secondsOf = ({ recoveredMs }: Outcome) =>
  recoveredMs === undefined ? Number.POSITIVE_INFINITY : recoveredMs / 1000;

function rowOf(outcome: Outcome): Row {
  const { fault, whyNot, account, capsExceeded, pops, died } = outcome;
  if (whyNot !== undefined) return { fault: `${fault.name}: ${whyNot}` };
  return {
    fault: died.length === 0 ? fault.name : `${fault.name}: ${died.join(' and ')} died`,
    asked: sum(outcome.places, 'asked'),
    answered: answeredOf(outcome),
    p99: Math.round(p99Of(outcome)),
    recovery: outcome.recoveredMs === undefined ? 'never' : secondsOf(outcome),
    lost: account.lost.length,
    twice: account.twice.length,
    caps: capsExceeded,
    pops: `${pops.lost} of ${pops.promised}`,
    memory: memoryOf(outcome),
  };
}

function placeRowsOf({ fault, places, whyNot }: Outcome): Row[] {
  if (whyNot !== undefined) return [];
  return places.map(({ placementId, asked, p50, p99, budget, degraded, errors }) => ({
    place: `${fault.name}, ${placementId}`,
    asked,
    p50,
    p99,
    budget,
    instead: [...Object.entries(degraded), ...Object.entries(errors)]
      .map(([what, count]) => `${what}: ${figure(count)}`)
      .join(', '),
  }));
}

/** Each of the fault where it is worst. */
function barsOf(outcomes: readonly Outcome[]): Bar[] {
  const played = outcomes.filter(isPlayed);
  const most = (of: (outcome: Outcome) => number) =>
    played
      .map((outcome) => ({ value: of(outcome), name: outcome.fault.name }))
      .sort((one, other) => other.value - one.value)[0];
  const worst = (demand: string, limit: number, unit: string, of: (outcome: Outcome) => number) => {
    const found = most(of);
    return atMost(`${demand}${found ? ` (${found.name})` : ''}`, limit, unit, found?.value);
  };
  const least = most((outcome) => -answeredOf(outcome));
  return [
    atLeast(`answered where there is a fallback (${least?.name})`, 100, '%', least && -least.value),
    worst('p99 of the time budget', 100, '%', p99Of),
    worst('recovery', 15, 's', secondsOf),
    worst('lost', 0, '', ({ account }) => account.lost.length),
    worst('twice', 0, '', ({ account }) => account.twice.length),
    worst('caps exceeded', 0, '', ({ capsExceeded }) => capsExceeded),
    worst('screen pops lost', 0, '', ({ pops }) => pops.lost),
    worst('processes that died', 0, '', ({ died }) => died.length),
  ];
}

function sum(places: Outcome['places'], figure: 'asked' | 'answered'): number {
  return places.reduce((total, place) => total + place[figure], 0);
}
