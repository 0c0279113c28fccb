// The last hour of a service level as sixty bars, a minute each; what they show is said in words, too.
import { durationInWords, shareInWords } from './readings-in-words.ts';
import type { ServiceLevel, ServiceLevelMinute } from './service-levels.ts';

const [step, width, height] = [4, 3, 32];
/** A minute in which nothing went wrong, of what has no size. */
const low = 6;

export function sparkline(level: ServiceLevel): string {
  const { objective, minutes } = level;
  const isOver = ({ bad, events }: ServiceLevelMinute) => bad > events * (1 - objective.objective);
  const barOf = heightsOf(level);
  const bars = minutes.map((minute, index) => {
    if (minute.events === 0) return '';
    const tall = Number(barOf(minute).toFixed(1));
    return `<rect${isOver(minute) ? ' class="over"' : ''} x="${index * step}" y="${height - tall}" width="${width}" height="${tall}"/>`;
  });
  const label = wordsOf(
    level,
    minutes.filter(({ events }) => events > 0),
    isOver,
  );
  return `<svg class="hour" viewBox="0 0 ${minutes.length * step} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}">${bars.join('')}${boundOf(level)}</svg>`;
}

/** Logarithmic, so that a bound of 200 ms leaves something to see of 2 ms. */
function scaleOf({ objective: { atMost }, minutes }: ServiceLevel): (value: number) => number {
  const unit = atMost / 20;
  const top = Math.log1p(Math.max(2 * atMost, ...minutes.map(({ value = 0 }) => value)) / unit);
  return (value) => Math.max(1, (height * Math.log1p(value / unit)) / top);
}

function heightsOf(level: ServiceLevel): (minute: ServiceLevelMinute) => number {
  if (level.indicator.unit === 'MILLISECONDS') {
    const scale = scaleOf(level);
    return ({ value = 0 }) => scale(value);
  }
  return ({ bad, events }) => (bad === 0 ? low : 2 * low + (height - 2 * low) * Math.sqrt(bad / events));
}

function boundOf(level: ServiceLevel): string {
  if (level.indicator.unit === 'SHARE') return '';
  const y = (height - scaleOf(level)(level.objective.atMost)).toFixed(1);
  return `<line x1="0" x2="${level.minutes.length * step}" y1="${y}" y2="${y}"/>`;
}

function wordsOf(
  { indicator }: ServiceLevel,
  seen: readonly ServiceLevelMinute[],
  isOver: (minute: ServiceLevelMinute) => boolean,
): string {
  if (seen.length === 0) return 'Last hour: nothing measured.';
  const values = seen.map(({ value = 0 }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const words = indicator.unit === 'SHARE' ? shareInWords : durationInWords;
  const over = seen.filter(isOver).length;
  return `Last hour: ${seen.length} minutes measured, from ${words(least)} to ${words(most)}; ${over} of them outside the objective.`;
}
