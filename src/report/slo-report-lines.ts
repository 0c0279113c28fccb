// The report for a person: what was promised, what was found, and whether that is as promised.
import type { CapRecount } from '../../projections/cap-recount.ts';
import type { CollisionCount } from './collision-count.ts';
import type { CountByName, SloReport } from './slo-report.ts';

/** A figure under a bar; `kept` is absent where there was nothing to judge. */
export interface JudgedFigure {
  readonly promise: string;
  readonly found: string;
  readonly kept: boolean | undefined;
}

export type CapFigures = Pick<CapRecount, 'reservations' | 'confirmations' | 'violations'>;

const field = { collisions: 0.01 };

export function judged({ collisions, freshness }: SloReport, caps: CapFigures | undefined): readonly JudgedFigure[] {
  const { decided, presented, ownWindows, windowMs } = collisions;
  const { decisions, unseenAfter1s, unseenAfter5s, unseenAfter60s } = freshness;
  const rare = ({ contacts, collisions: found }: CollisionCount['decided']) =>
    contacts === 0 ? undefined : found / contacts < field.collisions;
  const unseen = (bound: string, found: number): JudgedFigure => ({
    promise: `99 % of decisions know every signal older than ${bound}`,
    found: `${count(found)} of ${count(decisions)} did not${shareOf(found, decisions)}`,
    kept: decisions === 0 ? undefined : found / decisions <= 0.01,
  });
  const within = durationOf(windowMs);
  return [
    {
      promise: 'no contact within the cooling window of its placement',
      found: collisionsOf(ownWindows),
      kept: ownWindows.contacts === 0 ? undefined : ownWindows.collisions === 0,
    },
    {
      promise: `less than 1 % of presented contacts within ${within} of another, in any channel`,
      found: collisionsOf(presented),
      kept: rare(presented),
    },
    {
      promise: `less than 1 % of decided contacts within ${within} of another, in any channel`,
      found: collisionsOf(decided),
      kept: rare(decided),
    },
    unseen('1 s', unseenAfter1s),
    unseen('5 s', unseenAfter5s),
    unseen('60 s', unseenAfter60s),
    ...(caps
      ? [
          {
            promise: 'no cap is exceeded',
            found: `${count(caps.violations.length)} violations in ${count(caps.reservations)} reservations and ${count(caps.confirmations)} contacts of the whole log`,
            kept: caps.violations.length === 0,
          },
        ]
      : []),
  ];
}

/** Whether something was broken that is never to be. */
export function isBroken({ collisions }: SloReport, caps: CapFigures | undefined): boolean {
  return collisions.ownWindows.collisions > 0 || (caps?.violations.length ?? 0) > 0;
}

/** Without a final newline. */
export function linesOf(report: SloReport, caps: CapFigures | undefined): string {
  const { decisions, firstAt, lastAt, freshness } = report;
  const rows: [string, string][] = [
    ['period', firstAt === undefined ? 'no events' : `${firstAt} to ${lastAt}`],
    ['decisions', count(decisions.all)],
    ...byName('', decisions.byResolution, decisions.all),
    ['degraded answers', `${count(decisions.degraded)}${shareOf(decisions.degraded, decisions.all)}`],
    ...byName('', decisions.byDegradation, decisions.all),
    ...byName('without an offer: ', decisions.withoutOffer, decisions.all),
    ['recorded after the answer', count(decisions.recordedLate)],
    ['longest that a signal was not known', `${count(freshness.longestUnseenMs)} ms`],
  ];
  const widest = Math.max(...rows.map(([name]) => name.length));
  const promises = judged(report, caps).map(({ promise, found, kept }) => {
    const mark = kept === undefined ? '–     ' : kept ? 'kept  ' : 'MISSED';
    return `${mark}  ${promise}: ${found}`;
  });
  return [...rows.map(([name, value]) => `${name.padEnd(widest)}  ${value}`), '', ...promises].join('\n');
}

function byName(prefix: string, counts: CountByName, all: number): [string, string][] {
  return Object.entries(counts).map(([name, value]) => [`  ${prefix}${name}`, `${count(value)}${shareOf(value, all)}`]);
}

function collisionsOf({ contacts, collisions }: CollisionCount['decided']): string {
  return `${count(collisions)} of ${count(contacts)}${shareOf(collisions, contacts)}`;
}

function shareOf(part: number, all: number): string {
  if (all === 0) return '';
  const percent = (part / all) * 100;
  return ` (${percent > 0 && percent < 0.01 ? '< 0.01' : Number(percent.toFixed(2))} %)`;
}

function count(number: number): string {
  return number.toLocaleString('en');
}

function durationOf(milliseconds: number): string {
  const [unit, length] = (
    [
      ['d', 86_400_000],
      ['h', 3_600_000],
      ['m', 60_000],
    ] as const
  ).find(([, each]) => milliseconds % each === 0 && milliseconds >= each) ?? ['s', 1000];
  // A day is better known as 24 hours.
  return unit === 'd' && milliseconds === length ? '24h' : `${milliseconds / length}${unit}`;
}
