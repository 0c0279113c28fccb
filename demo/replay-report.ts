// What a replay has shown: the figures, the promises, and how both are printed. Pure.
import type { ReadModelsAnswer } from './documents.ts';
import type { ExplanationAudit, LogAudit, RedemptionAudit } from './replay-audit.ts';
import { decisionLatenciesOf, percentile, type ReplayTally } from './replay-tally.ts';

export interface ReplayFindings {
  readonly customers: number;
  readonly offers: number;
  /** Basket lines in the replayed part of the data. */
  readonly basketLines: number;
  /** Redemptions in the replayed part of the data. */
  readonly redemptions: number;
  readonly tally: ReplayTally;
  readonly audit: RedemptionAudit;
  readonly explanations: ExplanationAudit;
  readonly serverFreshness: ReadModelsAnswer['readModels']['freshness'];
  /** Undefined when the log is not known. */
  readonly log: LogAudit | undefined;
}

export interface KeptPromise {
  readonly promise: string;
  readonly kept: boolean;
}

/** What must be so after a replay. */
export function promisesOf({
  tally,
  audit,
  explanations,
  log,
  redemptions,
  basketLines,
}: ReplayFindings): KeptPromise[] {
  const known = tally.signals.recorded + tally.signals.known;
  return [
    {
      promise: 'every basket line is recorded',
      kept: known === basketLines && (log === undefined || log.signals === basketLines),
    },
    {
      promise: 'no redemption is lost',
      kept: tally.lost.length === 0 && audit.missing === 0 && audit.found === redemptions,
    },
    {
      promise: 'no redemption is recorded twice',
      kept: audit.duplicated === 0 && (log === undefined || log.acceptances === redemptions),
    },
    { promise: 'every offer is shown inside its window', kept: tally.outsideWindow.length === 0 },
    ...(log === undefined ? [] : [{ promise: 'no cap is exceeded', kept: log.caps.violations.length === 0 }]),
    {
      promise: 'every decision is the same when computed again',
      kept: explanations.reproduced === explanations.explained,
    },
    { promise: 'every explanation has every live offer once', kept: explanations.complete === explanations.explained },
    { promise: 'decision p99 below 10 ms', kept: percentile(decisionLatenciesOf(tally), 0.99) < 10 },
    { promise: 'freshness p99 below 100 ms', kept: percentile(tally.freshness, 0.99) < 100 },
  ];
}

