// The page for a person: every objective with its value, its budget and its last hour, and on top what does not go as it should.
import { createHash } from 'node:crypto';
import type { Objective } from './objectives.ts';
import {
  boundInWords,
  budgetInWords,
  measureInWords,
  statesInWords,
  summaryInWords,
  valueInWords,
} from './readings-in-words.ts';
import type { ServiceLevel } from './service-levels.ts';
import { sparkline } from './sparkline.ts';
import { statusStyle } from './status-style.ts';

/** What is away or slow, in words that a person understands. */
export interface Trouble {
  readonly what: string;
  /** ISO, where it is known. */
  readonly since?: string | undefined;
}

export interface StatusOfProcess {
  readonly levels: readonly ServiceLevel[];
  readonly troubles: readonly Trouble[];
  /** Epoch milliseconds: when the page is made, and since when the process runs. */
  readonly at: number;
  readonly startedAt: number;
}

/** Seconds after which a browser asks for the page again. */
export const refreshSeconds = 5;

/** Nothing is loaded, nothing is run: one style, known by its hash, and an icon that is in the page. */
export const statusPagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(statusStyle).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const bars: Readonly<Record<Objective['bar'], string>> = { OURS: 'our bar', FIELD: 'the bar of the field' };
const marks = { MET: '✓', BURNING: '▲', BROKEN: '✗', TOO_FEW: '·', NOT_MEASURED: '·' } as const;

export function statusPage({ levels, troubles, at, startedAt }: StatusOfProcess): string {
  const isBad = troubles.length > 0 || levels.some(({ state }) => state === 'BURNING' || state === 'BROKEN');
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${isBad ? '#c62828' : '#2e7d32'}"/></svg>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="${refreshSeconds}">
<title>${isBad ? '▲ ' : ''}Kairos status</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<style>${statusStyle}</style>
</head>
<body>
<header class="${isBad ? 'bad' : 'good'}">
<h1>Kairos</h1>
<p role="status">${escaped(summaryInWords(levels))}</p>
</header>
<main>
${troublesOf(troubles)}<ul aria-label="Objectives">
${urgentFirst(levels).map(levelOf).join('\n')}
</ul>
${notMeasured(levels)}</main>
<footer>
<p>This process, running since ${timeOf(startedAt)}, as of ${timeOf(at)} (UTC). Values and budgets are of the last hour, “now” of the last half minute; the bars are its minutes. Read anew every ${refreshSeconds} seconds.</p>
</footer>
</body>
</html>
`;
}

const urgency = ['BURNING', 'BROKEN', 'MET', 'TOO_FEW'];

function urgentFirst(levels: readonly ServiceLevel[]): ServiceLevel[] {
  return levels
    .filter(({ state }) => state !== 'NOT_MEASURED')
    .sort((one, other) => urgency.indexOf(one.state) - urgency.indexOf(other.state));
}

function notMeasured(levels: readonly ServiceLevel[]): string {
  const sentences = levels.filter(({ state }) => state === 'NOT_MEASURED').map(({ objective }) => objective.sentence);
  if (sentences.length === 0) return '';
  const items = [...new Set(sentences)].map((sentence) => `<li>${escaped(sentence)}</li>`);
  return `<section class="unmeasured">
<h2>Nothing of it was seen by this process yet</h2>
<ul>${items.join('')}</ul>
</section>
`;
}

function troublesOf(troubles: readonly Trouble[]): string {
  if (troubles.length === 0) return '';
  const items = troubles.map(
    ({ what, since }) => `<li>${escaped(what)}${since ? ` <small>since ${escaped(since)}</small>` : ''}</li>`,
  );
  return `<section class="troubles" aria-label="What does not go as it should">
<h2>Degraded</h2>
<ul>${items.join('')}</ul>
</section>
`;
}

function levelOf(level: ServiceLevel): string {
  const { objective, indicator, state, value, valueNow, events } = level;
  // What fails now is what matters now; the hour may still look well.
  const [first, other] =
    state === 'BURNING'
      ? [valueNow, `now, ${valueInWords(indicator, value)} over the hour`]
      : [value, `, now ${valueInWords(indicator, valueNow)}`];
  const measure = measureInWords(objective, indicator);
  const about = events > 0 ? `${measure}${state === 'BURNING' ? ' ' : ''}${other}; ` : '';
  const html = `<li class="level ${state.toLowerCase()}" id="${objective.id}">
<p class="state"><span aria-hidden="true">${marks[state]}</span> ${statesInWords[state]}</p>
<div class="promise"><h2>${escaped(objective.title)}</h2><p>${escaped(objective.sentence)} <small>${bars[objective.bar]}</small></p></div>
<p class="value"><strong>${valueInWords(indicator, first)}</strong><small>${about}${boundInWords(objective, indicator)}</small></p>
<p class="budget">${budgetBar(level)}<small>${budgetInWords(level)}</small></p>
<div class="hour">${sparkline(level)}<small>${events > 0 ? `${events.toLocaleString('en')} ${indicator.events}` : `no ${indicator.events}`}</small></div>
</li>`;
  // A number stays with its unit.
  return html.replaceAll(/(\d) (ms|s|%)(?!\w)/g, '$1\u00a0$2');
}

function budgetBar({ budgetLeft, events }: ServiceLevel): string {
  const left = events === 0 ? 0 : Math.round(Math.max(0, Math.min(1, budgetLeft)) * 100);
  return `<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="empty" width="100" height="6"/><rect class="full" width="${left}" height="6"/></svg>`;
}

function timeOf(at: number): string {
  return `<time>${new Date(at).toISOString().replace('T', ' ').slice(0, 19)}</time>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
