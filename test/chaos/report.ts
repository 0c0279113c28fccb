// The outcomes of a run as tables for people, and what is demanded of them.
import { atLeast, atMost, type Bar, type Report, type Row } from '../../bench/report.ts';
import { figure } from '../../bench/table.ts';
import type { Judged, Outcome } from './run.ts';

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
          'MiB: the memory of the largest process, afterwards',
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
          ['memory', 'MiB'],
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

interface Played extends Outcome {
  readonly judged: Judged;
}

const isPlayed = (outcome: Outcome): outcome is Played => outcome.judged !== undefined;
const answeredOf = ({ places }: Judged) => (100 * sum(places, 'answered')) / sum(places, 'asked');
const p99Of = ({ places }: Judged) => 100 * Math.max(...places.map(({ p99, budget }) => p99 / budget));
const secondsOf = ({ recoveredMs = Number.POSITIVE_INFINITY }: Judged) => recoveredMs / 1000;

function rowOf({ fault, whyNot, judged }: Outcome): Row {
  if (!judged) return { fault: `${fault.name}: ${whyNot}` };
  const { places, account, capsExceeded, pops, processes } = judged;
  const { died, memory } = processes;
  return {
    fault: died.length === 0 ? fault.name : `${fault.name}: ${died.join(' and ')} died`,
    asked: sum(places, 'asked'),
    answered: answeredOf(judged),
    p99: Math.round(p99Of(judged)),
    recovery: judged.recoveredMs === undefined ? 'never' : secondsOf(judged),
    lost: account.lost.length,
    twice: account.twice.length,
    caps: capsExceeded,
    pops: `${pops.lost} of ${pops.promised}`,
    memory: Math.max(...Object.values(memory).map(([, after]) => after)),
  };
}

function placeRowsOf({ fault, judged }: Outcome): Row[] {
  return (judged?.places ?? []).map(({ placementId, asked, p50, p99, budget, degraded, errors }) => ({
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
  const most = (of: (judged: Judged) => number) =>
    played
      .map(({ fault, judged }) => ({ value: of(judged), name: fault.name }))
      .sort((one, other) => other.value - one.value)[0];
  const worst = (demand: string, limit: number, unit: string, of: (judged: Judged) => number) => {
    const found = most(of);
    return atMost(found && found.value > limit ? `${demand} (${found.name})` : demand, limit, unit, found?.value);
  };
  const least = most((judged) => -answeredOf(judged));
  const where = least && least.value > -100 ? ` (${least.name})` : '';
  return [
    atLeast(`answered where there is a fallback${where}`, 100, '%', least && -least.value),
    worst('p99 of the time budget', 100, '%', p99Of),
    worst('recovery', 15, 's', secondsOf),
    worst('lost', 0, '', ({ account }) => account.lost.length),
    worst('twice', 0, '', ({ account }) => account.twice.length),
    worst('caps exceeded', 0, '', ({ capsExceeded }) => capsExceeded),
    worst('screen pops lost', 0, '', ({ pops }) => pops.lost),
    worst('processes that died', 0, '', ({ processes }) => processes.died.length),
  ];
}

function sum(places: Judged['places'], figure: 'asked' | 'answered'): number {
  return places.reduce((total, place) => total + place[figure], 0);
}