/** The report for a person, lines without a final newline. */
export function reportOf(findings: ReplayFindings): string {
  const { tally, audit, log, serverFreshness } = findings;
  const latencies = decisionLatenciesOf(tally);
  const seconds = tally.elapsed / 1000;
  const lines: [string, string][] = [
    ['customers', count(findings.customers)],
    ['offers', count(findings.offers)],
    [
      'signals',
      `${count(tally.signals.recorded)} recorded${others([
        [tally.signals.known, 'known before'],
        [tally.signalsRefused.length, 'refused'],
      ])}`,
    ],
    [
      'decisions',
      `${count(latencies.length)} in ${seconds.toFixed(1)} s: ${count(latencies.length / seconds)} a second`,
    ],
    ...[...tally.placements].map(([placement, { decided, empty, fallback, latencies: own }]): [string, string] => [
      `  ${placement}`,
      `${count(decided)}${others([
        [fallback, 'with the fallback'],
        [empty, 'empty'],
      ])} — ${spread(own)}`,
    ]),
    ['requests', `${count(tally.requests)}: ${count(tally.requests / seconds)} a second`],
    ['decision, as the client sees it', spread(latencies)],
    ['signal sent to feature readable', `${spread(tally.freshness)}, ${count(tally.freshness.length)} samples`],
    [
      "written to applied, server's own",
      `p50 ${ms(serverFreshness.p50)}, p99 ${ms(serverFreshness.p99)}, max ${ms(serverFreshness.max)}`,
    ],
    [
      'offers',
      `${count(tally.offersDecided)} decided, ${count(tally.offersPresented)} presented, ${count(tally.redeemed.length)} redeemed` +
        others([[tally.presentationsRefused, 'presentations refused']]),
    ],
    ...byCount('rejected', tally.rejections),
    ...byCount('empty because of', tally.causes),
    [
      'redemptions',
      `${count(findings.redemptions)} in the data: ${count(audit.found)} recorded ` +
        `(${count(tally.redemptions.creditedToBooklet)} credited to a booklet, ${count(tally.redemptions.atTill)} at the till), ` +
        `${count(findings.redemptions - audit.found)} lost, ${count(audit.duplicated)} duplicated`,
    ],
    ['shown outside their window', count(tally.outsideWindow.length)],
    [
      'explained',
      `${count(findings.explanations.explained)} decisions computed again: ${count(findings.explanations.reproduced)} the same, ` +
        `${count(findings.explanations.complete)} with every live offer once`,
    ],
    ...(log ? [['decided alike', `sha256 ${log.decisions}`] as [string, string]] : []),
    log === undefined
      ? ['caps', 'not counted again: say where the log is with --log']
      : [
          'caps',
          `${count(log.caps.reservations)} reservations and ${count(log.caps.confirmations)} contacts counted again: ` +
            `${count(log.caps.violations.length)} violations`,
        ],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const promises = promisesOf(findings).map(({ promise, kept }) => `${kept ? '✓' : '✗'} ${promise}`);
  const broken = [...tally.signalsRefused, ...tally.lost, ...tally.outsideWindow, ...violationsOf(log)]
    .slice(0, 20)
    .map((line) => `  ${line}`);
  return [...lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`), '', ...promises, ...broken].join('\n');
}

/** The same figures for a machine. */
export function figuresOf(findings: ReplayFindings): object {
  const { tally, audit, log } = findings;
  const seconds = tally.elapsed / 1000;
  const latencies = decisionLatenciesOf(tally);
  return {
    customers: findings.customers,
    offers: findings.offers,
    signals: { ...tally.signals, refused: tally.signalsRefused },
    decisions: latencies.length,
    decisionsPerSecond: latencies.length / seconds,
    requestsPerSecond: tally.requests / seconds,
    seconds,
    placements: Object.fromEntries(
      [...tally.placements].map(([placement, { latencies: own, ...counts }]) => [
        placement,
        { ...counts, ms: figures(own) },
      ]),
    ),
    offersDecided: tally.offersDecided,
    offersPresented: tally.offersPresented,
    presentationsRefused: tally.presentationsRefused,
    rejections: Object.fromEntries(tally.rejections),
    causes: Object.fromEntries(tally.causes),
    decisionMs: figures(latencies),
    freshnessMs: { samples: tally.freshness.length, ...figures(tally.freshness) },
    serverFreshnessMs: findings.serverFreshness,
    redemptions: { inData: findings.redemptions, ...tally.redemptions, ...audit, lost: tally.lost },
    outsideWindow: tally.outsideWindow,
    explanations: findings.explanations,
    ...(log === undefined
      ? {}
      : {
          acceptancesInLog: log.acceptances,
          signalsInLog: log.signals,
          decidedAlike: log.decisions,
          capReservations: log.caps.reservations,
          capContacts: log.caps.confirmations,
          capViolations: log.caps.violations.length,
        }),
    promises: promisesOf(findings),
  };
}

function violationsOf(log: LogAudit | undefined): string[] {
  return (log?.caps.violations ?? []).map(
    ({ rule, limit, found, offerId, decisionId, at }) =>
      `cap "${rule}" (${limit}) had ${found} at ${at}: ${offerId} of decision ${decisionId}`,
  );
}

function byCount(title: string, counts: ReadonlyMap<string, number>): [string, string][] {
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([name, times], index) => [index === 0 ? title : '', `${count(times).padStart(12)}  ${name}`]);
}

function figures(values: readonly number[]) {
  return {
    p50: percentile(values, 0.5),
    p95: percentile(values, 0.95),
    p99: percentile(values, 0.99),
    max: percentile(values, 1),
  };
}

function spread(values: readonly number[]): string {
  const { p50, p95, p99, max } = figures(values);
  return `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, max ${ms(max)}`;
}

/** `, 3 refused` for what is not nought. */
function others(parts: readonly (readonly [number, string])[]): string {
  return parts.map(([number, what]) => (number === 0 ? '' : `, ${count(number)} ${what}`)).join('');
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}
